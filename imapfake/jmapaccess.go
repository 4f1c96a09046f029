package imapfake

import (
	"cmp"

	"github.com/emersion/go-imap/v2"
)

const capJMAPAccess imap.Cap = "JMAPACCESS"

// jmapAccessExtension is JMAPACCESS (RFC 9698): where the same mail is to be
// had by JMAP.
var jmapAccessExtension = extension{
	caps: []imap.Cap{capJMAPAccess},
	commands: []command{
		{name: "GETJMAPACCESS", states: authenticated, cap: capJMAPAccess, run: runGetJMAPAccess},
	},
}

// runGetJMAPAccess is GETJMAPACCESS (RFC 9698 section 3).
func runGetJMAPAccess(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.enc.raw("* JMAPACCESS ")
	s.enc.string(cmp.Or(s.cfg.JMAPSession, "https://"+s.cfg.Hostname+"/.well-known/jmap"))
	s.enc.line()
	return nil
}
