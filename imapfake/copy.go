package imapfake

import (
	"errors"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var copyExtension = extension{
	commands: []command{
		{name: "COPY", states: selected, uid: true, run: runCopy},
	},
}

var moveExtension = extension{
	caps: []imap.Cap{imap.CapMove},
	commands: []command{
		{name: "MOVE", states: selected, cap: imap.CapMove, uid: true, run: runMove},
	},
}

// runCopy is COPY (RFC 3501 section 6.4.7).
func runCopy(s *session, c *call) (err error) {
	c.code, _, err = s.transfer(c, false)
	return err
}

// runMove is MOVE (RFC 6851): the code goes out first, EXPUNGE follows.
func runMove(s *session, c *call) error {
	if s.view.readOnly {
		return errReadOnly
	}
	if err := s.allow(s.view.box, "te"); err != nil {
		return err
	}
	code, limit, err := s.transfer(c, true)
	if code != "" {
		s.untagged(imap.StatusResponseTypeOK, code, "Moved")
		c.modSeq = s.enabled[imap.CapQResync]
	}
	if err == nil {
		c.limit(s, limit)
	}
	return err
}

// errReadOnly answers changes in a mailbox that is selected read-only.
var errReadOnly = no("READ-ONLY", "Mailbox is selected read-only")

// transfer copies or moves messages, all or none, and returns the code COPYUID,
// and MESSAGELIMIT if MOVE has left some.
func (s *session) transfer(c *call, move bool) (code, limit string, err error) {
	c.p.sp()
	set := c.p.numSet(c.uid)
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return "", "", err
	}
	if err := s.view.check(set); err != nil {
		return "", "", err
	}
	dst, err := s.destination(name)
	if err != nil {
		return "", "", err
	}
	if move {
		set, limit = s.limitedSet(set)
	}
	uids := s.view.uids(set)
	if err := s.checkSaved(uids); err != nil && !move {
		return "", "", err
	}
	for _, uid := range uids {
		if s.view.gone(uid) {
			return "", "", no(expungeIssued, "Some of the messages have been expunged")
		}
	}
	entries, err := s.view.box.TransferAs(s.account, dst, uids, move)
	if errors.Is(err, mailstore.ErrNotExist) {
		return "", "", no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist")
	}
	s.notify.added(dst, entries)
	return s.copyUID(dst, uids, entries), limit, nameError(err)
}

// copyUID returns the code COPYUID, "" if nothing was copied (RFC 4315 section
// 3).
func (s *session) copyUID(
	dst *mailstore.Mailbox, uids []uint32, entries []*mailstore.Entry,
) string {
	var from, to []*mailstore.Entry
	for i, e := range entries {
		if e != nil {
			from = append(from, &mailstore.Entry{UID: uids[i]})
			to = append(to, e)
		}
	}
	if len(to) == 0 || !s.has(imap.CapUIDPlus) {
		return ""
	}
	return "COPYUID " + strconv.FormatUint(uint64(dst.Snapshot().UIDValidity), 10) + " " +
		uidSet(from).String() + " " + uidSet(to).String()
}
