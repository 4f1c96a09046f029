package mailstore

import (
	"errors"
)

// Errors of operations on accounts and mailboxes. They are compared with
// errors.Is.
var (
	ErrExists      = errors.New("mailbox exists")
	ErrNotExist    = errors.New("mailbox doesn't exist")
	ErrBadName     = errors.New("mailbox name is not allowed")
	ErrHasChildren = errors.New("mailbox has children and can't be selected") // of Delete
	ErrNoUIDs      = errors.New("mailbox has used up its UIDs")               // see SetUIDNext
	ErrInUse       = errors.New("maildrop is locked by another session")
	ErrOverQuota   = errors.New("quota exceeded")
	ErrNoRight     = errors.New("a right for the mailbox is missing") // of TransferAs
)

// An Account is a user: an address to which mail can be sent and with which
// clients log in. Set its fields before clients connect.
type Account struct {
	Addr     string
	Password string // "secret" unless set
	Quota    Quota  // how much it can hold; none unless set

	// What logins meet. Package auth tells what each protocol answers.

	Tokens             []string // OAuth 2.0 bearer tokens for XOAUTH2 and OAUTHBEARER
	ExpiredTokens      []string // tokens that are refused as expired
	Disabled           bool     // the right password or token is refused
	MustChangePassword bool     // the right password is refused until it is changed
	RefusePassword     bool     // passwords are refused: only tokens and certificates will do
	Unavailable        bool     // every login fails for the time being

	store *Store // whose mu guards all that follows

	inbox        *Mailbox
	boxes        map[string]*Mailbox // by name
	subscribed   map[string]bool     // by name, whether or not the mailbox exists
	locked       bool                // the maildrop
	used         Quota               // without Mailboxes
	metadata     Metadata
	lastValidity uint32 // highest UIDVALIDITY so far
	lastBox      int    // number of the last mailbox made
	arrived      queue  // what Next has not returned
}

// A Quota is an amount of mail. As a limit, 0 is none (RFC 9208).
type Quota struct {
	Bytes     int64 // sum of the messages' sizes
	Messages  int
	Mailboxes int // that can be selected, INBOX among them
}

func newAccount(s *Store, addr string) *Account {
	a := &Account{
		Addr: addr, Password: "secret", store: s,
		boxes: make(map[string]*Mailbox), metadata: Metadata{store: s},
	}
	a.inbox = a.makeLocked("INBOX")
	return a
}

// Used returns how much mail all mailboxes of the account hold.
func (a *Account) Used() Quota {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	return a.usedLocked()
}

func (a *Account) usedLocked() Quota {
	q := a.used
	for _, b := range a.boxes {
		if !b.noSelect {
			q.Mailboxes++
		}
	}
	return q
}

// SetQuota sets the field Quota while clients are connected.
func (a *Account) SetQuota(q Quota) {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	a.Quota = q
}

// Limit returns the quota while others may set it.
func (a *Account) Limit() Quota {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	return a.Quota
}

// Room reports whether messages of so many bytes in all fit into the quota:
// what a server asks at RCPT or before it takes an APPEND.
func (a *Account) Room(bytes int64, messages int) bool {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	return a.roomLocked(bytes, messages)
}

func (a *Account) roomLocked(bytes int64, messages int) bool {
	q := a.Quota
	return (q.Bytes == 0 || a.used.Bytes+bytes <= q.Bytes) &&
		(q.Messages == 0 || a.used.Messages+messages <= q.Messages)
}

// Lock locks the maildrop for a POP3 session (RFC 1939 section 4) and returns
// what unlocks it, or ErrInUse.
func (a *Account) Lock() (unlock func(), err error) {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if a.locked {
		return nil, ErrInUse
	}
	a.locked = true
	return func() {
		a.store.mu.Lock()
		defer a.store.mu.Unlock()
		a.locked = false
	}, nil
}
