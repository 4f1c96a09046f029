package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// searchExtension is SEARCH with the keys of RFC 3501 section 6.4.4.
var searchExtension = extension{
	commands: []command{
		{name: "SEARCH", states: selected, uid: true, quiet: true, run: runSearch},
	},
	searchKeys: []searchKey{
		{name: "ALL", parse: searchAll},
		{name: "ANSWERED", parse: hasFlagKey(imap.FlagAnswered)},
		{name: "BCC", parse: fieldKey("Bcc")},
		{name: "BEFORE", parse: dateKey(internalDay, before)},
		{name: "BODY", parse: searchBody},
		{name: "CC", parse: fieldKey("Cc")},
		{name: "DELETED", parse: hasFlagKey(imap.FlagDeleted)},
		{name: "DRAFT", parse: hasFlagKey(imap.FlagDraft)},
		{name: "FLAGGED", parse: hasFlagKey(imap.FlagFlagged)},
		{name: "FROM", parse: fieldKey("From")},
		{name: "HEADER", parse: searchHeader},
		{name: "KEYWORD", parse: searchKeyword},
		{name: "LARGER", parse: searchLarger},
		{name: "NEW", rev1: true, parse: searchNew},
		{name: "NOT", parse: searchNot},
		{name: "OLD", rev1: true, parse: searchOld},
		{name: "ON", parse: dateKey(internalDay, on)},
		{name: "OR", parse: searchOr},
		{name: "RECENT", rev1: true, parse: searchRecent},
		{name: "SEEN", parse: hasFlagKey(imap.FlagSeen)},
		{name: "SENTBEFORE", parse: dateKey(sentDay, before)},
		{name: "SENTON", parse: dateKey(sentDay, on)},
		{name: "SENTSINCE", parse: dateKey(sentDay, since)},
		{name: "SINCE", parse: dateKey(internalDay, since)},
		{name: "SMALLER", parse: searchSmaller},
		{name: "SUBJECT", parse: fieldKey("Subject")},
		{name: "TEXT", parse: searchText},
		{name: "TO", parse: fieldKey("To")},
		{name: "UID", parse: searchUID},
		{name: "UNANSWERED", parse: lacksFlagKey(imap.FlagAnswered)},
		{name: "UNDELETED", parse: lacksFlagKey(imap.FlagDeleted)},
		{name: "UNDRAFT", parse: lacksFlagKey(imap.FlagDraft)},
		{name: "UNFLAGGED", parse: lacksFlagKey(imap.FlagFlagged)},
		{name: "UNKEYWORD", parse: searchUnkeyword},
		{name: "UNSEEN", parse: lacksFlagKey(imap.FlagSeen)},
	},
}

func searchAll(*parser, *search) criterion {
	return criterion{match: func(*searched) bool { return true }}
}

func not(c criterion) criterion {
	return criterion{cost: c.cost, match: func(x *searched) bool { return !c.match(x) }}
}

func searchNot(p *parser, q *search) criterion {
	p.sp()
	return not(q.key(p))
}

func searchOr(p *parser, q *search) criterion {
	p.sp()
	a := q.key(p)
	p.sp()
	b := q.key(p)
	if b.cost < a.cost {
		a, b = b, a
	}
	return criterion{cost: a.cost + b.cost, match: func(x *searched) bool {
		return a.match(x) || b.match(x)
	}}
}

func searchUID(p *parser, q *search) criterion {
	p.sp()
	return q.bind(p.numSet(true))
}

// Flags.

func flagSet(flag imap.Flag) criterion {
	return criterion{cost: costField, match: func(x *searched) bool { return x.Has(string(flag)) }}
}

func hasFlagKey(flag imap.Flag) func(*parser, *search) criterion {
	return func(*parser, *search) criterion { return flagSet(flag) }
}

func lacksFlagKey(flag imap.Flag) func(*parser, *search) criterion {
	return func(*parser, *search) criterion { return not(flagSet(flag)) }
}

func searchKeyword(p *parser, q *search) criterion {
	p.sp()
	return flagSet(imap.Flag(p.atom()))
}

func searchUnkeyword(p *parser, q *search) criterion { return not(searchKeyword(p, q)) }

func searchRecent(*parser, *search) criterion {
	return criterion{cost: costField, match: func(x *searched) bool {
		return x.view.isRecent(x.UID)
	}}
}

func searchOld(p *parser, q *search) criterion { return not(searchRecent(p, q)) }

// searchNew is RECENT UNSEEN.
func searchNew(p *parser, q *search) criterion {
	return allOf([]criterion{searchRecent(p, q), not(flagSet(imap.FlagSeen))})
}

// Sizes.

func searchLarger(p *parser, q *search) criterion {
	p.sp()
	n := p.number64()
	return criterion{cost: costField, match: func(x *searched) bool {
		return uint64(len(x.Msg.Raw)) > n
	}}
}

func searchSmaller(p *parser, q *search) criterion {
	p.sp()
	n := p.number64()
	return criterion{cost: costField, match: func(x *searched) bool {
		return uint64(len(x.Msg.Raw)) < n
	}}
}

// Dates: without time and zone.

func before(d, key day) bool { return d < key }
func on(d, key day) bool     { return d == key }
func since(d, key day) bool  { return d >= key }

func internalDay(m *mailstore.Entry) day { return dayOf(m.Date) }

// dateKey looks at a message's day. One that has none, for want of a Date
// field that can be read, is never found.
func dateKey(
	of func(*mailstore.Entry) day, compare func(d, key day) bool,
) func(*parser, *search) criterion {
	return func(p *parser, q *search) criterion {
		key := p.searchDate()
		return criterion{cost: costHeader / 2, match: func(x *searched) bool {
			d := of(x.Entry)
			return d != 0 && compare(d, key)
		}}
	}
}

// searchDate takes a date, quoted or not.
func (p *parser) searchDate() day {
	p.sp()
	start := p.pos
	var s string
	if p.peek() == '"' {
		s = p.quoted()
	} else {
		s = p.atom()
	}
	d, err := parseDay(s)
	if err != nil {
		p.failAt(start, "a date such as 1-Feb-1994")
	}
	return d
}

// Text.

// needle takes text to look for, as the session's comparator has it.
func (q *search) needle(p *parser) *needle {
	n := newNeedle(q.text(p))
	if q.s.comparator == comparatorOctet {
		n.exact = []byte(n.text)
	}
	if q.byWords {
		return n.byWords()
	}
	return n
}

// fieldKey is met by a field that has the text in its value.
func fieldKey(name string) func(*parser, *search) criterion {
	return func(p *parser, q *search) criterion { return fieldHas(name, q.needle(p)) }
}

func searchHeader(p *parser, q *search) criterion {
	p.sp()
	name := p.astring()
	return fieldHas(name, q.needle(p))
}

func fieldHas(name string, n *needle) criterion {
	return criterion{cost: costHeader, match: func(x *searched) bool { return x.fieldHas(name, n) }}
}

func searchBody(p *parser, q *search) criterion {
	n := q.needle(p)
	return criterion{cost: costBody, match: func(x *searched) bool {
		return x.bodyHas(x.Msg.Tree(), n)
	}}
}

func searchText(p *parser, q *search) criterion { return textHas(q.needle(p)) }

func textHas(n *needle) criterion {
	return criterion{cost: costBody, match: func(x *searched) bool {
		root := x.Msg.Tree()
		return x.headerHas(root, n) || x.bodyHas(root, n)
	}}
}
