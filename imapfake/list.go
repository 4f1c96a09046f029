package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var listExtension = extension{
	caps: []imap.Cap{imap.CapChildren},
	commands: []command{
		{name: "LIST", states: authenticated, run: runList},
	},
}

// A listing is a LIST command, parsed: that of RFC 3501 section 6.3.8, or with
// options (RFC 5258).
type listing struct {
	s        *session
	matchers []matcher
	extended bool              // it has options, or patterns in parentheses
	oldNames map[string]string // patterns as they came, by what they are when normalised

	// Selection options.
	subscribed bool
	recursive  bool
	remote     bool // also mailboxes of other servers
	use        bool // only mailboxes with a special use

	// Return options.
	showSubscribed bool
	showChildren   bool
	showUse        bool
	// also is written behind the response of a mailbox that can be selected.
	also []func(n *listName)
}

// A listName is a name that LIST may return.
type listName struct {
	name       string
	box        *mailstore.Mailbox // nil if there is none
	subscribed bool
	children   bool // there are names below it
	remote     bool // another server has it
	childInfo  bool // RECURSIVEMATCH has found something below it
}

// runList is LIST (RFC 3501 section 6.3.8).
func runList(s *session, c *call) error {
	l := &listing{s: s}
	if root := l.parse(c.p); root && c.p.atEnd() {
		s.writeList("LIST", []imap.MailboxAttr{imap.MailboxAttrNoSelect}, "")
		return nil
	}
	if err := c.p.end(); err != nil {
		return err
	}
	l.run()
	return nil
}

// parse takes the arguments. It reports whether they ask for the delimiter
// only.
func (l *listing) parse(p *parser) (root bool) {
	p.sp()
	if p.peek() == '(' && l.s.extendedList() {
		l.extended = true
		l.parseOptions(p, "")
		p.sp()
	}
	ref := p.reference()
	p.sp()
	patterns := l.parsePatterns(p)
	if p.peek() == ' ' && l.s.returnOptions() {
		l.extended = true
		p.sp()
		if !p.tryKeyword("RETURN") {
			p.fail("RETURN")
		}
		p.sp()
		l.parseOptions(p, "RETURN ")
	}
	for _, pattern := range patterns {
		if pattern != "" {
			l.matchers = append(l.matchers, newMatcher(ref, pattern))
		}
	}
	return len(l.matchers) == 0 && !l.extended
}

func (l *listing) parsePatterns(p *parser) (list []string) {
	if p.peek() != '(' || !l.s.extendedList() {
		return []string{l.pattern(p)}
	}
	l.extended = true
	p.list1(func() { list = append(list, l.pattern(p)) })
	return list
}

func (l *listing) pattern(p *parser) string {
	name := p.listMailbox()
	if p.oldName != "" {
		if l.oldNames == nil {
			l.oldNames = make(map[string]string)
		}
		l.oldNames[name] = p.oldName
	}
	return name
}

// run writes the responses.
func (l *listing) run() {
	names := l.names()
	l.markChildren(names)
	if l.recursive {
		l.markChildInfo(names)
	}
	for _, n := range names {
		if l.matches(n.name) && (l.selects(n) || n.childInfo) {
			l.write(n)
		}
	}
}

func (l *listing) matches(name string) bool {
	return slices.ContainsFunc(l.matchers, func(m matcher) bool { return m.match(name) })
}

// selects reports whether a name fits the selection options.
func (l *listing) selects(n *listName) bool {
	switch {
	case l.subscribed && !n.subscribed:
		return false
	case l.use && (n.box == nil || n.box.Use() == ""):
		return false
	}
	return n.box != nil || n.remote || l.subscribed || strings.HasPrefix(n.name+"/", othersPrefix)
}

