package imapfake

import (
	"math"
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"
)

// Capabilities of RFC 5267 for which package imap has no names.
const (
	capContextSearch imap.Cap = "CONTEXT=SEARCH"
	capContextSort   imap.Cap = "CONTEXT=SORT"
)

// contextSearchExtension and contextSortExtension are CONTEXT (RFC 5267): a
// search of whose hits the client is told when they change. It ends with the
// selection of the mailbox.
var (
	contextSearchExtension = contextExtension(capContextSearch)
	contextSortExtension   = contextExtension(capContextSort)
)

func contextExtension(c imap.Cap) extension {
	return extension{
		caps: []imap.Cap{c},
		commands: []command{
			{name: "CANCELUPDATE", states: selected, cap: c, run: runCancelUpdate},
		},
		returnOptions: []returnOption{
			// A hint, which this server doesn't need.
			{name: "CONTEXT", cap: c, parse: checkContext},
			{name: "UPDATE", cap: c, parse: parseUpdate},
			{name: "PARTIAL", cap: c, parse: parsePartial},
		},
	}
}

// A searchContext is a search that goes on.
type searchContext struct {
	*searchReply
	query   *search
	compare func(a, b sorted) int // nil for the order of the mailbox
	uids    []uint32              // of the hits that the client knows, in order
	modSeq  uint64                // of the mailbox when it was searched last
	exists  uint32                // and how many messages were known
	next    uint32                // and its UIDNEXT
}

// maxContexts is how many there are at most in a session.
const maxContexts = 8

// checkContext fails if the command can't have what CONTEXT gives.
func checkContext(p *parser, r *searchReply) {
	need := "CONTEXT=" + imap.Cap(r.name)
	if r.multi {
		need = capContextSearch
	}
	if !r.s.has(need) {
		p.fail("no CONTEXT or UPDATE: that is not offered for " + r.c.name)
	}
}

// parseUpdate takes what follows UPDATE: with NOTIFY, what is to be fetched of
// new messages that are hits (RFC 5465 section 7).
func parseUpdate(p *parser, r *searchReply) {
	checkContext(p, r)
	used := func(x *searchContext) bool { return x.c.tag == r.c.tag }
	if r.view != nil && slices.ContainsFunc(r.view.contexts, used) {
		p.fail("a tag that no other UPDATE has")
	}
	r.update = true
	if !r.s.has(imap.CapNotify) || p.peek() != '(' && (p.peek() != ' ' || p.peekAt(1) != '(') {
		return
	}
	p.try(' ')
	r.fetch = &fetch{s: r.s}
	p.list1(func() { r.fetch.parseItem(p, p.keyword("a FETCH item")) })
}

// follow keeps the client up to date on the hits, if that was asked for.
func (r *searchReply) follow(q *search, compare func(a, b sorted) int, hits []hit) {
	v := r.view
	switch {
	case !r.update:
		return
	case len(v.contexts) == maxContexts:
		r.s.untagged(imap.StatusResponseTypeNo, "NOUPDATE "+strconv.Quote(r.c.tag), "Too many contexts")
		return
	}
	q.progress, q.limited = nil, false
	if q.limit != "" { // what was searched stays so, whatever comes
		q.top = append(q.top, q.between(uint64(q.from), math.MaxUint32))
	}
	for _, b := range q.sets { // numbers stand for the messages that they are now
		if _, seqs := b.set.(imap.SeqSet); seqs || imap.IsSearchRes(b.set) {
			b.set = uidRanges(v.uids(b.set))
		}
	}
	x := &searchContext{searchReply: r, query: q, compare: compare}
	x.uids = uidsOf(hits)
	x.note()
	v.contexts = append(v.contexts, x)
}

func uidsOf(hits []hit) []uint32 {
	uids := make([]uint32, len(hits))
	for i, h := range hits {
		uids[i] = h.uid
	}
	return uids
}

// note notes the state of the mailbox that the client has been told of.
func (x *searchContext) note() {
	x.modSeq, x.exists, x.next = x.view.snap.HighestModSeq, x.view.exists, x.view.snap.UIDNext
}

// leaveContexts writes that messages are hits no more since they have been
// expunged, in the order of UIDs. It comes before EXPUNGE, while they have
// sequence numbers.
func (s *session) leaveContexts(gone []uint32) {
	if len(gone) == 0 {
		return
	}
	for _, x := range s.view.contexts {
		x.tell(slices.DeleteFunc(slices.Clone(x.uids), func(uid uint32) bool {
			_, is := slices.BinarySearch(gone, uid)
			return is
		}))
	}
}

