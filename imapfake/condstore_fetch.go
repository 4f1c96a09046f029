package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// condStoreFetchExtension is what CONDSTORE and QRESYNC add to FETCH and SEARCH
// (RFC 7162 sections 3.1.4, 3.1.5 and 3.2.6).
var condStoreFetchExtension = extension{
	fetchItems: []fetchItem{
		{name: "MODSEQ", cap: imap.CapCondStore, parse: fetchModSeq},
	},
	fetchModifiers: []fetchModifier{
		{name: "CHANGEDSINCE", cap: imap.CapCondStore, parse: fetchChangedSince},
		{name: "VANISHED", cap: imap.CapQResync, parse: fetchVanished},
	},
	searchKeys: []searchKey{
		{name: "MODSEQ", cap: imap.CapCondStore, parse: searchModSeq},
	},
}

func fetchModSeq(p *parser, f *fetch) {
	f.condStore = true
	f.add("MODSEQ", func(e *encoder, m *mailstore.Entry) {
		e.byte('(')
		e.num(m.ModSeq)
		e.byte(')')
	})
}

// fetchChangedSince passes over what hasn't changed, and has MODSEQ in the
// answers.
func fetchChangedSince(p *parser, f *fetch) {
	p.sp()
	f.since = p.modSeq()
	f.filters = append(f.filters, func(m *mailstore.Entry) bool { return m.ModSeq > f.since })
	fetchModSeq(p, f)
}

// modSeq takes a mod-sequence, which isn't 0.
func (p *parser) modSeq() uint64 {
	start := p.pos
	n := p.number64()
	if n == 0 && !p.lenient {
		p.failAt(start, "a mod-sequence above 0")
	}
	return n
}

// fetchVanished asks for the expunged messages as well. It needs UIDs, a point
// in time, and ENABLE QRESYNC.
func fetchVanished(p *parser, f *fetch) {
	switch {
	case !f.uid:
		p.fail("UID FETCH for VANISHED")
	case !f.s.enabled[imap.CapQResync]:
		p.fail("ENABLE QRESYNC before VANISHED")
	}
	f.vanished = true
}

// writeVanished writes what VANISHED asks for.
func (f *fetch) writeVanished() error {
	if f.since == 0 {
		return bad("", "VANISHED needs CHANGEDSINCE")
	}
	set, _ := f.set.(imap.UIDSet)
	f.s.writeVanishedEarlier(f.s.view.vanished(f.s.view.allUIDs(set), f.since))
	return nil
}

// allUIDs puts the last UID that there was for each "*", and the ends of
// ranges in order.
func (v *view) allUIDs(set imap.UIDSet) imap.UIDSet {
	if imap.IsSearchRes(set) {
		set = v.saved
	}
	plain := imap.UIDSet{}
	for _, r := range set {
		start, stop := span(uint32(r.Start), uint32(r.Stop), max(v.snap.UIDNext-1, 1))
		plain = append(plain, imap.UIDRange{Start: imap.UID(start), Stop: imap.UID(stop)})
	}
	return plain
}

// changed returns the part of ranges that has changed since a mod-sequence,
// without a look at the rest.
func (v *view) changed(ranges []imap.SeqRange, since uint64) (list []imap.SeqRange) {
	for _, uid := range v.changedSince(nil, since) {
		if seq, ok := v.seq(uid); ok && inRanges(ranges, seq) {
			list = append(list, imap.SeqRange{Start: seq, Stop: seq})
		}
	}
	return list
}

// searchModSeq takes MODSEQ ["/flags/name" all|priv|shared] n. A message has
// one mod-sequence for all its flags, so that the first two don't matter.
func searchModSeq(p *parser, q *search) criterion {
	p.sp()
	if p.peek() == '"' {
		p.quoted()
		p.sp()
		start := p.pos
		switch p.keyword("all, priv or shared") {
		case "ALL", "PRIV", "SHARED":
		default:
			p.failAt(start, "all, priv or shared")
		}
		p.sp()
	}
	n := p.number64()
	q.modSeq = true
	return criterion{cost: costField, match: func(x *searched) bool { return x.ModSeq >= n }}
}
