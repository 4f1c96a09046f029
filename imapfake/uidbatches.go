package imapfake

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

const capUIDBatches imap.Cap = "UIDBATCHES"

// uidBatchesExtension is UIDBATCHES (RFC 10022): UIDs that cut a mailbox into
// parts of so many messages.
var uidBatchesExtension = extension{
	caps: []imap.Cap{capUIDBatches},
	commands: []command{
		{name: "UIDBATCHES", states: selected, cap: capUIDBatches, run: runUIDBatches},
	},
}

// Limits of batches: clients must not ask for smaller ones.
const (
	minBatch   = 500
	maxBatches = 1000
)

// runUIDBatches writes ranges of UIDs, the last messages first. They follow
// each other without a gap, down to UID 1.
func runUIDBatches(s *session, c *call) error {
	c.p.sp()
	size := c.p.nzNumber()
	first, last := uint32(1), uint32(maxBatches+1)
	some := c.p.peek() == ' '
	if some {
		c.p.sp()
		first = c.p.nzNumber()
		c.p.expect(':')
		last = c.p.nzNumber()
	}
	if err := c.p.end(); err != nil {
		return err
	}
	batches := s.view.batches(size)
	switch n := uint32(len(batches)); {
	case first > last:
		return bad(imap.ResponseCodeClientBug, "The first batch is behind the last")
	case size < minBatch:
		return no("TOOFEW", "A batch has at least %d messages", minBatch)
	case some && last-first >= maxBatches || !some && n > maxBatches:
		return no("TOOMANY", "At most %d batches at a time", maxBatches)
	default:
		s.writeBatches(c, batches[min(first-1, n):min(last, n)])
	}
	return nil
}

// batches returns the ranges of all UIDs, highest first.
func (v *view) batches(size uint32) (list []imap.UIDRange) {
	if v.len() == 0 {
		return nil
	}
	high := imap.UID(v.at(v.len()).UID)
	for left := v.len(); left > 0; {
		low := imap.UID(1)
		if left > size {
			low = imap.UID(v.at(left - size + 1).UID)
		}
		list = append(list, imap.UIDRange{Start: high, Stop: low})
		left -= min(left, size)
		high = low - 1
	}
	return slices.Clip(list)
}

func (s *session) writeBatches(c *call, list []imap.UIDRange) {
	e := &s.enc
	e.raw("* UIDBATCHES (TAG ")
	e.string(c.tag)
	e.byte(')')
	sep := byte(' ')
	for _, r := range list {
		e.byte(sep)
		sep = ','
		e.num(uint64(r.Start))
		e.byte(':')
		e.num(uint64(r.Stop))
	}
	e.line()
}
