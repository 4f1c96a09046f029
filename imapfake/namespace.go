package imapfake

import "github.com/emersion/go-imap/v2"

var namespaceExtension = extension{
	caps: []imap.Cap{imap.CapNamespace},
	commands: []command{
		{name: "NAMESPACE", states: authenticated, cap: imap.CapNamespace, run: runNamespace},
	},
}

// runNamespace is NAMESPACE (RFC 2342): a personal one, and that of other users.
func runNamespace(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.writeNamespace()
	return nil
}

func (s *session) writeNamespace() {
	e := &s.enc
	e.raw("* NAMESPACE ((")
	e.string(e.names.prefix)
	e.raw(` "`)
	e.byte(e.names.delimiter())
	e.raw(`")) `)
	s.writeOthers()
	e.raw(" NIL")
	e.line()
}

// writeOthers writes the other users' namespace, if somebody shares mailboxes.
func (s *session) writeOthers() {
	e := &s.enc
	if len(s.cfg.auth.Store.SharedWith(s.account)) == 0 {
		e.raw("NIL")
		return
	}
	e.raw("((")
	e.string(e.names.swap(othersPrefix))
	e.raw(` "`)
	e.byte(e.names.delimiter())
	e.byte('"')
	if t := s.translation(othersPrefix); t != "" {
		e.raw(` "TRANSLATION" (`)
		e.string(encodeMailbox(t))
		e.byte(')')
	}
	e.raw("))")
}