// names returns all names in order: mailboxes, what is subscribed, and, of
// mailboxes that others share, what is above them.
func (l *listing) names() []*listName {
	all := make(map[string]*listName)
	get := func(name string) *listName {
		if all[name] == nil {
			all[name] = &listName{name: name}
		}
		return all[name]
	}
	for _, b := range l.s.mailboxes() {
		name := l.s.nameOf(b)
		get(name).box = b
		if strings.HasPrefix(name, othersPrefix) {
			eachParent(name, func(parent string) { get(parent) })
		}
	}
	if l.remote {
		for _, name := range l.s.remoteNames() {
			get(name).remote = true
		}
	}
	for _, name := range l.s.account.Subscribed() {
		get(name).subscribed = true
		if l.recursive {
			eachParent(name, func(parent string) { get(parent) })
		}
	}
	return sortNames(all)
}

func sortNames(all map[string]*listName) []*listName {
	list := make([]*listName, 0, len(all))
	for _, n := range all {
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y *listName) int {
		if (x.name == "INBOX") != (y.name == "INBOX") {
			if x.name == "INBOX" {
				return -1
			}
			return 1
		}
		return strings.Compare(x.name, y.name)
	})
	return list
}

// eachParent calls f with the names above name.
func eachParent(name string, f func(parent string)) {
	for i, b := range name {
		if b == '/' {
			f(name[:i])
		}
	}
}

// markChildren sets children where there are mailboxes below.
func (l *listing) markChildren(names []*listName) {
	parents := make(map[string]bool)
	for _, n := range names {
		if n.box != nil {
			eachParent(n.name, func(parent string) { parents[parent] = true })
		}
	}
	for _, n := range names {
		n.children = parents[n.name]
	}
}

// write writes the response of one name.
func (l *listing) write(n *listName) {
	s := l.s
	s.beginList("LIST", l.attributes(n), n.name)
	if n.childInfo {
		s.enc.raw(` ("CHILDINFO" (`)
		if l.subscribed {
			s.enc.raw(`"SUBSCRIBED"`)
		} else {
			s.enc.raw(`"SPECIAL-USE"`)
		}
		s.enc.raw("))")
	}
	s.writeOldName(l.oldNames[n.name])
	s.enc.line()
	if n.box == nil || n.box.NoSelect() {
		return
	}
	for _, f := range l.also {
		f(n)
	}
}

func (l *listing) attributes(n *listName) []imap.MailboxAttr {
	list := l.baseAttrs(n)
	if n.subscribed && (l.showSubscribed || l.subscribed) {
		list = append(list, imap.MailboxAttrSubscribed)
	}
	if n.box != nil {
		list = append(list, l.s.useAttrs(n.box, l.use || l.showUse)...)
	}
	return list
}

func (l *listing) baseAttrs(n *listName) (list []imap.MailboxAttr) {
	switch {
	case n.remote:
		list = append(list, imap.MailboxAttrRemote)
	case n.box == nil && l.extended:
		list = append(list, imap.MailboxAttrNonExistent)
	case n.box == nil || n.box.NoSelect():
		list = append(list, imap.MailboxAttrNoSelect)
	}
	return append(list, l.s.childAttr(n.children, l.showChildren)...)
}

// childAttr returns \HasChildren or \HasNoChildren, which servers with
// CHILDREN give unasked (RFC 3348).
func (s *session) childAttr(children, asked bool) []imap.MailboxAttr {
	switch {
	case !asked && !s.has(imap.CapChildren):
		return nil
	case children:
		return []imap.MailboxAttr{imap.MailboxAttrHasChildren}
	}
	return []imap.MailboxAttr{imap.MailboxAttrHasNoChildren}
}

// beginList writes a LIST or LSUB response up to the name.
func (s *session) beginList(kind string, attrs []imap.MailboxAttr, name string) {
	e := &s.enc
	e.raw("* ")
	e.raw(kind)
	e.raw(" (")
	for i, a := range attrs {
		if i > 0 {
			e.sp()
		}
		e.raw(string(a))
	}
	e.raw(`) "`)
	e.byte(e.names.delimiter())
	e.raw(`" `)
	e.mailbox(name)
}

// writeList writes a LIST or LSUB response.
func (s *session) writeList(kind string, attrs []imap.MailboxAttr, name string) {
	s.beginList(kind, attrs, name)
	s.enc.line()
}
