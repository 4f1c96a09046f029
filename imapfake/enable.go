package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

var enableExtension = extension{
	caps:    []imap.Cap{imap.CapEnable},
	preauth: true, // clients such as imaplib ask for capabilities once, on connecting
	commands: []command{{
		name: "ENABLE", states: states(imap.ConnStateAuthenticated), cap: imap.CapEnable,
		run: runEnable,
	}},
}

// runEnable is ENABLE (RFC 5161). Capabilities that can't be switched on are
// passed over.
func runEnable(s *session, c *call) error {
	var list []imap.Cap
	for ok := true; ok; ok = !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		list = append(list, imap.Cap(strings.ToUpper(c.p.atom())))
	}
	if err := c.p.end(); err != nil {
		return err
	}
	e := &s.enc
	e.raw("* ENABLED")
	for _, name := range list {
		x := s.cfg.registry.enable[name]
		if x == nil || s.enabled[x.cap] {
			continue
		}
		s.enable(x.cap)
		if x.enable != nil {
			x.enable(s)
		}
		e.sp()
		e.raw(string(x.cap))
	}
	e.line()
	return nil
}
