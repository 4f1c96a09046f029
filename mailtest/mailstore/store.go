// Package mailstore holds the state behind the servers: accounts, mailboxes
// and messages.
//
// A [Store] has accounts, an [Account] has mailboxes and the queue that Next
// reads, a [Mailbox] has entries. Sessions read immutable snapshots; a change
// is a new snapshot, an entry in the mailbox's change log, and a wake-up. No
// lock is held over I/O or a callback, so a slow client delays nobody.
//
// Mail comes into a mailbox by SMTP, by [Mailbox.Add] from a literal or a
// [message.Draft], and by [Store.Seed] from files. A test reads what was
// delivered with Next, NextMatch and NextFunc, and what is in a mailbox with
// [Mailbox.Messages].
//
// # Not supported
//
// Nothing is kept on disk or beyond the process, nothing expires by itself, and
// no filters (Sieve) sort mail into mailboxes: it is delivered to the INBOX.
package mailstore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A Store is the state of a mail server. The zero value is an empty store. It
// must not be copied. Its methods may be called by several goroutines.
type Store struct {
	// Timeout is how long Next and its like wait. 0 is 10 s, and a year on
	// the clock of a testing/synctest bubble.
	Timeout time.Duration

	edits atomic.Uint64 // numbers the edits of snapshots

	// mu guards all that follows and the state of all accounts and
	// mailboxes. One lock makes copies, moves and deliveries one step for
	// everybody. A change of one message holds it for about a microsecond,
	// one of 10,000 flags for about a fifth of a millisecond.
	mu       sync.Mutex
	accounts map[string]*Account // by lower-case address
	lastID   uint64              // of a message
	revision uint64
	changed  chan struct{} // closed at the next revision; nil if nobody waits
	metadata Metadata
	shared   map[*Mailbox]struct{} // whose rights were set
	accepted queue                 // what Deliver took
	open     map[*transaction]struct{}
	reports  []report
	quoted   map[quoted]bool // transcripts that failures have shown
}

// Account returns the account with an address, in any case, and adds it if
// there is none. Its password is "secret" unless set. It panics if addr is "".
func (s *Store) Account(addr string) *Account {
	if strings.TrimSpace(addr) == "" {
		panic("mailstore: Account(" + strconv.Quote(addr) + "): give an address, such as alice@example.com")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accountLocked(addr)
}

func (s *Store) accountLocked(addr string) *Account {
	key := strings.ToLower(addr)
	a := s.accounts[key]
	if a == nil {
		if s.accounts == nil {
			s.accounts = make(map[string]*Account)
		}
		a = newAccount(s, addr)
		s.accounts[key] = a
	}
	return a
}

// Lookup returns the account with an address, in any case, or nil.
func (s *Store) Lookup(addr string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accounts[strings.ToLower(addr)]
}

// Accounts returns the accounts in order of their addresses.
func (s *Store) Accounts() []*Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Account, 0, len(s.accounts))
	for _, a := range s.accounts {
		list = append(list, a)
	}
	slices.SortFunc(list, func(x, y *Account) int { return strings.Compare(x.Addr, y.Addr) })
	return list
}

// Deliver stores a message in the INBOX of each recipient, adding accounts as
// needed, and wakes those who wait for it: all in one step, or not at all if
// it returns an error, which is [ErrOverQuota] or [ErrNoUIDs]. A recipient that is named
// twice gets one copy. The bytes are kept once.
func (s *Store) Deliver(m *message.Message) error {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.recipientsLocked(m)
	for _, a := range to {
		if !a.roomLocked(int64(len(m.Raw)), 1) {
			return fmt.Errorf("mailstore: deliver to %s: %w", a.Addr, ErrOverQuota)
		}
		if err := a.inbox.takesLocked(1); err != nil {
			return fmt.Errorf("mailstore: deliver to %s: %w", a.Addr, err)
		}
	}
	id := s.nextIDLocked()
	r := &receipt{msg: m, n: id}
	s.accepted.shared = true
	s.accepted.add(r)
	for _, a := range to {
		d := a.inbox.edit()
		d.append(d.newEntry(nil, Arrival{ID: id, Date: now, Saved: now, Msg: m}))
		d.commit()
		a.arrived.add(r)
	}
	return nil
}

func (s *Store) recipientsLocked(m *message.Message) []*Account {
	to := make([]*Account, 0, len(m.RcptTo))
	for _, r := range m.RcptTo {
		if a := s.accountLocked(r); !slices.Contains(to, a) {
			to = append(to, a)
		}
	}
	return to
}

func (s *Store) nextIDLocked() uint64 {
	s.lastID++
	return s.lastID
}
