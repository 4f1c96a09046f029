package smtpfake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// Relaying: the message goes on to the next server, by go-smtp's client, before
// the client gets its reply. There is no queue: what the next server refuses is
// reported to the sender at once.

// relayTimeout bounds how long the next server may take for a command.
const relayTimeout = 30 * time.Second

// nextHop returns the domain of Relay that an address is for, "" if it is for
// here. LMTP doesn't relay.
func (s *session) nextHop(addr string) string {
	if s.cfg.LMTP {
		return ""
	}
	for domain := range s.cfg.Relay {
		if fits(domain, addr) {
			return domain
		}
	}
	return ""
}

// relay sends the message on to the recipients that are for elsewhere, once to
// each server.
func (s *session) relay(rcpts []recipient) {
	groups := make(map[string][]*recipient)
	var order []string
	for i := range rcpts {
		hop := rcpts[i].hop
		if hop != "" && !slices.Contains(order, hop) {
			order = append(order, hop)
		}
		groups[hop] = append(groups[hop], &rcpts[i])
	}
	for _, hop := range order {
		if err := s.relayTo(s.cfg.Relay[hop], groups[hop]); err != nil {
			for _, r := range groups[hop] {
				r.fail(err)
			}
		}
	}
}

// fail notes why the next server has not taken the mail for a recipient, if
// that is not known yet.
func (r *recipient) fail(err error) {
	var e *smtp.SMTPError
	switch {
	case r.bounce != "":
	case errors.As(err, &e):
		c := e.EnhancedCode
		r.bounce = fmt.Sprintf("%d %d.%d.%d %s", e.Code, c[0], c[1], c[2], e.Message)
	default:
		r.bounce = "451 4.4.2 " + err.Error()
	}
}

// relayTo sends the message to one server. It returns an error that is for all
// recipients.
func (s *session) relayTo(dial func(context.Context) (net.Conn, error), group []*recipient) error {
	ctx, cancel := context.WithTimeout(context.Background(), relayTimeout)
	defer cancel()
	nc, err := dial(ctx)
	if err != nil {
		return err
	}
	c := smtp.NewClient(nc)
	defer c.Close()
	c.CommandTimeout, c.SubmissionTimeout = relayTimeout, relayTimeout
	err = s.relayBy(c, nc, group)
	if _, replied := errors.AsType[*smtp.SMTPError](err); replied || err == nil {
		_ = c.Quit() // who has the mail is settled, whatever is replied to that
	}
	return err
}

func (s *session) relayBy(c *smtp.Client, nc net.Conn, group []*recipient) error {
	if err := c.Hello(s.cfg.Hostname); err != nil {
		return err
	}
	if err := s.mayRelay(c); err != nil {
		return err
	}
	if err := c.Mail(s.tx.from, s.relayOptions()); err != nil {
		return err
	}
	if relayRcpts(c, group) == 0 {
		return nil
	}
	return sendText(c, nc, append([]byte(s.received(nil)), s.tx.text...))
}

// mayRelay returns the error for a message that the next server can't take as
// it is: 8-bit text (RFC 6152 section 3), one with SMTPUTF8 (RFC 6531 section
// 3.5), and one for which the client requires BDAT (RFC 3030 section 3) or TLS
// (RFC 8689 section 4.2.1), which Relay doesn't speak.
func (s *session) mayRelay(c *smtp.Client) error {
	eightBit, _ := c.Extension("8BITMIME")
	international, _ := c.Extension("SMTPUTF8")
	body, _ := s.body()
	switch {
	case body == "BINARYMIME":
		return &smtp.SMTPError{
			Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 3},
			Message: "Next server gets no BINARYMIME text",
		}
	case !international && s.tx.params.has("SMTPUTF8"):
		return &smtp.SMTPError{
			Code: 550, EnhancedCode: smtp.EnhancedCode{5, 6, 9},
			Message: "Next server has no SMTPUTF8",
		}
	case !eightBit && !isASCII(string(s.tx.text)):
		return &smtp.SMTPError{
			Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 3},
			Message: "Next server takes no 8-bit text",
		}
	case s.tx.params.has("REQUIRETLS"):
		return &smtp.SMTPError{
			Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 30},
			Message: "REQUIRETLS support required",
		}
	}
	return nil
}

// relayOptions are the parameters of MAIL that go on.
func (s *session) relayOptions() *smtp.MailOptions {
	p := s.tx.params
	opts := &smtp.MailOptions{Size: int64(len(s.tx.text)), UTF8: p.has("SMTPUTF8")}
	ret, _ := p.get("RET")
	opts.Return = smtp.DSNReturn(ret)
	opts.EnvelopeID, _ = p.get("ENVID")
	if user, ok := p.get("AUTH"); ok {
		opts.Auth = &user
	}
	return opts
}

// relayOptions are the parameters of RCPT that go on: all but an ORCPT of a
// type that go-smtp doesn't know.
func (r *recipient) relayOptions() *smtp.RcptOptions {
	opts := new(smtp.RcptOptions)
	if words, ok := r.params.get("NOTIFY"); ok {
		for word := range strings.SplitSeq(words, ",") {
			opts.Notify = append(opts.Notify, smtp.DSNNotify(word))
		}
	}
	if addr, ok := r.params.get("ORCPT"); ok {
		kind, addr, _ := strings.Cut(addr, ";")
		switch t := smtp.DSNAddressType(strings.ToUpper(kind)); t {
		case smtp.DSNAddressTypeRFC822, smtp.DSNAddressTypeUTF8:
			opts.OriginalRecipientType, opts.OriginalRecipient = t, addr
		}
	}
	if value, ok := r.params.get("RRVS"); ok {
		date, _, _ := strings.Cut(value, ";")
		opts.RequireRecipientValidSince, _ = time.Parse(time.RFC3339, date)
	}
	return opts
}

// relayRcpts names the recipients, with the parameters that the client gave
// them, and returns how many are accepted.
func relayRcpts(c *smtp.Client, group []*recipient) (accepted int) {
	for _, r := range group {
		if err := c.Rcpt(r.addr, r.relayOptions()); err != nil {
			r.fail(err)
			continue
		}
		// Without DSN the next server will tell nothing.
		dsn, _ := c.Extension("DSN")
		r.relayed = !dsn
		accepted++
	}
	return accepted
}

// sendText sends the text byte for byte. go-smtp's writer would mend bare CRs
// and LFs, so that it is used for nothing but the end.
func sendText(c *smtp.Client, nc net.Conn, text []byte) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	nc.SetDeadline(time.Now().Add(relayTimeout))
	if _, err := nc.Write(bytes.TrimSuffix(stuff(text), []byte("\r\n"))); err != nil {
		return err
	}
	return w.Close()
}

// stuff puts a dot before each dot at the start of a line. A text never begins
// with one here: Received comes first.
func stuff(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte("\r\n."), []byte("\r\n.."))
}
