package imapfake

import (
	"time"

	"github.com/emersion/go-imap/v2"
)

// esearchExtension is ESEARCH (RFC 4731).
var esearchExtension = extension{
	caps: []imap.Cap{imap.CapESearch},
	returnOptions: []returnOption{
		{name: "MIN", cap: imap.CapESearch, parse: func(_ *parser, r *searchReply) { r.min = true }},
		{name: "MAX", cap: imap.CapESearch, parse: func(_ *parser, r *searchReply) { r.max = true }},
		{name: "ALL", cap: imap.CapESearch, parse: func(_ *parser, r *searchReply) { r.all = true }},
		{name: "COUNT", cap: imap.CapESearch, parse: func(_ *parser, r *searchReply) { r.count = true }},
	},
}

// searchResExtension is SEARCHRES (RFC 5182): the hits are kept as $, which
// the parser takes for a set, and view.resolve resolves.
var searchResExtension = extension{
	caps: []imap.Cap{imap.CapSearchRes},
	returnOptions: []returnOption{
		{name: "SAVE", cap: imap.CapSearchRes, parse: func(_ *parser, r *searchReply) { r.save = true }},
	},
}

// withinExtension is WITHIN (RFC 5032): the age of a message in seconds.
var withinExtension = extension{
	caps: []imap.Cap{imap.CapWithin},
	searchKeys: []searchKey{
		{name: "OLDER", cap: imap.CapWithin, parse: func(p *parser, _ *search) criterion {
			limit := p.secondsAgo()
			return criterion{cost: costField, match: func(x *searched) bool { return !x.Date.After(limit) }}
		}},
		{name: "YOUNGER", cap: imap.CapWithin, parse: func(p *parser, _ *search) criterion {
			limit := p.secondsAgo()
			return criterion{cost: costField, match: func(x *searched) bool { return !x.Date.Before(limit) }}
		}},
	},
}

func (p *parser) secondsAgo() time.Time {
	p.sp()
	return time.Now().Add(-time.Duration(p.nzNumber()) * time.Second)
}
