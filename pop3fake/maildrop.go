package pop3fake

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A maildrop is what one session sees of an account: its INBOX as it was at
// login (RFC 1939 section 4). Message numbers are places in it from 1, and
// don't change when messages are marked as deleted.
type maildrop struct {
	account   *mailstore.Account
	inbox     *mailstore.Mailbox
	validity  uint32
	list      []*mailstore.Entry
	deleted   map[int]bool // by number; made when first needed
	retrieved map[int]bool // by number; made when first needed
	unlock    func()
}

// openMaildrop locks and reads an account's maildrop. In recent mode it has
// the messages of the last 30 days, whether or not they have left it.
func (m *memory) openMaildrop(a *mailstore.Account, recent bool) (*maildrop, error) {
	unlock, err := a.Lock()
	if err != nil {
		return nil, err
	}
	inbox := a.Mailbox("INBOX")
	view := inbox.Snapshot()
	d := &maildrop{account: a, inbox: inbox, validity: view.UIDValidity, unlock: unlock}
	d.list = make([]*mailstore.Entry, 0, view.Len())
	since := time.Now().AddDate(0, 0, -30)
	for _, e := range view.All() {
		if recent && e.Saved.After(since) || !recent && !m.isGone(a, d.id(e)) {
			d.list = append(d.list, e)
		}
	}
	return d, nil
}

// all ranges over the messages that are not deleted.
func (d *maildrop) all(yield func(n int, e *mailstore.Entry) bool) {
	for i, e := range d.list {
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

// An entryID names a message for ever: a UID is never used again while its
// UIDVALIDITY lasts.
type entryID struct{ validity, uid uint32 }

func (d *maildrop) id(e *mailstore.Entry) entryID { return entryID{d.validity, e.UID} }

// uniqueID is the message's UIDL.
func (d *maildrop) uniqueID(e *mailstore.Entry) string {
	return fmt.Sprintf("%08x%08x", d.validity, e.UID)
}

// leaving returns the messages that are to leave the maildrop.
func (d *maildrop) leaving() []*mailstore.Entry {
	var list []*mailstore.Entry
	for i, e := range d.list {
		if d.deleted[i+1] || d.retrieved[i+1] {
			list = append(list, e)
		}
	}
	return list
}

// update removes the messages that are to leave the maildrop (RFC 1939 section
// 6). If it can't it removes none, and returns the response code of the
// reason.
func (d *maildrop) update() (code string) {
	list := d.leaving()
	switch {
	case len(list) == 0:
		return ""
	case d.inbox.ReadOnly():
		return "[SYS/PERM]"
	case d.inbox.Snapshot().UIDValidity != d.validity:
		return "[SYS/TEMP]" // the UIDs now name other messages
	}
	uids := make([]uint32, len(list))
	for i, e := range list {
		uids[i] = e.UID
	}
	d.inbox.Expunge(uids)
	return ""
}

// memory is what a server remembers between sessions.
type memory struct {
	mu    sync.Mutex
	gone  map[*mailstore.Account]map[entryID]bool // left the maildrop, not the INBOX; guarded by mu
	login map[*mailstore.Account]time.Time        // the last one; guarded by mu
}

func newMemory() *memory {
	return &memory{
		gone:  make(map[*mailstore.Account]map[entryID]bool),
		login: make(map[*mailstore.Account]time.Time),
	}
}

// hide has the messages leave the maildrop, and stay in the INBOX.
func (m *memory) hide(d *maildrop) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone[d.account] == nil {
		m.gone[d.account] = make(map[entryID]bool)
	}
	for _, e := range d.leaving() {
		m.gone[d.account][d.id(e)] = true
	}
}

func (m *memory) isGone(a *mailstore.Account, id entryID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.gone[a][id]
}

// early reports whether a login comes too early after the last one. If not, it
// is the last one now.
func (m *memory) early(a *mailstore.Account, delay time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if last, ok := m.login[a]; ok && now.Sub(last) < delay {
		return true
	}
	m.login[a] = now
	return false
}

// mark adds a number to a set of messages.
func mark(set *map[int]bool, n int) {
	if *set == nil {
		*set = make(map[int]bool)
	}
	(*set)[n] = true
}

// find returns the message with a number, a client's argument. If there is
// none it replies and returns nil.
func (s *session) find(arg string) (n int, e *mailstore.Entry) {
	n, ok := number(arg)
	switch {
	case !ok || n == 0:
		s.err("message number expected")
	case n > len(s.drop.list):
		count, _ := s.drop.size()
		s.err("no such message, only " + messages(count) + " in maildrop")
	case s.drop.deleted[n]:
		s.err(fmt.Sprintf("message %d is deleted", n))
	default:
		return n, s.drop.list[n-1]
	}
	return 0, nil
}

// number parses an argument that is a number: digits only. One that is out of
// range is greater than any number there is.
func number(arg string) (n int, ok bool) {
	digit := func(r rune) bool { return '0' <= r && r <= '9' }
	if arg == "" || slices.ContainsFunc([]rune(arg), func(r rune) bool { return !digit(r) }) {
		return 0, false
	}
	u, err := strconv.ParseUint(arg, 10, 31)
	if err != nil {
		return 1<<31 - 1, true
	}
	return int(u), true
}
