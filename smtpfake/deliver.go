package smtpfake

import (
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-smtp"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Data is called by go-smtp at the end of the text.
func (b *backend) Data(io.Reader) error {
	defer b.passOn()
	var refusal error
	// All are asked: a Greylist must have seen each recipient.
	for _, to := range b.tx.rcpts {
		if r := b.rule(atText, to.addr); r != nil && refusal == nil {
			refusal = b.obey(r)
		}
	}
	if refusal != nil {
		return refusal
	}
	if problem := b.deliver(b.tx.rcpts); problem != "" {
		return b.refuse(problem)
	}
	return nil
}

// LMTPData is called by go-smtp at the end of the text in LMTP. It finds a
// reply for each recipient (RFC 2033 section 4.2).
func (b *backend) LMTPData(io.Reader, smtp.StatusCollector) error {
	defer b.passOn()
	var good []recipient
	b.tx.results = make([]string, len(b.tx.rcpts))
	for i, to := range b.tx.rcpts {
		b.tx.results[i] = b.afterText(to)
		if r := b.tx.results[i]; r == "" || r[0] == '2' {
			good = append(good, to)
		}
	}
	problem := b.deliver(good)
	for i, to := range b.tx.rcpts {
		switch r := b.tx.results[i]; {
		case r != "" && r[0] != '2':
		case problem != "":
			b.tx.results[i] = problem
		case r == "":
			b.tx.results[i] = "250 2.1.5 <" + to.addr + "> Ok: delivered as " + b.tx.id
		}
	}
	return nil
}

// afterText returns the reply to the text for one recipient of LMTP, if it is
// refused or a rule has one.
func (s *session) afterText(to recipient) string {
	if r := s.rule(atText, to.addr); r != nil {
		return r.Reply
	}
	for _, addr := range to.mailboxes() {
		if a := s.cfg.Store.Lookup(addr); a != nil && !a.Room(int64(len(s.tx.text)), 1) {
			return "552 5.2.2 <" + to.addr + "> Mailbox full"
		}
	}
	return ""
}

// deliver stores the message for those recipients, and sends the notifications
// that are due. It returns the reply if it can't be stored.
func (s *session) deliver(rcpts []recipient) (problem string) {
	if r := s.take(); r != nil {
		return r.Reply
	}
	s.tx.id = fmt.Sprintf("%d-%d", s.c.ID(), s.count+1)
	m := s.message(rcpts)
	if problem := s.store(m); problem != "" {
		s.giveBack()
		return problem
	}
	s.count++
	s.relay(rcpts)
	s.notify(rcpts, m.Raw)
	return ""
}

// store returns the reply if the message can't be stored.
func (s *session) store(m *message.Message) (problem string) {
	if len(m.RcptTo) == 0 {
		return ""
	}
	switch err := s.cfg.Store.Deliver(m); {
	case errors.Is(err, mailstore.ErrOverQuota):
		return "552 5.2.2 Mailbox full"
	case err != nil:
		return "451 4.3.0 " + err.Error()
	}
	return ""
}

// message returns the transaction's message for those recipients.
func (s *session) message(rcpts []recipient) *message.Message {
	var to []string
	var rcptParams []map[string]string
	for _, r := range rcpts {
		for _, addr := range r.mailboxes() {
			to = append(to, addr)
			rcptParams = append(rcptParams, r.params.values())
		}
	}
	m := message.New(s.tx.from, to, s.dress(to))
	m.Via = message.Via{
		Helo:       s.helo,
		RemoteAddr: s.remote,
		Conn:       s.c.ID(),
		TLS:        s.tlsState(),
		User:       s.user,
		MailParams: s.tx.params.values(),
		RcptParams: rcptParams,
		Client:     s.client,
	}
	return m
}

// mailboxes returns whom a recipient's mail is delivered to now.
func (r *recipient) mailboxes() []string {
	switch {
	case r.bounce != "" || r.hop != "":
		return nil
	case r.to != nil:
		return r.to
	}
	return []string{r.addr}
}
