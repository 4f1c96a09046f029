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
	s.leave()
	s.account, s.enabled = nil, nil
	s.metadata, s.notify, s.ownSettings = nil, nil, nil
	s.enc.utf8, s.enc.names.utf8 = false, false
	s.state = imap.ConnStateNotAuthenticated
	c.code = "CAPABILITY " + s.capabilities()
	return nil
}
