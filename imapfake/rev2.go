package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// rev2Extension is IMAP4rev2 (RFC 9051). A session has it once the client has
// enabled it, and from the start if the server doesn't offer IMAP4rev1. What
// IMAP4rev2 lacks (appendix E) is unknown to it then.
var rev2Extension = extension{
	caps:    []imap.Cap{imap.CapIMAP4rev2},
	preauth: true,
	enable:  []enabler{{cap: imap.CapIMAP4rev2, enable: (*session).enableRev2}},
	statusItems: []statusItem{
		{name: "DELETED", cap: imap.CapIMAP4rev2,
			write: func(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
				s.enc.num(uint64(v.Deleted))
			}},
	},
}

// enableRev2 switches IMAP4rev2 on: names are in UTF-8, in Normalization Form C.
func (s *session) enableRev2() {
	s.enable(imap.CapIMAP4rev2)
	s.enableUTF8()
	s.enc.names.normal = true
}

// rev2 reports whether the session speaks IMAP4rev2.
func (s *session) rev2() bool { return s.enabled[imap.CapIMAP4rev2] }

// startRev2 switches IMAP4rev2 on if there is nothing else.
func (s *session) startRev2() {
	if s.has(imap.CapIMAP4rev2) && !s.has(imap.CapIMAP4rev1) {
		s.enableRev2()
	}
}

// writeName writes the LIST response that comes with SELECT (RFC 9051 section
// 6.3.2), and with CREATE if the client has spelled the name otherwise: old is
// that spelling, or "".
func (s *session) writeName(b *mailstore.Mailbox, old string) {
	var attrs []imap.MailboxAttr
	if s.has(imap.CapSpecialUse) && b.Use() != "" {
		attrs = append(attrs, imap.MailboxAttr(b.Use()))
	}
	s.beginList("LIST", attrs, s.nameOf(b))
	s.writeOldName(old)
	s.enc.line()
}

// writeOldName writes the item OLDNAME of a LIST response (RFC 9051 section
// 6.3.9.7).
func (s *session) writeOldName(old string) {
	if old == "" {
		return
	}
	s.enc.raw(` ("OLDNAME" (`)
	s.enc.mailbox(old)
	s.enc.raw("))")
}
