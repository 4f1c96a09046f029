package mailstore

import (
	"sort"
	"sync"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A Mailbox is a folder of an account. Its methods may be called by several
// goroutines, and while clients have it selected: they see what a real server
// would push.
type Mailbox struct {
	account *Account

	mu      sync.Mutex
	name    string        // guarded by mu
	use     string        // special use: "\\Sent"; guarded by mu
	view    *Snapshot     // current; guarded by mu
	log     []Change      // in order of ModSeq; guarded by mu
	changed chan struct{} // closed at the next change, nil if nobody asked; guarded by mu
	recent  uint32        // UIDs from here on are recent; guarded by mu
}

// An Entry is one message in one mailbox. It does not change: another flag
// is another Entry with the same UID.
type Entry struct {
	UID    uint32
	ModSeq uint64
	Flags  []string  // in the order they were set, without \Recent
	Date   time.Time // internal date
	Saved  time.Time // when it came to this mailbox
	Msg    *message.Message
}

// A Snapshot is a mailbox at one moment. It does not change.
type Snapshot struct {
	UIDValidity   uint32
	UIDNext       uint32
	HighestModSeq uint64

	entries []*Entry
}

// Len returns how many entries there are.
func (s *Snapshot) Len() int { return len(s.entries) }

// At returns entry i, from 0, in order of UIDs.
func (s *Snapshot) At(i int) *Entry { return s.entries[i] }

// Index returns the place of the first entry whose UID is uid or greater, and
// whether it is uid.
func (s *Snapshot) Index(uid uint32) (i int, found bool) {
	i = sort.Search(s.Len(), func(i int) bool { return s.At(i).UID >= uid })
	return i, i < s.Len() && s.At(i).UID == uid
}

// A Change is an entry of a mailbox's change log.
type Change struct {
	ModSeq uint64
	UID    uint32
	Kind   ChangeKind
}

// A ChangeKind says what a change was.
type ChangeKind uint8

// The kinds of changes.
const (
	Appended ChangeKind = iota
	Flagged
	Expunged
)

// Name returns the mailbox's name.
func (b *Mailbox) Name() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.name
}

// Snapshot returns the mailbox as it is now.
func (b *Mailbox) Snapshot() *Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.view
}

// Changes returns the changes with a mod-sequence above since, in order.
func (b *Mailbox) Changes(since uint64) []Change { return nil }

// Changed returns a channel that is closed at the next change of the mailbox
// after since, or is closed already if there was one: no wake-up is lost.
func (b *Mailbox) Changed(since uint64) <-chan struct{} { return nil }

// Append adds a message and returns its entry.
func (b *Mailbox) Append(m *message.Message, flags []string, date time.Time) *Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := *b.view
	v.HighestModSeq++
	e := &Entry{UID: v.UIDNext, ModSeq: v.HighestModSeq, Flags: flags, Date: date, Saved: time.Now(), Msg: m}
	v.UIDNext++
	v.entries = append(v.entries[:len(v.entries):len(v.entries)], e)
	b.view = &v
	return e
}

// A FlagOp says what SetFlags does with the flags that are there.
type FlagOp uint8

// The flag operations.
const (
	ReplaceFlags FlagOp = iota
	AddFlags
	RemoveFlags
)

// SetFlags changes the flags of the messages with these UIDs, each change with
// a mod-sequence of its own... UIDs that are not there are passed over. It returns the
// entries that it changed.
func (b *Mailbox) SetFlags(uids []uint32, op FlagOp, flags ...string) []*Entry { return nil }

// Expunge removes the messages with these UIDs and returns the UIDs that it
// removed.
func (b *Mailbox) Expunge(uids []uint32) []uint32 { return nil }

// CopyTo copies entries to another mailbox, all or none, with their flags and
// dates, and returns the new entries in the same order.
func (b *Mailbox) CopyTo(dst *Mailbox, uids []uint32) ([]*Entry, error) { return nil, nil }

// MoveTo moves entries to another mailbox, all or none, as one step for
// everybody who looks (RFC 6851), and returns the new entries in the same
// order.
func (b *Mailbox) MoveTo(dst *Mailbox, uids []uint32) ([]*Entry, error) { return nil, nil }

// ClaimRecent returns the UID from which on messages are \Recent for the
// session that asks, and makes them old for later ones (RFC 3501 section
// 2.3.2). With peek they stay recent, as EXAMINE and STATUS leave them.
func (b *Mailbox) ClaimRecent(peek bool) uint32 { return 0 }

// Messages returns the mailbox's messages, decoded.
func (b *Mailbox) Messages() []*message.Message { return nil }

// Add appends a message from a test's literal: LF line ends become CRLF.
func (b *Mailbox) Add(raw string, flags ...string) *message.Message { return nil }
