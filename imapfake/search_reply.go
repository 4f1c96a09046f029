package imapfake

import (
	"cmp"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// A returnOption is an entry of the table of what SEARCH and its kin can be
// asked to RETURN (RFC 4466 section 2.6.1).
type returnOption struct {
	name string
	cap  imap.Cap
	// parse takes what follows the name, and changes r.
	parse func(p *parser, r *searchReply)
}

func (o *returnOption) entry() (string, imap.Cap) { return o.name, o.cap }

// A hit is a message that a search has found.
type hit struct {
	seq, uid uint32
	score    uint8 // how relevant it is, from 1 to 100
}

// A searchReply is how the hits are returned.
type searchReply struct {
	s    *session
	c    *call
	name string // of the response without RETURN: "SEARCH" or "SORT"
	view *view  // of the mailbox that is searched

	multi                bool // MULTISEARCH: the response tells the mailbox
	extended             bool // RETURN: as ESEARCH
	min, max, all, count bool
	save                 bool          // as $
	partial              *partialRange // nil if not asked for
	sorted               bool          // the hits have an order of their own
	modSeq               bool          // the highest mod-sequence is wanted
	update               bool          // the client is to be told of changes
	fetch                *fetch        // of new messages, with update; nil for nothing

	// more writes what extensions return, behind the rest.
	more []func(e *encoder, hits []hit)
}

// parseReturn takes RETURN (...) and the space behind it, if that is next.
func (r *searchReply) parseReturn(p *parser) {
	options := r.s.cfg.registry.returnOptions
	if len(options) == 0 || !p.tryKeyword("RETURN") {
		// IMAP4rev2 has no other response (RFC 9051 section 6.4.4).
		r.extended = r.name == "SEARCH" && r.s.enabled[imap.CapIMAP4rev2]
		r.all = true
		return
	}
	r.extended = true
	p.sp()
	start := p.pos
	p.list(func() {
		name := p.keyword("an option of RETURN")
		if p.failed() {
			return
		}
		if o := options[name]; o != nil {
			o.parse(p, r)
		} else {
			p.failAt(p.pos-len(name), "an option of RETURN that the server knows")
		}
	})
	if r.all && r.partial != nil {
		p.failAt(start, "ALL or PARTIAL, not both")
	}
	if !r.min && !r.max && !r.count && !r.save && !r.update && r.partial == nil {
		r.all = true
	}
	p.sp()
}

// number is how the client knows a hit.
func (r *searchReply) number(h hit) uint32 {
	if r.c.uid || r.multi {
		return h.uid
	}
	return h.seq
}

// write writes the response, and keeps the hits as $ if that was asked for.
func (r *searchReply) write(hits []hit) {
	if r.save {
		r.view.saved = savedSet(r.returned(hits))
	}
	switch {
	case !r.extended:
		r.writePlain(hits)
	case r.min || r.max || r.all || r.count || r.partial != nil:
		r.writeExtended(hits)
	}
}

// returned are the hits that the options speak of: all of them if one speaks
// of all (RFC 4731 section 3.2, RFC 5182 section 2.4).
func (r *searchReply) returned(hits []hit) (list []hit) {
	if r.all || r.count || len(hits) == 0 {
		return hits
	}
	if !r.min && !r.max && r.partial == nil {
		return hits
	}
	if r.min {
		list = append(list, hits[0])
	}
	if r.partial != nil {
		list = append(list, cutRange(hits, r.partial)...)
	}
	if r.max {
		list = append(list, hits[len(hits)-1])
	}
	return list
}

func (r *searchReply) writePlain(hits []hit) {
	e := &r.s.enc
	e.raw("* ")
	e.raw(r.name)
	for _, h := range hits {
		e.sp()
		e.num(uint64(r.number(h)))
	}
	if r.modSeq && len(hits) > 0 {
		e.raw(" (MODSEQ ")
		e.num(r.highestModSeq(hits))
		e.byte(')')
	}
	e.line()
}

// writeExtended writes ESEARCH (RFC 4731). Where there are no hits, COUNT and
// PARTIAL alone say so.
func (r *searchReply) writeExtended(hits []hit) {
	e := &r.s.enc
	r.beginExtended(e)
	r.writeItems(e, hits)
	e.line()
}

// beginExtended writes ESEARCH up to the first item.
func (r *searchReply) beginExtended(e *encoder) {
	e.raw("* ESEARCH (TAG ")
	e.string(r.c.tag)
	if r.multi {
		e.raw(" MAILBOX ")
		e.mailbox(r.s.nameOf(r.view.box))
		e.raw(" UIDVALIDITY ")
		e.num(uint64(r.view.snap.UIDValidity))
	}
	e.byte(')')
	if r.c.uid || r.multi {
		e.raw(" UID")
	}
}

func (r *searchReply) writeItems(e *encoder, hits []hit) {
	any := len(hits) > 0
	if r.min && any {
		e.raw(" MIN ")
		e.num(uint64(r.number(hits[0])))
	}
	if r.max && any {
		e.raw(" MAX ")
		e.num(uint64(r.number(hits[len(hits)-1])))
	}
	if r.count {
		e.raw(" COUNT ")
		e.num(uint64(len(hits)))
	}
	if r.all && any {
		e.raw(" ALL ")
		r.writeNumbers(e, hits)
	}
	if r.partial != nil {
		r.writePartial(e, hits)
	}
	for _, write := range r.more {
		write(e, hits)
	}
	if r.modSeq && any {
		e.raw(" MODSEQ ")
		e.num(r.highestModSeq(r.returned(hits)))
	}
}

// writeNumbers writes hits as a set: with ranges, unless the hits are in an
// order of their own (RFC 5267 section 3.1).
func (r *searchReply) writeNumbers(e *encoder, hits []hit) {
	for i := 0; i < len(hits); {
		if i > 0 {
			e.byte(',')
		}
		first := r.number(hits[i])
		last := first
		for i++; i < len(hits) && !r.sorted && r.number(hits[i]) == last+1; i++ {
			last++
		}
		e.num(uint64(first))
		if last > first {
			e.byte(':')
			e.num(uint64(last))
		}
	}
}

func (r *searchReply) highestModSeq(hits []hit) (n uint64) {
	for _, h := range hits {
		n = max(n, r.view.at(h.seq).ModSeq)
	}
	return n
}

// savedSet returns hits as UIDs. Between two that follow each other in the
// mailbox there is no message and never will be, so they make a range.
func savedSet(hits []hit) (set imap.UIDSet) {
	hits = slices.Clone(hits)
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(a.seq, b.seq) })
	for i := 0; i < len(hits); {
		start := i
		for i++; i < len(hits) && hits[i].seq <= hits[i-1].seq+1; i++ {
		}
		set = append(set, imap.UIDRange{Start: imap.UID(hits[start].uid), Stop: imap.UID(hits[i-1].uid)})
	}
	return set
}
