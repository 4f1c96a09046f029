package imapfake

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

const (
	capMessageLimit imap.Cap = "MESSAGELIMIT"
	capSaveLimit    imap.Cap = "SAVELIMIT"
)

// messageLimitExtension is MESSAGELIMIT (RFC 9738): how many messages one
// command may be about. MESSAGELIMIT=n in Caps sets it, SAVELIMIT=n that of
// COPY and APPEND alone.
var messageLimitExtension = extension{
	also: []imap.Cap{capMessageLimit, capSaveLimit},
	searchKeys: []searchKey{
		{name: "UIDAFTER", cap: capMessageLimit, parse: func(p *parser, q *search) criterion {
			return q.between(uint64(p.uidKey())+1, math.MaxUint32)
		}},
		{name: "UIDBEFORE", cap: capMessageLimit, parse: func(p *parser, q *search) criterion {
			return q.between(1, uint64(p.uidKey())-1)
		}},
	},
}

func (p *parser) uidKey() uint32 {
	p.sp()
	return max(p.nzNumber(), 1)
}

// between is met by UIDs from the first to the last.
func (q *search) between(first, last uint64) criterion {
	if first > last {
		return q.bind(imap.UIDSet{})
	}
	return q.bind(imap.UIDSet{{Start: imap.UID(first), Stop: imap.UID(last)}})
}

// limitOf returns n of the capability NAME=n, 0 if it isn't offered.
func (o *offer) limitOf(name imap.Cap) uint32 {
	for c := range o.set {
		if value, ok := strings.CutPrefix(strings.ToUpper(string(c)), string(name)+"="); ok {
			n, _ := strconv.ParseUint(value, 10, 32)
			return uint32(n)
		}
	}
	return 0
}

// messageLimit returns how many messages a command may be about, 0 for any.
func (s *session) messageLimit() uint32 { return s.cfg.offer.messages }

// saveLimit is messageLimit for COPY and APPEND.
func (s *session) saveLimit() uint32 {
	if n := s.cfg.offer.saved; n > 0 {
		return n
	}
	return s.messageLimit()
}

// limited returns the last of the messages in ranges, as many as a command may
// be about, and the code that says so, "" if that is all.
func (s *session) limited(ranges []imap.SeqRange) ([]imap.SeqRange, string) {
	most := s.messageLimit()
	total := count(imap.SeqSet(ranges))
	if most == 0 || s.view.len() == 0 || total <= uint64(most) {
		return ranges, ""
	}
	ranges = slices.Clone(ranges)
	for skip := uint32(total - uint64(most)); skip > 0; {
		r := &ranges[0]
		if n := r.Stop - r.Start + 1; n <= skip {
			ranges, skip = ranges[1:], skip-n
			continue
		}
		r.Start += skip
		break
	}
	return ranges, limitCode(most, s.view.at(ranges[0].Start).UID)
}

// limitedSet is limited for a set, which is another one then.
func (s *session) limitedSet(set imap.NumSet) (imap.NumSet, string) {
	if s.messageLimit() == 0 {
		return set, ""
	}
	ranges, code := s.limited(s.view.resolve(set))
	if code == "" {
		return set, ""
	}
	return imap.SeqSet(ranges), code
}

// limitCode is the response code; uid is the lowest that was dealt with, 0 if
// nothing was done.
func limitCode(most, uid uint32) string {
	if uid == 0 {
		return fmt.Sprintf("%s %d", capMessageLimit, most)
	}
	return fmt.Sprintf("%s %d %d", capMessageLimit, most, uid)
}

// tooMany returns the error of a command that deals with all messages or none.
func tooMany(most, uid uint32) error {
	return no(imap.ResponseCode(limitCode(most, uid)), "At most %d messages at a time", most)
}

// checkSaved returns the error for COPY of more messages than there may be.
func (s *session) checkSaved(uids []uint32) error {
	if most := s.saveLimit(); most > 0 && len(uids) > int(most) {
		return tooMany(most, uids[len(uids)-int(most)])
	}
	return nil
}

// limit puts a code into the tagged OK, or before it if there is another one.
func (c *call) limit(s *session, code string) {
	switch {
	case code == "":
	case c.code != "" || c.modSeq:
		s.untagged(imap.StatusResponseTypeNo, code, "Some of the messages are left")
	default:
		c.code = code
	}
}

// respondBackwards writes the responses of the last message first, as a client
// is to be told that hasn't got all of them. seen are the UIDs of those that the
// command has just made \Seen, in order.
func (f *fetch) respondBackwards(ranges []imap.SeqRange, seen []uint32) {
	v := f.s.view
	for _, r := range slices.Backward(ranges) {
		for seq := r.Stop; seq >= r.Start; seq-- {
			if m := v.at(seq); f.passes(m) {
				_, nowSeen := slices.BinarySearch(seen, m.UID)
				f.respond(seq, m, nowSeen)
			}
		}
	}
	slices.Sort(f.told)
}
