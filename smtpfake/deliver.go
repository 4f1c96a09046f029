package smtpfake

import (
	"errors"
	"strconv"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// deliverSMTP delivers the message at the end of the text. It returns the
// reply if it is refused.
func (s *session) deliverSMTP() (problem string) {
	// All are asked: a Greylist must have seen each recipient.
	for _, to := range s.tx.rcpts {
		if r := s.rule(atText, to.addr); r != nil && problem == "" {
			problem = s.obey(r)
		}
	}
	if problem != "" {
		return problem
	}
	return s.deliver(s.tx.rcpts)
}

// deliverLMTP delivers the message at the end of the text in LMTP. It finds a
// reply for each recipient (RFC 2033 section 4.2).
func (s *session) deliverLMTP() {
	var good []recipient
	s.tx.results = make([]string, len(s.tx.rcpts))
	for i, to := range s.tx.rcpts {
		s.tx.results[i] = s.afterText(to)
		if r := s.tx.results[i]; r == "" || r[0] == '2' {
			good = append(good, to)
		}
	}
	if len(good) == 0 {
		return
	}
	problem := s.deliver(good)
	for i, to := range s.tx.rcpts {
		switch r := s.tx.results[i]; {
		case r != "" && r[0] != '2':
		case problem != "":
			s.tx.results[i] = problem
		case r == "":
			s.tx.results[i] = "250 2.1.5 <" + to.addr + "> Ok: delivered as " + s.tx.id
		}
	}
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
	if r := s.take(rcpts); r != nil {
		return r.Reply
	}
	s.tx.id = strconv.Itoa(s.c.ID()) + "-" + strconv.Itoa(s.count+1)
	m := s.message(rcpts)
	if problem := s.store(m); problem != "" {
		s.giveBack(rcpts)
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
