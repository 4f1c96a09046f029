// Package signup registers users and sends each a welcome mail. It is an
// example of code under test: it knows nothing of mailfakes.
package signup

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"time"
)

// An App registers users. Its fields are its configuration.
type App struct {
	SMTPAddr string // host:port of the mail server
}

const (
	bounces = "bounces@shop.example"
	sender  = "Shop <no-reply@shop.example>"
	terms   = "You may return anything within 30 days.\n"
)

// Register adds a user and sends the welcome mail.
func (a *App) Register(addr, name string) error {
	msg, err := welcome(addr, name)
	if err != nil {
		return fmt.Errorf("write welcome mail: %w", err)
	}
	if err := smtp.SendMail(a.SMTPAddr, nil, bounces, []string{addr}, msg); err != nil {
		return fmt.Errorf("send welcome mail: %w", err)
	}
	return nil
}

func welcome(addr, name string) ([]byte, error) {
	var b bytes.Buffer
	body := multipart.NewWriter(&b)
	to := mail.Address{Name: name, Address: addr}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\n", sender, to.String())
	fmt.Fprintf(&b, "Subject: %s\r\n", mime.QEncoding.Encode("utf-8", "Welcome, "+name))
	fmt.Fprintf(&b, "Date: %s\r\n", time.Now().Format(time.RFC1123Z))
	fmt.Fprintf(&b, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n",
		body.Boundary())

	link := url.URL{
		Scheme: "https", Host: "shop.example", Path: "/activate",
		RawQuery: "u=" + addr,
	}
	text := "Hello " + name + ",\n\nplease follow this link to activate your account:\n" +
		link.String() + "\n"
	if err := addText(body, "", text); err != nil {
		return nil, err
	}
	if err := addText(body, `attachment; filename="terms.txt"`, terms); err != nil {
		return nil, err
	}
	if err := body.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// addText adds a part in quoted-printable.
func addText(body *multipart.Writer, disposition, text string) error {
	h := textproto.MIMEHeader{
		"Content-Type":              {"text/plain; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	}
	if disposition != "" {
		h.Set("Content-Disposition", disposition)
	}
	w, err := body.CreatePart(h)
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(w)
	if _, err := q.Write([]byte(text)); err != nil {
		return err
	}
	return q.Close()
}
