package mailstore

import (
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Append adds a message and returns its entry. It takes no account of the
// quota: see AppendAll.
func (b *Mailbox) Append(m *message.Message, flags []string, date time.Time) *Entry {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if b.takesLocked(1) == ErrNoUIDs {
		panic("mailstore: Append to mailbox " + b.name +
			", whose UIDs are used up: SetUIDValidity begins anew")
	}
	return b.appendLocked([]NewMessage{{m, flags, date}})[0]
}

// takesLocked returns why messages can't be added, whatever the quota.
func (b *Mailbox) takesLocked(n int) error {
	switch {
	case b.gone || b.noSelect:
		return ErrNotExist
	case uint64(b.view.UIDNext)+uint64(n) > maxUIDNext:
		return ErrNoUIDs
	}
	return nil
}

// maxUIDNext is the highest UIDNEXT (RFC 3501 section 9: nz-number).
const maxUIDNext = 1<<32 - 1

// A NewMessage is what is to be appended. A zero Date is now.
type NewMessage struct {
	Msg   *message.Message
	Flags []string
	Date  time.Time // internal date
}

// AppendAll adds messages, all or none (RFC 3502), and returns their entries
// in order. It returns ErrOverQuota, or ErrNotExist if the mailbox is Gone.
func (b *Mailbox) AppendAll(list []NewMessage) ([]*Entry, error) {
	var bytes int64
	for _, m := range list {
		bytes += int64(len(m.Msg.Raw))
	}
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if err := b.takesLocked(len(list)); err != nil {
		return nil, err
	}
	if !b.account.roomLocked(bytes, len(list)) {
		return nil, ErrOverQuota
	}
	return b.appendLocked(list), nil
}

func (b *Mailbox) appendLocked(list []NewMessage) []*Entry {
	now := time.Now()
	entries := make([]*Entry, len(list))
	d := b.edit()
	for i, m := range list {
		if m.Date.IsZero() {
			m.Date = now
		}
		e := d.newEntry(m.Flags, Arrival{
			ID: b.store.nextIDLocked(), Date: m.Date, Saved: now, Msg: m.Msg,
		})
		if b.gone || b.noSelect {
			entries[i] = new(Entry)
			*entries[i] = e
		} else {
			entries[i] = d.append(e)
		}
	}
	d.commit()
	return entries
}

// Replace adds a message to dst and removes the one with a UID from b, as one
// step (RFC 8508), and returns the new entry. It returns nil if the UID is not
// there, ErrOverQuota, or ErrNotExist if dst is Gone.
func (b *Mailbox) Replace(uid uint32, dst *Mailbox, m NewMessage) (*Entry, error) {
	if dst.store != b.store {
		panic("mailstore: replacing a message by one in a mailbox of another Store: use Append")
	}
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if err := dst.takesLocked(1); err != nil {
		return nil, err
	}
	old := b.view.Get(uid)
	if old == nil {
		return nil, nil
	}
	bytes, n := int64(len(m.Msg.Raw)), 1
	if dst.account == b.account {
		bytes, n = bytes-int64(len(old.Msg.Raw)), 0
	}
	if (bytes > 0 || n > 0) && !dst.account.roomLocked(bytes, n) {
		return nil, ErrOverQuota
	}
	e := dst.appendLocked([]NewMessage{m})[0]
	b.expungeLocked([]uint32{uid})
	return e, nil
}

// Expunge removes the messages with these UIDs and returns the UIDs that it
// removed.
func (b *Mailbox) Expunge(uids []uint32) []uint32 {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.expungeLocked(uids)
}

func (b *Mailbox) expungeLocked(uids []uint32) []uint32 {
	var gone []uint32
	d := b.edit()
	for _, uid := range uids {
		if i, ok := d.Index(uid); ok {
			d.remove(i)
			gone = append(gone, uid)
		}
	}
	d.commit()
	return gone
}

// CopyTo copies entries to another mailbox or the same, all or none, with
// their flags and dates. It returns the new entries, one for each of uids and
// in that order, which is nil where the UID is not there. It returns
// ErrOverQuota, or ErrNotExist if the mailbox is Gone.
func (b *Mailbox) CopyTo(dst *Mailbox, uids []uint32) ([]*Entry, error) {
	return b.transfer(nil, dst, uids, false)
}

// MoveTo moves entries to another mailbox or the same, all or none, as one
// step for everybody who looks (RFC 6851). It returns what CopyTo does.
func (b *Mailbox) MoveTo(dst *Mailbox, uids []uint32) ([]*Entry, error) {
	return b.transfer(nil, dst, uids, true)
}

// TransferAs is CopyTo or MoveTo for an account's client, within its rights at
// that moment (RFC 4314 section 4): the copies have the flags that it may set
// in dst only. It returns ErrNoRight if it may not insert into dst, or not
// expunge from b what is to be moved.
func (b *Mailbox) TransferAs(
	a *Account, dst *Mailbox, uids []uint32, move bool,
) ([]*Entry, error) {
	return b.transfer(a, dst, uids, move)
}

// transfer copies or moves; as is nil if rights don't matter.
func (b *Mailbox) transfer(
	as *Account, dst *Mailbox, uids []uint32, move bool,
) ([]*Entry, error) {
	if dst.store != b.store {
		panic("mailstore: copying messages to a mailbox of another Store: use Append")
	}
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if err := dst.takesLocked(len(uids)); err != nil {
		return nil, err
	}
	rights := AllRights
	if as != nil {
		rights = dst.rightsLocked(as)
		if !strings.Contains(rights, "i") || move && !hasAll(b.rightsLocked(as), "te") {
			return nil, ErrNoRight
		}
	}
	bytes, n := b.sizeLocked(uids)
	if move && dst.account == b.account {
		bytes, n = 0, 0
	}
	if n > 0 && !dst.account.roomLocked(bytes, n) {
		return nil, ErrOverQuota
	}
	return transferLocked(b, dst, uids, move, rights), nil
}

func (b *Mailbox) sizeLocked(uids []uint32) (bytes int64, n int) {
	for _, uid := range uids {
		if e := b.view.Get(uid); e != nil {
			bytes += int64(len(e.Msg.Raw))
			n++
		}
	}
	return bytes, n
}

// transferLocked copies or moves with the flags that rights allow.
func transferLocked(src, dst *Mailbox, uids []uint32, move bool, rights string) []*Entry {
	now := time.Now()
	entries := make([]*Entry, len(uids))
	from := src.view
	d := dst.edit()
	for i, uid := range uids {
		if e := from.Get(uid); e != nil {
			entries[i] = d.append(d.newEntry(allowedFlags(rights, e.Flags), Arrival{
				ID: e.ID, Date: e.Date, Saved: now, Msg: e.Msg,
			}))
		}
	}
	d.commit()
	if move {
		src.expungeLocked(uids)
	}
	return entries
}
