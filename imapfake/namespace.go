package imapfake

import "github.com/emersion/go-imap/v2"

var namespaceExtension = extension{
	caps: []imap.Cap{imap.CapNamespace},
	commands: []command{
		{name: "NAMESPACE", states: authenticated, cap: imap.CapNamespace, run: runNamespace},
	},
}

// runNamespace is NAMESPACE (RFC 2342): a personal one, no others.
func runNamespace(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	e := &s.enc
	e.raw("* NAMESPACE ((")
	e.string(e.names.prefix)
	e.raw(` "`)
	e.byte(e.names.delimiter())
	e.raw(`")) NIL NIL`)
	e.line()
	return nil
}
