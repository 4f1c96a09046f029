package imapfake

import (
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// capAnnotateMore is ANNOTATEMORE, the draft from which METADATA has come and
// which older clients speak: draft-daboo-imap-annotatemore-08. Its entry
// "/comment" has the attributes value.priv and value.shared, which METADATA
// calls /private/comment and /shared/comment.
const capAnnotateMore imap.Cap = "ANNOTATEMORE"

var annotateMoreExtension = extension{
	caps: []imap.Cap{capAnnotateMore},
	commands: []command{
		{name: "GETANNOTATION", states: authenticated, cap: capAnnotateMore, run: runGetAnnotation},
		{name: "SETANNOTATION", states: authenticated, cap: capAnnotateMore, run: runSetAnnotation},
	},
}

// runGetAnnotation is GETANNOTATION. Mailboxes, entries and attributes may
// have wildcards; the mailbox "" is the server.
func runGetAnnotation(s *session, c *call) error {
	c.p.sp()
	pattern := c.p.listMailbox()
	c.p.sp()
	entries := c.p.strings()
	c.p.sp()
	attrs := c.p.strings()
	if err := c.p.end(); err != nil {
		return err
	}
	for _, name := range s.annotatedNames(pattern) {
		if a, err := s.annotated(name, "r"); err == nil {
			s.writeAnnotations(a, name, entries, attrs)
		}
	}
	return nil
}

// strings takes a string, or a list of them.
func (p *parser) strings() (list []string) {
	if p.peek() != '(' {
		return []string{p.astring()}
	}
	p.list1(func() { list = append(list, p.astring()) })
	return list
}

func (s *session) annotatedNames(pattern string) (names []string) {
	if pattern == "" {
		return []string{""}
	}
	m := newMatcher("", pattern)
	for _, b := range s.mailboxes() {
		if name := s.nameOf(b); m.match(name) && !b.NoSelect() {
			names = append(names, name)
		}
	}
	return names
}

// writeAnnotations writes an ANNOTATION response for each entry that fits.
func (s *session) writeAnnotations(a annotated, name string, entries, attrs []string) {
	done := make(map[string]bool)
	for _, full := range a.names() {
		entry := full[strings.IndexByte(full[1:], '/')+1:]
		if done[entry] || !anyGlob(entries, entry) {
			continue
		}
		done[entry] = true
		list := a.attributes(entry, attrs)
		if len(list) == 0 {
			continue
		}
		e := &s.enc
		e.raw("* ANNOTATION ")
		e.mailbox(name)
		e.sp()
		e.string(entry)
		for i, x := range list {
			e.raw(map[bool]string{true: " (", false: " "}[i == 0])
			e.string(x)
		}
		e.byte(')')
		e.line()
	}
}

func anyGlob(patterns []string, name string) bool {
	for _, p := range patterns {
		if glob(strings.ToLower(p), name) {
			return true
		}
	}
	return false
}

// attributes returns the attributes of an entry that fit, each with its value.
func (a annotated) attributes(entry string, attrs []string) (list []string) {
	for _, at := range []struct{ suffix, prefix string }{{".priv", "/private"}, {".shared", "/shared"}} {
		value, ok := a.get(at.prefix + entry)
		if !ok {
			continue
		}
		if anyGlob(attrs, "value"+at.suffix) || anyGlob(attrs, "value") {
			list = append(list, "value"+at.suffix, value)
		}
		if anyGlob(attrs, "size"+at.suffix) || anyGlob(attrs, "size") {
			list = append(list, "size"+at.suffix, strconv.Itoa(len(value)))
		}
	}
	return list
}

// runSetAnnotation is SETANNOTATION, of one entry or of a list of entries.
func runSetAnnotation(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	c.p.sp()
	var list []setting
	if c.p.peek() == '(' {
		c.p.list1(func() { list = append(list, parseAnnotation(c.p)...) })
	} else {
		list = parseAnnotation(c.p)
	}
	if err := c.p.end(); err != nil {
		return err
	}
	return s.setMetadata(name, list)
}

// parseAnnotation takes an entry and its attributes with their values.
func parseAnnotation(p *parser) (list []setting) {
	start := p.pos
	entry := strings.ToLower(p.astring())
	if p.err == nil && !validEntry("/private"+entry) {
		p.failAt(start, "an entry such as /comment")
	}
	p.sp()
	p.list1(func() {
		at := p.pos
		x := setting{}
		switch strings.ToLower(p.astring()) {
		case "value.priv":
			x.entry = "/private" + entry
		case "value.shared":
			x.entry = "/shared" + entry
		default:
			p.failAt(at, "value.priv or value.shared")
		}
		p.sp()
		x.value, x.ok = p.value()
		list = append(list, x)
	})
	return list
}
