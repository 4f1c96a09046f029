package imapfake

import (
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// The fields of ENVELOPE (RFC 3501 section 7.4.2) in its order.
const (
	envDate = iota
	envSubject
	envFrom
	envSender
	envReplyTo
	envTo
	envCc
	envBcc
	envInReplyTo
	envMessageID
	envFields
)

var envelopeNames = [envFields]string{
	"Date", "Subject", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "In-Reply-To", "Message-ID",
}

// envelopeOf returns the unfolded values of the fields of the envelope, each
// the first of its name, and which fields there are.
func envelopeOf(p *message.Part) (values [envFields]string, present [envFields]bool) {
	for name, field := range p.RawFields() {
		for i, n := range envelopeNames {
			if !present[i] && equalFoldASCII(name, n) {
				values[i], present[i] = message.FieldValue(field), true
			}
		}
	}
	return values, present
}

// envelope writes the ENVELOPE of a message. The texts are those of the
// header, not decoded: a missing one is NIL, an empty one "".
func (e *encoder) envelope(p *message.Part) {
	values, present := envelopeOf(p)
	text := func(i int) {
		if present[i] {
			e.string(values[i])
		} else {
			e.raw("NIL")
		}
	}
	e.byte('(')
	text(envDate)
	e.sp()
	text(envSubject)
	e.sp()
	from := len(e.buf)
	e.addresses(values[envFrom])
	end := len(e.buf)
	for i := envSender; i <= envBcc; i++ {
		e.sp()
		if n := len(e.buf); !e.addresses(values[i]) && i <= envReplyTo {
			// Sender and Reply-To are those of From if there is none.
			e.buf = append(e.buf[:n], e.buf[from:end]...)
		}
	}
	e.sp()
	text(envInReplyTo)
	e.sp()
	text(envMessageID)
	e.byte(')')
}

// emptyEnvelope stands for that of a message that could not be looked into.
const emptyEnvelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"

// addresses writes a list of addresses, and NIL if there is none, in which
// case it returns false.
func (e *encoder) addresses(value string) bool {
	var list []message.Address
	if value != "" {
		list, _ = message.ParseAddresses(value)
	}
	if len(list) == 0 {
		e.raw("NIL")
		return false
	}
	e.byte('(')
	for i := range list {
		e.address(&list[i])
	}
	e.byte(')')
	return true
}

// address writes an address structure: name, source route, mailbox, host. A
// host of NIL marks the begin and the end of a group, so an address that
// lacks one gets the text that Dovecot puts there.
func (e *encoder) address(a *message.Address) {
	switch {
	case a.EndGroup:
		e.raw("(NIL NIL NIL NIL)")
		return
	case a.IsGroup:
		e.raw("(NIL NIL ")
		e.string(a.Group)
		e.raw(" NIL)")
		return
	}
	e.byte('(')
	e.nstring(a.Name)
	e.raw(" NIL ")
	e.string(orElse(a.Local, "MISSING_MAILBOX"))
	e.sp()
	e.string(orElse(a.Domain, "MISSING_DOMAIN"))
	e.byte(')')
}

func orElse(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
