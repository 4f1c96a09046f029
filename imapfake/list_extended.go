package imapfake

import "github.com/emersion/go-imap/v2"

// listExtendedExtension is LIST-EXTENDED (RFC 5258): selection and return
// options, and several patterns.
var listExtendedExtension = extension{
	caps: []imap.Cap{imap.CapListExtended},
	listOptions: []listOption{
		{name: "SUBSCRIBED", cap: imap.CapListExtended,
			parse: func(l *listing, p *parser) { l.subscribed = true }},
		{name: "REMOTE", cap: imap.CapListExtended,
			parse: func(l *listing, p *parser) { l.remote = true }},
		{name: "RECURSIVEMATCH", cap: imap.CapListExtended,
			parse: func(l *listing, p *parser) { l.recursive = true }},
		{name: "RETURN SUBSCRIBED", cap: imap.CapListExtended,
			parse: func(l *listing, p *parser) { l.showSubscribed = true }},
		{name: "RETURN CHILDREN", cap: imap.CapListExtended,
			parse: func(l *listing, p *parser) { l.showChildren = true }},
	},
}

// listStatusExtension is LIST-STATUS (RFC 5819).
var listStatusExtension = extension{
	caps: []imap.Cap{imap.CapListStatus},
	listOptions: []listOption{
		{name: "RETURN STATUS", cap: imap.CapListStatus, parse: parseListStatus},
	},
}

func parseListStatus(l *listing, p *parser) {
	p.sp()
	items := l.s.parseStatusItems(p)
	l.also = append(l.also, func(n *listName) {
		if l.s.may(n.box, "r") {
			l.s.writeStatus(n.box, items)
		}
	})
}

// extendedList reports whether LIST takes selection options and several
// patterns.
func (s *session) extendedList() bool {
	return s.has(imap.CapListExtended) || s.has(imap.CapSpecialUse)
}

// returnOptions reports whether there are return options.
func (s *session) returnOptions() bool { return s.extendedList() || s.has(imap.CapListStatus) }

// parseOptions takes a list of selection options, or of return options with
// the prefix "RETURN ".
func (l *listing) parseOptions(p *parser, prefix string) {
	start := p.pos
	p.list(func() {
		at := p.pos
		name := p.keyword("an option of LIST")
		x := l.s.cfg.registry.listOptions[prefix+name]
		if x == nil {
			p.failAt(min(at, len(p.line)), "an option of LIST that the server knows")
			return
		}
		x.parse(l, p)
	})
	if l.recursive && !l.subscribed && !l.use {
		p.failAt(start, "RECURSIVEMATCH only with an option such as SUBSCRIBED")
	}
}

// markChildInfo marks the names below which there is something that is
// selected. A name that isn't itself is marked only if that would be missing
// from the responses otherwise (RFC 5258 section 3.5).
func (l *listing) markChildInfo(names []*listName) {
	below, hidden := make(map[string]bool), make(map[string]bool)
	for _, n := range names {
		if !l.selects(n) {
			continue
		}
		shown := l.matches(n.name)
		eachParent(n.name, func(parent string) {
			below[parent] = true
			hidden[parent] = hidden[parent] || !shown
		})
	}
	for _, n := range names {
		n.childInfo = hidden[n.name] || below[n.name] && l.selects(n)
	}
}
