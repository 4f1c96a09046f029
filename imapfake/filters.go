package imapfake

import (
	"github.com/emersion/go-imap/v2"
)

// filtersExtension is FILTERS (RFC 5466): searches that are kept by name, as
// annotations of the server.
var filtersExtension = extension{
	caps:       []imap.Cap{imap.CapFilters},
	searchKeys: []searchKey{{name: "FILTER", cap: imap.CapFilters, parse: searchFilter}},
}

// maxFilters bounds how deep filters may name each other.
const maxFilters = 10

// searchFilter is met by what meets the criteria of a filter.
func searchFilter(p *parser, q *search) criterion {
	p.sp()
	name := p.atom()
	if p.failed() {
		return criterion{}
	}
	value, ok := q.s.filter(name)
	if !ok || q.filters >= maxFilters {
		p.err = no(imap.ResponseCode("UNDEFINED-FILTER "+name), "There is no such filter")
		return criterion{}
	}
	charset := q.charset
	q.charset = "UTF-8"
	q.filters++
	sub := &parser{line: []byte(value + "\r\n"), utf8: true, names: p.names}
	list := []criterion{q.key(sub)}
	for !sub.failed() && !sub.atEnd() {
		sub.sp()
		list = append(list, q.key(sub))
	}
	q.filters--
	q.charset = charset
	if sub.failed() {
		p.err = no(imap.ResponseCode("UNDEFINED-FILTER "+name), "The filter is broken: %v", sub.err)
	}
	return allOf(list)
}

// filter returns the criteria of a filter: the account's own, or one for all.
func (s *session) filter(name string) (string, bool) {
	if v, ok := s.account.Metadata().Get("/private/filters/values/" + name); ok {
		return v, true
	}
	return s.cfg.auth.Store.Metadata().Get("/shared/filters/values/" + name)
}
