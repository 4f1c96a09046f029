package mailstore

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mailbox returns the mailbox with a name and adds it, and its parents, if
// there is none. Names are UTF-8 with "/" between the levels of the hierarchy;
// any case of INBOX is the inbox. It panics if the name is not allowed.
func (a *Account) Mailbox(name string) *Mailbox {
	b, err := a.create(name, false)
	if err == ErrExists {
		b = a.Find(name)
	}
	if b == nil {
		panic("mailstore: Mailbox(" + strconv.Quote(name) + "): " + ErrBadName.Error() +
			": no level may be empty, and all must be UTF-8 without control characters")
	}
	return b
}

// Find returns the mailbox with a name, or nil if there is none that can be
// selected.
func (a *Account) Find(name string) *Mailbox {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if b := a.boxes[canonical(name)]; b != nil && !b.noSelect {
		return b
	}
	return nil
}

// Mailboxes returns the mailboxes in order of their names, INBOX first. Those
// that are NoSelect are among them.
func (a *Account) Mailboxes() []*Mailbox {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	list := make([]*Mailbox, 0, len(a.boxes))
	for _, name := range sortedNames(maps.Keys(a.boxes)) {
		list = append(list, a.boxes[name])
	}
	return list
}

// Create adds a mailbox, and its parents if they are missing (RFC 3501 section
// 6.3.3). A trailing "/" is dropped. It returns ErrExists if there is one, and
// ErrBadName for a name with an empty level, a control character, or bytes
// that are not UTF-8. A NoSelect name becomes a mailbox that can be selected.
// It has the rights of its parent. At the quota's number of mailboxes it returns ErrOverQuota.
func (a *Account) Create(name string) (*Mailbox, error) { return a.create(name, true) }

func (a *Account) create(name string, quota bool) (*Mailbox, error) {
	name = canonical(strings.TrimSuffix(name, "/"))
	if !validName(name) {
		return nil, ErrBadName
	}
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if b := a.boxes[name]; b != nil && !b.noSelect {
		return nil, ErrExists
	}
	if q := a.Quota.Mailboxes; quota && q != 0 && a.usedLocked().Mailboxes >= q {
		return nil, ErrOverQuota
	}
	a.makeParentsLocked(name)
	b := a.makeLocked(name)
	b.inheritRightsLocked()
	return b, nil
}

func (a *Account) makeParentsLocked(name string) {
	for i, c := range name {
		if c == '/' && a.boxes[name[:i]] == nil {
			a.makeLocked(name[:i])
		}
	}
}

// makeLocked makes a mailbox whose UIDVALIDITY no other of the account ever
// had, so that a name that is used again is told from the one before.
func (a *Account) makeLocked(name string) *Mailbox {
	a.lastValidity++
	a.lastBox++
	b := &Mailbox{
		account: a, store: a.store, number: a.lastBox, name: name, recent: 1, flags: newFlagTable(),
		view:     &Snapshot{UIDValidity: a.lastValidity, UIDNext: 1, HighestModSeq: 1},
		metadata: Metadata{store: a.store},
	}
	b.metadata.box = b
	a.store.touchLocked()
	a.boxes[name] = b
	return b
}

// Delete removes a mailbox and its messages; its children and subscription
// stay (RFC 3501 section 6.3.4). If there are children the name stays as well,
// NoSelect, and can't be deleted again before they are: ErrHasChildren. INBOX
// gives ErrBadName, a missing mailbox ErrNotExist.
func (a *Account) Delete(name string) error {
	name = canonical(name)
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	b := a.boxes[name]
	children := a.childrenLocked(name)
	switch {
	case b == nil:
		return ErrNotExist
	case name == inboxName:
		return ErrBadName
	case b.noSelect && len(children) > 0:
		return ErrHasChildren
	}
	delete(a.boxes, name)
	b.endLocked()
	if len(children) > 0 {
		a.makeLocked(name).noSelect = true
	}
	return nil
}

// childrenLocked returns the names below name in order.
func (a *Account) childrenLocked(name string) []string {
	var list []string
	for n := range a.boxes {
		if strings.HasPrefix(n, name+"/") {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// Rename renames a mailbox and its children; sessions that have them selected
// go on. Renaming INBOX moves its messages to the new mailbox and leaves INBOX
// empty, with its children (RFC 3501 section 6.3.5). It returns ErrNotExist,
// ErrExists for a name that is taken, and ErrBadName for one that is not
// allowed or is below the old one.
func (a *Account) Rename(from, to string) error {
	from, to = canonical(from), canonical(strings.TrimSuffix(to, "/"))
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if err := a.checkRenameLocked(from, to); err != nil {
		return err
	}
	a.makeParentsLocked(to)
	if from == inboxName {
		transferLocked(a.inbox, a.makeLocked(to), a.inbox.uidsLocked(), true, AllRights)
		return nil
	}
	a.store.touchLocked()
	for _, old := range append(a.childrenLocked(from), from) {
		b := a.boxes[old]
		delete(a.boxes, old)
		b.name = to + strings.TrimPrefix(old, from)
		a.boxes[b.name] = b
	}
	return nil
}

func (a *Account) checkRenameLocked(from, to string) error {
	switch {
	case a.boxes[from] == nil:
		return ErrNotExist
	case !validName(to):
		return ErrBadName
	case a.boxes[to] != nil:
		return ErrExists
	case from != inboxName && strings.HasPrefix(to, from+"/"):
		return ErrBadName
	}
	return nil
}

// Subscribe adds name to, or removes it from, the subscribed names. The name
// need not exist.
func (a *Account) Subscribe(name string, on bool) {
	name = canonical(strings.TrimSuffix(name, "/"))
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if on == a.subscribed[name] {
		return
	}
	a.store.touchLocked()
	if !on {
		delete(a.subscribed, name)
		return
	}
	if a.subscribed == nil {
		a.subscribed = make(map[string]bool)
	}
	a.subscribed[name] = true
}

// Subscribed returns the subscribed names in order, INBOX first.
func (a *Account) Subscribed() []string {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	return sortedNames(maps.Keys(a.subscribed))
}

const inboxName = "INBOX"

// canonical spells INBOX, also as the first level of a name, in upper case.
func canonical(name string) string {
	if first, rest, ok := strings.Cut(name, "/"); strings.EqualFold(first, inboxName) {
		if !ok {
			return inboxName
		}
		return inboxName + "/" + rest
	}
	return name
}

func validName(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) &&
		!slices.Contains(strings.Split(name, "/"), "")
}

func sortedNames(names func(func(string) bool)) []string {
	return slices.SortedFunc(names, func(x, y string) int {
		if (x == inboxName) != (y == inboxName) {
			if x == inboxName {
				return -1
			}
			return 1
		}
		return strings.Compare(x, y)
	})
}
