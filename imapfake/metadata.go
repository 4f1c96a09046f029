package imapfake

import (
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// metadataExtension is METADATA (RFC 5464): annotations of mailboxes and, with
// METADATA-SERVER alone, of the server only.
var metadataExtension = extension{
	caps: []imap.Cap{imap.CapMetadata, imap.CapMetadataServer},
	enable: []enabler{
		{cap: imap.CapMetadata, enable: (*session).watchMetadata},
		{cap: imap.CapMetadataServer, enable: (*session).watchMetadata},
	},
	commands: []command{
		{name: "GETMETADATA", states: authenticated, cap: imap.CapMetadata, run: runGetMetadata},
		{name: "SETMETADATA", states: authenticated, cap: imap.CapMetadata, run: runSetMetadata},
		{name: "GETMETADATA", states: authenticated, cap: imap.CapMetadataServer, run: runGetMetadata},
		{name: "SETMETADATA", states: authenticated, cap: imap.CapMetadataServer, run: runSetMetadata},
	},
}

// listMetadataExtension is LIST-METADATA (RFC 9590).
var listMetadataExtension = extension{
	caps: []imap.Cap{imap.CapListMetadata},
	listOptions: []listOption{
		{name: "RETURN METADATA", cap: imap.CapListMetadata, parse: parseListMetadata},
	},
}

// Limits unless the Server says otherwise.
const (
	maxMetadataBytes   = 64 << 10
	maxMetadataEntries = 1000
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

// annotated is what has annotations for a session: a mailbox, or the server.
type annotated struct {
	s               *session
	box             *mailstore.Mailbox  // nil for the server
	private, shared *mailstore.Metadata // private is nil for others' mailboxes
}

// annotated returns the mailbox with a name, or the server for "".
func (s *session) annotated(name, rights string) (annotated, error) {
	if name == "" {
		return annotated{s, nil, s.account.Metadata(), s.cfg.auth.Store.Metadata()}, nil
	}
	if !s.has(imap.CapMetadata) && !s.has(capAnnotateMore) {
		return annotated{}, no(imap.ResponseCodeCannot, "Only the server has annotations")
	}
	box, err := s.lookup(name, rights)
	if err != nil {
		return annotated{}, err
	}
	a := annotated{s: s, box: box, shared: box.Metadata()}
	if box.Account() == s.account {
		a.private = box.Metadata()
	}
	return a, nil
}

// of returns the annotations among which an entry is, nil if there are none.
func (a annotated) of(entry string) *mailstore.Metadata {
	if strings.HasPrefix(entry+"/", "/private/") {
		return a.private
	}
	return a.shared
}

// specialUseEntry is the annotation that stands for a mailbox's special use
// (RFC 6154 section 4).
const specialUseEntry = "/private/specialuse"

func (a annotated) isUse(entry string) bool {
	return entry == specialUseEntry && a.box != nil && a.private != nil && a.s.has(imap.CapSpecialUse)
}

func (a annotated) get(entry string) (string, bool) {
	if a.isUse(entry) {
		use := a.box.Use()
		return use, use != ""
	}
	if m := a.of(entry); m != nil {
		return m.Get(entry)
	}
	return "", false
}

func (a annotated) names() (list []string) {
	if use, ok := a.get(specialUseEntry); ok && a.isUse(specialUseEntry) && use != "" {
		list = append(list, specialUseEntry)
	}
	for _, m := range []*mailstore.Metadata{a.private, a.shared} {
		if m == nil {
			continue
		}
		for _, name := range m.Entries() {
			if a.of(name) == m {
				list = append(list, name)
			}
		}
		if a.private == a.shared {
			break
		}
	}
	return list
}

// A setting is one entry of SETMETADATA.
type setting struct {
	entry string
	value string
	ok    bool // false removes it
}

// runSetMetadata is SETMETADATA (RFC 5464 section 4.3): all or nothing.
func runSetMetadata(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	c.p.sp()
	var list []setting
	c.p.list1(func() {
		x := setting{entry: c.p.entryName()}
		c.p.sp()
		x.value, x.ok = c.p.value()
		list = append(list, x)
	})
	if err := c.p.end(); err != nil {
		return err
	}
	return s.setMetadata(name, list)
}

func (s *session) setMetadata(name string, list []setting) error {
	a, err := s.annotated(name, "r")
	if err != nil {
		return err
	}
	for i := range list {
		if err := a.check(&list[i]); err != nil {
			return err
		}
	}
	if err := a.checkCount(list); err != nil {
		return err
	}
	for _, x := range list {
		a.set(x)
	}
	return nil
}

// value takes an annotation's value; ok is false for NIL.
func (p *parser) value() (value string, ok bool) {
	if p.peek() == '~' {
		b, _ := p.anyLiteral()
		return string(b), true
	}
	return p.nstring()
}

// check returns the error of an entry that can't be set.
func (a annotated) check(x *setting) error {
	switch {
	case strings.Count(x.entry, "/") < 2:
		return no(imap.ResponseCodeCannot, "%s can't be set: it has only entries below it", x.entry)
	case a.of(x.entry) == nil:
		return no("METADATA NOPRIVATE", "There are no private annotations of others' mailboxes")
	case x.ok && len(x.value) > a.s.cfg.maxMetadataBytes():
		return no(imap.ResponseCode("METADATA MAXSIZE "+strconv.Itoa(a.s.cfg.maxMetadataBytes())),
			"The value is too long")
	case a.box == nil && x.entry == "/shared/admin":
		return no(imap.ResponseCodeNoPerm, "/shared/admin is the administrator's")
	case a.isUse(x.entry):
		uses, err := a.s.checkUse(strings.Fields(x.value), a.box)
		x.value = strings.Join(uses, " ")
		return err
	case a.box != nil && !strings.HasPrefix(x.entry, "/private/"):
		return a.s.allow(a.box, "w")
	}
	return nil
}

// checkCount returns the error if there would be too many entries.
func (a annotated) checkCount(list []setting) error {
	added := 0
	for _, x := range list {
		if _, exists := a.get(x.entry); x.ok && !exists {
			added++
		}
	}
	if added > 0 && len(a.names())+added > a.s.cfg.maxMetadataEntries() {
		return no("METADATA TOOMANY", "There are %d annotations already", len(a.names()))
	}
	return nil
}

func (a annotated) set(x setting) {
	if a.isUse(x.entry) {
		a.box.SetUse(x.value)
		return
	}
	m := a.of(x.entry)
	a.s.ownMetadata(m, x)
	if x.ok {
		m.Set(x.entry, x.value)
	} else {
		m.Remove(x.entry)
	}
}
