package mailstore

// A draft is the next snapshot of a mailbox while it is made: one draft at a
// time, with the store's lock held.
type draft struct {
	*Snapshot // that is to be
	box       *Mailbox
	edit      uint64
}

func (b *Mailbox) edit() draft {
	v := *b.view
	return draft{Snapshot: &v, box: b, edit: b.store.edits.Add(1)}
}

// commit makes the draft the mailbox's snapshot, if it has changed anything.
func (d draft) commit() {
	if d.HighestModSeq == d.box.view.HighestModSeq {
		return
	}
	d.box.view = d.Snapshot
	d.box.compactLocked()
	d.box.wakeLocked()
}

func (d draft) note(uid uint32, kind ChangeKind) uint64 {
	d.HighestModSeq++
	d.box.log = append(d.box.log, Change{ModSeq: d.HighestModSeq, UID: uid, Kind: kind})
	return d.HighestModSeq
}

// append adds a message that is new to the account.
func (d draft) append(e *Entry) {
	d.place(e)
	d.box.account.used.Bytes += int64(len(e.Msg.Raw))
	d.box.account.used.Messages++
}

// place gives e its UID and mod-sequence and adds it. The entry given must be
// nobody else's.
func (d draft) place(e *Entry) {
	e.UID = d.UIDNext
	e.ModSeq = d.note(e.UID, Appended)
	d.UIDNext++
	d.Snapshot.append(e, d.edit)
}

func (d draft) remove(i int) *Entry {
	e := d.At(i)
	d.Snapshot.remove(i, d.edit)
	d.note(e.UID, Expunged)
	d.box.account.used.Bytes -= int64(len(e.Msg.Raw))
	d.box.account.used.Messages--
	return e
}
