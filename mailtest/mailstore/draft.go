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
	v.list.sets = b.flags.sets
	return draft{Snapshot: &v, box: b, edit: b.store.edits.Add(1)}
}

// commit makes the draft the mailbox's snapshot, if it has changed anything.
func (d draft) commit() {
	if d.HighestModSeq == d.box.view.HighestModSeq {
		return
	}
	d.box.view = d.Snapshot
	d.box.log.compact(d.Snapshot)
	d.box.wakeLocked()
}

func (d draft) note(uid uint32, kind ChangeKind) uint64 {
	d.HighestModSeq++
	d.box.log.add(run{d.HighestModSeq, uid, 1, kind})
	return d.HighestModSeq
}

// newEntry returns an entry that is to be appended.
func (d draft) newEntry(flags []string, a Arrival) Entry {
	set := d.flagSet(flags)
	return Entry{set: set, Flags: d.list.sets[set].flags, Arrival: &a}
}

// append adds a message that is new to the account.
func (d draft) append(e Entry) *Entry {
	d.box.account.used.Bytes += int64(len(e.Msg.Raw))
	d.box.account.used.Messages++
	return d.place(e)
}

// place gives e its UID and mod-sequence and adds it.
func (d draft) place(e Entry) *Entry {
	e.UID = d.UIDNext
	e.ModSeq = d.note(e.UID, Appended)
	d.UIDNext++
	return d.Snapshot.append(e, d.edit)
}

func (d draft) remove(i int) {
	e := d.Snapshot.remove(i, d.edit)
	d.note(e.UID, Expunged)
	d.box.account.used.Bytes -= int64(len(e.Msg.Raw))
	d.box.account.used.Messages--
}
