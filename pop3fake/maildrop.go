package pop3fake

import (
	"fmt"
	"strconv"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A maildrop is what one session sees of an account: its INBOX as it was at
// login (RFC 1939 section 4). Message numbers are places in it from 1, and
// don't change when messages are marked as deleted.
type maildrop struct {
	inbox   *mailstore.Mailbox
	view    *mailstore.Snapshot
	deleted map[int]bool // by number; made when first needed
	unlock  func()
}

func openMaildrop(a *mailstore.Account) (*maildrop, error) {
	unlock, err := a.Lock()
	if err != nil {
		return nil, err
	}
	inbox := a.Mailbox("INBOX")
	return &maildrop{inbox: inbox, view: inbox.Snapshot(), unlock: unlock}, nil
}

// all ranges over the messages that are not deleted.
func (d *maildrop) all(yield func(n int, e *mailstore.Entry) bool) {
	for i, e := range d.view.All() {
		if !d.deleted[i+1] && !yield(i+1, e) {
			return
		}
	}
}

// size returns how many messages there are, and their octets.
func (d *maildrop) size() (count, octets int) {
	for _, e := range d.all {
		count++
		octets += len(e.Msg.Raw)
	}
	return count, octets
}

// total says what size returns: "2 messages (320 octets)".
func (d *maildrop) total() string {
	count, octets := d.size()
	return fmt.Sprintf("%s (%d octets)", messages(count), octets)
}

func messages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return strconv.Itoa(n) + " messages"
}

// uniqueID is the message's UIDL. A UID is never used again while its
// UIDVALIDITY lasts, so the pair is never used again at all.
func (d *maildrop) uniqueID(e *mailstore.Entry) string {
	return fmt.Sprintf("%08x%08x", d.view.UIDValidity, e.UID)
}

// update removes the messages that are marked (RFC 1939 section 6). If it
// can't it removes none, and returns the response code of the reason.
func (d *maildrop) update() (code string) {
	switch {
	case len(d.deleted) == 0:
		return ""
	case d.inbox.ReadOnly():
		return "[SYS/PERM]"
	case d.inbox.Snapshot().UIDValidity != d.view.UIDValidity:
		return "[SYS/TEMP]" // the UIDs now name other messages
	}
	var uids []uint32
	for i, e := range d.view.All() {
		if d.deleted[i+1] {
			uids = append(uids, e.UID)
		}
	}
	d.inbox.Expunge(uids)
	return ""
}

// find returns the message with a number, a client's argument. If there is
// none it replies and returns nil.
func (s *session) find(arg string) (n int, e *mailstore.Entry) {
	n, ok := number(arg)
	switch {
	case !ok || n == 0:
		s.err("message number expected")
	case n > s.drop.view.Len():
		count, _ := s.drop.size()
		s.err("no such message, only " + messages(count) + " in maildrop")
	case s.drop.deleted[n]:
		s.err(fmt.Sprintf("message %d is deleted", n))
	default:
		return n, s.drop.view.At(n - 1)
	}
	return 0, nil
}

// number parses an argument that is a number: digits only.
func number(arg string) (n int, ok bool) {
	for i := range len(arg) {
		if arg[i] < '0' || arg[i] > '9' {
			return 0, false
		}
	}
	u, err := strconv.ParseUint(arg, 10, 31)
	if err != nil {
		// Digits that are out of range: greater than any number there is.
		return 1<<31 - 1, arg != ""
	}
	return int(u), true
}
