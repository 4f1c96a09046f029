package mailstore

import "strconv"

// A Mailbox is a folder of an account. Its methods may be called by several
// goroutines, and while clients have it selected: they see what a real server
// would push.
type Mailbox struct {
	account *Account
	store   *Store // whose mu guards all that follows
	number  int    // does not change

	name     string
	use      string // special use: "\\Sent"
	noSelect bool   // does not change
	readOnly bool
	gone     bool
	view     *Snapshot // current
	flags    flagTable
	log      changeLog
	changed  chan struct{}
	recent   uint32            // UIDs from here on are recent
	acl      map[string]string // rights by identifier; nil is all of the owner
	metadata Metadata
}

// Name returns the mailbox's name. Renaming changes it.
func (b *Mailbox) Name() string {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.name
}

// ID returns an identifier that the mailbox keeps when it is renamed and that
// no other mailbox of the account has: MAILBOXID (RFC 8474 section 4).
func (b *Mailbox) ID() string { return "m" + strconv.Itoa(b.number) }

// Account returns the account that has the mailbox.
func (b *Mailbox) Account() *Account { return b.account }

// NoSelect reports whether the mailbox is only a name: its mailbox was deleted
// while it had children.
func (b *Mailbox) NoSelect() bool { return b.noSelect }

// Gone reports whether the mailbox has been deleted. It is empty then, and
// whatever is done to it has no effect.
func (b *Mailbox) Gone() bool {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.gone
}

// Use returns the special use, such as `\Sent`, or "" (RFC 6154). Several are
// separated by spaces.
func (b *Mailbox) Use() string {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.use
}

// SetUse sets the special use, such as `\Sent` or `\Sent \Archive`; "" is none.
func (b *Mailbox) SetUse(use string) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	b.use = use
	b.store.touchLocked()
}

// ReadOnly reports whether servers refuse changes by clients.
func (b *Mailbox) ReadOnly() bool {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.readOnly
}

// SetReadOnly makes servers refuse changes by clients, or allow them again.
// Deliveries and the test's own changes go on.
func (b *Mailbox) SetReadOnly(on bool) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	b.readOnly = on
}

// SetUIDValidity gives the mailbox another UIDVALIDITY and its messages new
// UIDs from 1: all that clients know about it is void (RFC 3501 section
// 2.3.1.1). Real servers only ever raise it. It panics if n is 0.
func (b *Mailbox) SetUIDValidity(n uint32) {
	if n == 0 {
		panic("mailstore: SetUIDValidity(0): RFC 3501 allows 1 to 4294967295")
	}
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	b.account.lastValidity = max(b.account.lastValidity, n)
	old := b.view
	d := b.edit()
	*d.Snapshot = Snapshot{
		UIDValidity: n, UIDNext: 1, HighestModSeq: old.HighestModSeq, Keywords: old.Keywords,
		list: list{sets: b.flags.sets},
	}
	b.log = changeLog{}
	b.recent = 1
	for _, e := range old.Visit(0) {
		d.place(*e)
	}
	d.HighestModSeq++
	d.commit()
}

// SetUIDNext makes n the UID of the next message, to have clients meet large
// ones. It panics if that would be lower than UIDNEXT is. The highest UID is
// 4294967294, since UIDNEXT must be a number as well; then nothing more can be
// added.
func (b *Mailbox) SetUIDNext(n uint32) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if n < b.view.UIDNext {
		panic("mailstore: SetUIDNext(" + strconv.Itoa(int(n)) + "): UIDNEXT is " +
			strconv.Itoa(int(b.view.UIDNext)) + " already, and UIDs only grow")
	}
	d := b.edit()
	d.UIDNext = n
	d.HighestModSeq++
	d.commit()
}

// Snapshot returns the mailbox as it is now.
func (b *Mailbox) Snapshot() *Snapshot {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.view
}

// ClaimRecent returns the UID from which on messages are \Recent for the
// session that asks, and makes them old for later ones (RFC 3501 section
// 2.3.2). With peek they stay recent, as EXAMINE and STATUS leave them.
func (b *Mailbox) ClaimRecent(peek bool) uint32 {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	first := b.recent
	if !peek {
		b.recent = b.view.UIDNext
	}
	return first
}

func (b *Mailbox) uidsLocked() []uint32 {
	uids := make([]uint32, 0, b.view.Len())
	for _, e := range b.view.Visit(0) {
		uids = append(uids, e.UID)
	}
	return uids
}

// endLocked empties the mailbox for good and wakes its sessions.
func (b *Mailbox) endLocked() {
	b.expungeLocked(b.uidsLocked())
	b.gone = true
	delete(b.store.shared, b)
	b.wakeLocked()
}

func (b *Mailbox) wakeLocked() {
	b.store.touchLocked()
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}
