package imapfake

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// qresyncExtension is QRESYNC (RFC 7162 section 3.2), but for the modifier of
// FETCH.
var qresyncExtension = extension{
	caps: []imap.Cap{imap.CapQResync},
	enable: []enabler{{
		cap: imap.CapQResync, enable: (*session).enableCondStore,
	}},
	selectParams: []selectParam{{
		name: "QRESYNC", cap: imap.CapQResync, parse: parseQResync,
	}},
}

// resync is the QRESYNC parameter of SELECT: what the client knows of the
// mailbox.
type resync struct {
	uidValidity uint32
	modSeq      uint64
	uids        imap.UIDSet // nil is all
	match       matchData
}

// matchData pairs sequence numbers with the UIDs that the client has for them.
type matchData struct {
	seqs imap.SeqSet
	uids imap.UIDSet
}

func parseQResync(s *session, p *parser, o *selectOptions) {
	if !s.enabled[imap.CapQResync] {
		p.fail("ENABLE QRESYNC before")
	}
	q := new(resync)
	o.resync = q
	p.sp()
	p.expect('(')
	q.uidValidity = p.nzNumber()
	p.sp()
	q.modSeq = p.modSeq()
	if p.peek() == ' ' && p.peekAt(1) != '(' {
		p.sp()
		q.uids = p.knownUIDs()
	}
	if p.peek() == ' ' {
		p.sp()
		if s.uidOnly() {
			p.failCode("UIDREQUIRED", "no sequence numbers: UIDONLY is enabled")
		}
		p.parseMatchData(&q.match)
	}
	p.expect(')')
}

// parseMatchData takes (seqs uids).
func (p *parser) parseMatchData(m *matchData) {
	start := p.pos
	p.expect('(')
	m.seqs, _ = p.numSet(false).(imap.SeqSet)
	p.sp()
	m.uids = p.knownUIDs()
	p.expect(')')
	if p.err == nil && (m.seqs.Dynamic() || count(m.seqs) != count(m.uids)) {
		p.failAt(start, "as many known sequence numbers as UIDs")
	}
}

// knownUIDs takes a set of UIDs without "*".
func (p *parser) knownUIDs() imap.UIDSet {
	start := p.pos
	set, _ := p.numSet(true).(imap.UIDSet)
	if p.err == nil && set.Dynamic() {
		p.failAt(start, `UIDs without "*"`)
	}
	return set
}

// count returns how many numbers a set has.
func count[S ~[]R, R imap.SeqRange | imap.UIDRange](set S) (n uint64) {
	for _, r := range set {
		a, b := ends(r)
		n += uint64(max(a, b)-min(a, b)) + 1
	}
	return n
}

func ends[R imap.SeqRange | imap.UIDRange](r R) (start, stop uint32) {
	switch r := any(r).(type) {
	case imap.SeqRange:
		return r.Start, r.Stop
	case imap.UIDRange:
		return uint32(r.Start), uint32(r.Stop)
	}
	return 0, 0
}

// known returns the UID up to which the client knows of all expunges: that of
// the last pair that is right.
func (m matchData) known(v *view) (last uint32) {
	i, at := 0, uint32(0) // the place in uids
	for _, r := range m.seqs {
		for seq := min(r.Start, r.Stop); seq <= max(r.Start, r.Stop); seq++ {
			if seq > v.len() {
				return last
			}
			u := m.uids[i]
			uid := uint32(min(u.Start, u.Stop)) + at
			if v.at(seq).UID == uid {
				last = uid
			}
			if at++; uid == uint32(max(u.Start, u.Stop)) {
				i, at = i+1, 0
			}
		}
	}
	return last
}

// writeResync writes what has happened since the client's last visit: what is
// gone, then what has other flags (RFC 7162 section 3.2.5).
func (s *session) writeResync(q *resync) {
	v := s.view
	if q.uidValidity != v.snap.UIDValidity {
		return
	}
	known := q.match.known(v)
	gone := v.vanished(q.uids, q.modSeq)
	s.writeVanishedEarlier(slices.DeleteFunc(gone, func(uid uint32) bool { return uid <= known }))
	for _, uid := range v.changedSince(q.uids, q.modSeq) {
		if seq, ok := v.seq(uid); ok {
			s.writeFetchFlags(seq, v.at(seq), true)
		}
	}
}

// writeVanishedEarlier writes VANISHED (EARLIER), if there is anything to
// tell. It comes before any FETCH response.
func (s *session) writeVanishedEarlier(uids []uint32) {
	if len(uids) > 0 {
		s.enc.raw("* VANISHED (EARLIER) ")
		s.enc.numSet(uidRanges(uids))
		s.enc.line()
	}
}

// uidRanges returns UIDs in ascending order as a set.
func uidRanges(uids []uint32) (set imap.UIDSet) {
	for _, u := range uids {
		uid := imap.UID(u)
		if n := len(set); n > 0 && set[n-1].Stop+1 == uid {
			set[n-1].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}

// vanished returns the UIDs of a set, nil for all, that have been expunged
// since a mod-sequence, in order. Those that the client is yet to be told of
// in this session aren't among them.
func (v *view) vanished(set imap.UIDSet, since uint64) []uint32 {
	return v.logged(set, since, func(ch mailstore.Change) bool {
		return ch.Kind == mailstore.Expunged && v.snap.Get(ch.UID) == nil
	})
}

// changedSince returns the UIDs of a set, nil for all, of messages that are
// there and have a higher mod-sequence, in order.
func (v *view) changedSince(set imap.UIDSet, since uint64) []uint32 {
	return v.logged(set, since, func(ch mailstore.Change) bool {
		return ch.Kind != mailstore.Expunged
	})
}

// logged returns the UIDs of changes in the mailbox's log, in order.
func (v *view) logged(
	set imap.UIDSet, since uint64, keep func(mailstore.Change) bool,
) (uids []uint32) {
	in := sortedUIDs(set)
	for _, ch := range v.box.Changes(since) {
		if ch.ModSeq > v.snap.HighestModSeq {
			break
		}
		if keep(ch) && (set == nil || in.Contains(imap.UID(ch.UID))) {
			uids = append(uids, ch.UID)
		}
	}
	slices.Sort(uids)
	return slices.Compact(uids)
}

// sortedUIDs returns a set in the form that its Contains needs.
func sortedUIDs(set imap.UIDSet) (sorted imap.UIDSet) {
	for _, r := range set {
		sorted.AddRange(r.Start, r.Stop)
	}
	return sorted
}
