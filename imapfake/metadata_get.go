package imapfake

import (
	"strconv"
	"strings"
)

// A getMetadata is a GETMETADATA command, parsed.
type getMetadata struct {
	depth   int   // levels below an entry; -1 is all
	maxSize int64 // of a value; -1 is any
	longest int64 // value that was left out
	entries []string
}

// runGetMetadata is GETMETADATA (RFC 5464 section 4.2). The grammar has the
// options before the mailbox, the examples and clients have them behind it.
func runGetMetadata(s *session, c *call) error {
	g := &getMetadata{maxSize: -1}
	c.p.sp()
	if c.p.peek() == '(' {
		g.parseOptions(c.p)
		c.p.sp()
	}
	name := c.p.mailbox()
	c.p.sp()
	if c.p.peek() == '(' && c.p.hasSecondList() {
		g.parseOptions(c.p)
		c.p.sp()
	}
	g.parseEntries(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	a, err := s.annotated(name, "r")
	if err != nil {
		return err
	}
	g.write(s, a, name)
	if g.longest > 0 {
		c.code = "METADATA LONGENTRIES " + strconv.FormatInt(g.longest, 10)
	}
	return nil
}

// hasSecondList reports whether another parenthesised list follows the next
// one.
func (p *parser) hasSecondList() bool {
	q := *p
	q.list(func() { q.astring() })
	return q.peek() == ' '
}

func (g *getMetadata) parseOptions(p *parser) {
	p.list1(func() {
		start := p.pos
		switch p.keyword("MAXSIZE or DEPTH") {
		case "MAXSIZE":
			p.sp()
			g.maxSize = int64(p.number())
		case "DEPTH":
			p.sp()
			g.depth = parseDepth(p)
		default:
			p.failAt(start, "MAXSIZE or DEPTH")
		}
	})
}

func parseDepth(p *parser) int {
	start := p.pos
	switch p.keyword("0, 1 or infinity") {
	case "0":
		return 0
	case "1":
		return 1
	case "INFINITY":
		return -1
	}
	p.failAt(start, "0, 1 or infinity")
	return 0
}

func (g *getMetadata) parseEntries(p *parser) {
	if p.peek() != '(' {
		g.entries = append(g.entries, p.entryName())
		return
	}
	p.list1(func() { g.entries = append(g.entries, p.entryName()) })
}

// entryName takes the name of an annotation (RFC 5464 section 3.2), in lower
// case: names are told apart in any case.
func (p *parser) entryName() string {
	start := p.pos
	name := strings.ToLower(p.astring())
	if p.err == nil && !validEntry(name) {
		p.failAt(start, "an entry name that begins with /private or /shared")
	}
	return name
}

func validEntry(name string) bool {
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return r <= 0x19 || r > 0x7e || r == '*' || r == '%'
	})
	return !odd && !strings.Contains(name, "//") && !strings.HasSuffix(name, "/") &&
		(strings.HasPrefix(name+"/", "/private/") || strings.HasPrefix(name+"/", "/shared/"))
}

// write writes the METADATA response, if there is anything to say.
func (g *getMetadata) write(s *session, a annotated, name string) {
	e := &s.enc
	sep := " ("
	for _, entry := range g.found(a) {
		value, ok := a.get(entry)
		if n := int64(len(value)); g.maxSize >= 0 && n > g.maxSize {
			g.longest = max(g.longest, n)
			continue
		}
		if sep == " (" {
			e.raw("* METADATA ")
			e.mailbox(name)
		}
		e.raw(sep)
		sep = " "
		e.astring(entry)
		e.sp()
		if ok {
			e.value(value)
		} else {
			e.raw("NIL")
		}
	}
	if sep == " " {
		e.byte(')')
		e.line()
	}
}

// found returns the entries that are asked for: those that are named, and what
// is below them.
func (g *getMetadata) found(a annotated) (list []string) {
	seen := make(map[string]bool)
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	for _, entry := range g.entries {
		if _, ok := a.get(entry); ok || g.depth == 0 {
			add(entry)
		}
		for _, name := range a.names() {
			below, ok := strings.CutPrefix(name, entry+"/")
			if ok && (g.depth < 0 || strings.Count(below, "/") < g.depth) {
				add(name)
			}
		}
	}
	return list
}

// value writes an annotation's value: with NUL as a literal8.
func (e *encoder) value(s string) {
	if strings.IndexByte(s, 0) >= 0 {
		e.byte('~')
		e.raw("{")
		e.num(uint64(len(s)))
		e.raw("}\r\n")
		e.raw(s)
		return
	}
	e.string(s)
}

func parseListMetadata(l *listing, p *parser) {
	p.sp()
	g := &getMetadata{maxSize: -1}
	g.parseEntries(p)
	l.also = append(l.also, func(n *listName) {
		if a, err := l.s.annotated(n.name, "r"); err == nil {
			g.write(l.s, a, n.name)
		}
	})
}
