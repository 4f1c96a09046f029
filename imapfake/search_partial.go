package imapfake

import "github.com/emersion/go-imap/v2"

const capPartial imap.Cap = "PARTIAL"

// partialExtension is PARTIAL (RFC 9394): a page of a search's hits, or of
// what UID FETCH fetches.
var partialExtension = extension{
	caps: []imap.Cap{capPartial},
	returnOptions: []returnOption{
		{name: "PARTIAL", cap: capPartial, parse: parsePartial},
	},
	fetchModifiers: []fetchModifier{
		{name: "PARTIAL", cap: capPartial, parse: fetchPartial},
	},
}

// parsePartial takes a range. Those from the end came with RFC 9394, the others
// with CONTEXT (RFC 5267 section 4.4).
func parsePartial(p *parser, r *searchReply) {
	if r.partial != nil {
		p.fail("one PARTIAL")
	}
	p.sp()
	if p.peek() == '-' && !r.s.has(capPartial) {
		p.fail("a number above 0")
	}
	r.partial = p.partialRange()
}

// A partialRange is places in a list, from 1 on; with fromEnd from its end
// backwards.
type partialRange struct {
	first, last uint32 // first <= last
	fromEnd     bool
	text        string // as the client wrote it
}

// partialRange takes n:m or -n:-m.
func (p *parser) partialRange() *partialRange {
	start := p.pos
	r := &partialRange{fromEnd: p.try('-')}
	r.first = p.nzNumber()
	p.expect(':')
	if r.fromEnd {
		p.expect('-')
	}
	r.last = p.nzNumber()
	if p.failed() {
		return r
	}
	r.text = string(p.line[start:p.pos])
	r.first, r.last = min(r.first, r.last), max(r.first, r.last)
	return r
}

// cutRange returns the places of a list, in its order.
func cutRange[T any](list []T, r *partialRange) []T {
	n := int64(len(list))
	first, last := int64(r.first)-1, int64(r.last)
	if r.fromEnd {
		first, last = n-last, n-first
	}
	first, last = max(first, 0), min(last, n)
	if first >= last {
		return nil
	}
	return list[first:last]
}

// writePartial writes PARTIAL (range set), where NIL is an empty set.
func (r *searchReply) writePartial(e *encoder, hits []hit) {
	e.raw(" PARTIAL (")
	e.raw(r.partial.text)
	e.sp()
	if page := cutRange(hits, r.partial); len(page) > 0 {
		r.writeNumbers(e, page)
	} else {
		e.raw("NIL")
	}
	e.byte(')')
}

// fetchPartial is the modifier of UID FETCH (RFC 9394 section 3.3). FETCH has
// none: its numbers are places already.
func fetchPartial(p *parser, f *fetch) {
	if !f.uid {
		p.fail("UID FETCH for PARTIAL")
	}
	if f.page != nil {
		p.fail("one PARTIAL")
	}
	p.sp()
	f.page = p.partialRange()
}
