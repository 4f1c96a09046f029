package imapfake

import (
	"github.com/emersion/go-imap/v2"
)

var idExtension = extension{
	caps:    []imap.Cap{imap.CapID},
	preauth: true,
	commands: []command{
		{name: "ID", states: anyState, cap: imap.CapID, run: runID},
	},
}

// Limits of RFC 2971 section 3.3.
const (
	maxIDPairs = 30
	maxIDField = 30
	maxIDValue = 1024
)

// runID is ID (RFC 2971). What the client says stands in the transcript.
func runID(s *session, c *call) error {
	c.p.sp()
	if c.p.peek() == '(' {
		pairs := 0
		c.p.list(func() { parseIDPair(c.p, &pairs) })
	} else if !c.p.tryKeyword("NIL") {
		c.p.fail("NIL or a list of fields and values")
	}
	if err := c.p.end(); err != nil {
		return err
	}
	e := &s.enc
	e.raw(`* ID ("name" "mailfakes")`)
	e.line()
	return nil
}

// parseIDPair takes a field and its value.
func parseIDPair(p *parser, pairs *int) {
	start := p.pos
	if *pairs++; *pairs > maxIDPairs {
		p.fail("at most 30 fields")
	}
	if field := p.string(); len(field) > maxIDField {
		p.failAt(start, "a field of at most 30 octets")
	}
	p.sp()
	start = p.pos
	if value, _ := p.nstring(); len(value) > maxIDValue {
		p.failAt(start, "a value of at most 1024 octets")
	}
}