// tellContexts writes which messages are hits now, or are no more. It comes
// behind EXISTS and FETCH.
func (s *session) tellContexts() {
	v := s.view
	for _, x := range v.contexts {
		if x.modSeq == v.snap.HighestModSeq && x.exists == v.exists {
			continue
		}
		next := x.next
		x.note()
		now := x.rerun()
		x.fetchNew(now, next)
		x.tell(now)
	}
}

// rerun returns the UIDs of the hits as they are now.
func (x *searchContext) rerun() []uint32 {
	held := x.view.snap.Held()
	hits := slices.DeleteFunc(x.query.find(x.view), func(h hit) bool {
		_, is := slices.BinarySearch(held, h.uid)
		return is
	})
	if x.compare == nil {
		return uidsOf(hits)
	}
	list := sortHits(x.s, hits)
	slices.SortStableFunc(list, x.compare)
	for i := range list {
		hits[i] = list[i].hit
	}
	return uidsOf(hits)
}

// fetchNew writes what is fetched of hits that are new to the mailbox.
func (x *searchContext) fetchNew(now []uint32, next uint32) {
	if x.fetch == nil {
		return
	}
	for _, uid := range now {
		if seq, ok := x.view.seq(uid); ok && uid >= next {
			x.fetch.respond(seq, x.view.at(seq), false)
		}
	}
	x.fetch.told = nil
}

// tell writes what is to be taken from the hits and what to be put in, to make
// them what they are now (RFC 5267 section 4.3). Nothing ever changes places.
func (x *searchContext) tell(now []uint32) {
	gone, added := differences(x.uids, now)
	x.uids = now
	if len(gone)+len(added) == 0 {
		return
	}
	x.beginExtended(&x.s.enc)
	x.writePlaced("REMOVEFROM", gone)
	x.writePlaced("ADDTO", added)
	x.s.enc.line()
}

// A place is a UID with its place among others, from 1 on.
type place struct {
	uid   uint32
	place int
}

// differences returns what is to be taken from old, one after the other, and
// then put in, to make it now. Most of both is the same, and there may be many
// thousands.
func differences(old, now []uint32) (gone, added []place) {
	start, end := 0, 0
	for n := min(len(old), len(now)); start < n && old[start] == now[start]; {
		start++
	}
	for n := min(len(old), len(now)) - start; end < n && old[len(old)-1-end] == now[len(now)-1-end]; {
		end++
	}
	old, now = old[start:len(old)-end], now[start:len(now)-end]
	had, has := setOf(old), setOf(now)
	for i, uid := range old {
		if !has[uid] {
			gone = append(gone, place{uid, start + i - len(gone) + 1})
		}
	}
	for i, uid := range now {
		if !had[uid] {
			added = append(added, place{uid, start + i + 1})
		}
	}
	return gone, added
}

func setOf(uids []uint32) map[uint32]bool {
	set := make(map[uint32]bool, len(uids))
	for _, uid := range uids {
		set[uid] = true
	}
	return set
}

// writePlaced writes hits with their places, or with 0 in the order of the
// mailbox, which tells their places itself.
func (x *searchContext) writePlaced(item string, list []place) {
	e := &x.s.enc
	if len(list) == 0 {
		return
	}
	e.sp()
	e.raw(item)
	e.raw(" (")
	hits := make([]hit, len(list))
	for i, p := range list {
		seq, _ := x.view.seq(p.uid)
		hits[i] = hit{seq: seq, uid: p.uid}
	}
	if x.compare == nil {
		e.raw("0 ")
		x.writeNumbers(e, hits)
	} else {
		for i, p := range list {
			if i > 0 {
				e.sp()
			}
			e.num(uint64(p.place))
			e.sp()
			e.num(uint64(x.number(hits[i])))
		}
	}
	e.byte(')')
}

// runCancelUpdate is CANCELUPDATE (RFC 5267 section 4.3.5).
func runCancelUpdate(s *session, c *call) error {
	var tags []string
	for ok := true; ok; ok = !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		tags = append(tags, c.p.quoted())
	}
	if err := c.p.end(); err != nil {
		return err
	}
	for _, tag := range tags {
		with := func(x *searchContext) bool { return x.c.tag == tag }
		if !slices.ContainsFunc(s.view.contexts, with) {
			return no("", "Nothing is updated for %q", tag)
		}
		s.view.contexts = slices.DeleteFunc(s.view.contexts, with)
	}
	return nil
}
