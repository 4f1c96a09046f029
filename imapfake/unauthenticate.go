package imapfake

import "github.com/emersion/go-imap/v2"

var unauthenticateExtension = extension{
	caps: []imap.Cap{imap.CapUnauthenticate},
	commands: []command{{
		name: "UNAUTHENTICATE", states: authenticated, cap: imap.CapUnauthenticate,
		run: runUnauthenticate,
	}},
}

// runUnauthenticate is UNAUTHENTICATE (RFC 8437): back to the time before
// login, with nothing enabled. Compression and TLS stay.
func runUnauthenticate(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	fresh := newSession(s.cfg, s.conn)
	fresh.compressed = s.compressed
	fresh.enc.buf = s.enc.buf
	*s = *fresh
	c.code = "CAPABILITY " + s.capabilities()
	return nil
}
