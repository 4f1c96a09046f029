package club

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"time"

	"github.com/emersion/go-message/mail"
)

// bouncesAddr is where undeliverable mail comes back to.
const bouncesAddr = "bounces@club.example"

// A File is attached to the digest.
type File struct {
	Name, Type string
	Data       []byte
}

// A letter is a mail to be written.
type letter struct {
	subject, text, html string
	files               []File
	list                bool // to many: with a way to unsubscribe
}

// compose writes the letter as a message.
func (l *letter) compose(to *member) ([]byte, error) {
	var h mail.Header
	h.SetDate(time.Now())
	if err := h.GenerateMessageIDWithHostname("club.example"); err != nil {
		return nil, err
	}
	h.SetAddressList("From", []*mail.Address{{Name: "The Club", Address: "hello@club.example"}})
	h.SetAddressList("To", []*mail.Address{{Name: to.name, Address: to.addr}})
	h.SetSubject(l.subject)
	if l.list {
		leave := "https://club.example/leave?" + url.Values{"m": {to.addr}}.Encode()
		h.SetText("List-Unsubscribe", "<"+leave+">")
		h.SetText("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	var b bytes.Buffer
	w, err := mail.CreateWriter(&b, h)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(l.writeBody(w), l.writeFiles(w), w.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (l *letter) writeBody(w *mail.Writer) error {
	body, err := w.CreateInline()
	if err != nil {
		return err
	}
	return errors.Join(
		writeText(body, "text/plain", l.text),
		writeText(body, "text/html", l.html),
		body.Close(),
	)
}

func writeText(body *mail.InlineWriter, mediaType, text string) error {
	if text == "" {
		return nil
	}
	var h mail.InlineHeader
	h.SetContentType(mediaType, map[string]string{"charset": "utf-8"})
	p, err := body.CreatePart(h)
	if err != nil {
		return err
	}
	return writeClose(p, []byte(text))
}

func (l *letter) writeFiles(w *mail.Writer) error {
	for _, f := range l.files {
		var h mail.AttachmentHeader
		h.SetContentType(f.Type, nil)
		h.SetFilename(f.Name)
		p, err := w.CreateAttachment(h)
		if err != nil {
			return err
		}
		if err := writeClose(p, f.Data); err != nil {
			return err
		}
	}
	return nil
}

func writeClose(w io.WriteCloser, p []byte) error {
	_, err := w.Write(p)
	return errors.Join(err, w.Close())
}

// send hands a letter to the submission server.
func (c *Club) send(ctx context.Context, to *member, l letter) error {
	msg, err := l.compose(to)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(c.conf.SMTP)
	if err != nil {
		return err
	}
	nc, err := c.conf.Dial(ctx, "tcp", c.conf.SMTP)
	if err != nil {
		return err
	}
	s, err := smtp.NewClient(nc, host)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.StartTLS(c.tls(host)); err != nil {
		return err
	}
	if err := s.Auth(smtp.PlainAuth("", bouncesAddr, c.conf.Password, host)); err != nil {
		return err
	}
	return submit(s, to.addr, msg)
}

func submit(s *smtp.Client, to string, msg []byte) error {
	if err := s.Mail(bouncesAddr); err != nil {
		return err
	}
	if err := s.Rcpt(to); err != nil {
		return err
	}
	w, err := s.Data()
	if err != nil {
		return err
	}
	if err := writeClose(w, msg); err != nil {
		return err
	}
	return s.Quit()
}

// retries are the pauses before a letter is tried again.
var retries = []time.Duration{5 * time.Minute, time.Hour}

// sendPatiently is send, again and again if the letter is refused for now. It
// waits no longer than ctx.
func (c *Club) sendPatiently(ctx context.Context, to *member, l letter) error {
	err := c.send(ctx, to, l)
	for _, pause := range retries {
		if !temporary(err) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		err = c.send(ctx, to, l)
	}
	return err
}

// temporary reports whether a reply says that later it may work.
func temporary(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code >= 400 && reply.Code < 500
}

func (c *Club) tls(host string) *tls.Config {
	conf := c.conf.TLS.Clone()
	if conf == nil {
		conf = new(tls.Config)
	}
	conf.ServerName = host
	return conf
}
