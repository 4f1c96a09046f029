package imapfake

import (
	"maps"
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
// passed over, and those that are on. One that another of the command has
// switched on with it is told like the rest: clients look for the words that
// they have sent.
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
	told := maps.Clone(s.enabled)
	if told == nil {
		told = make(map[imap.Cap]bool)
	}
	for _, name := range list {
		x := s.cfg.registry.enable[name]
		if x == nil || told[x.cap] {
			continue
		}
		told[x.cap] = true
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
