package imapfake

import (
	"hash/fnv"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A threadIndex tells which messages of an account belong together: those
// whose references lead to the same first message. Each session makes its own,
// by update, before it asks.
type threadIndex struct {
	parents map[string]string // Message-ID to that of the message it answers
	read    map[*mailstore.Mailbox]mailboxState
}

// A mailboxState says how far a mailbox has been read.
type mailboxState struct{ validity, next uint32 }

// of returns a number for the thread of a message. It depends on nothing but
// the Message-ID of the thread's first message, and so is the same on each run
// and whatever is deleted.
func (t *threadIndex) of(m *mailstore.Entry) uint64 {
	id, parent := messageIDs(m)
	if parent == "" && id == "" {
		return m.ID
	}
	root := orElse(parent, id)
	for range len(t.parents) { // they may go in a circle
		up := t.parents[root]
		if up == "" {
			break
		}
		root = up
	}
	h := fnv.New64a()
	h.Write([]byte(root))
	return h.Sum64() >> 12 // as far as 64 bits of JavaScript go
}

// update reads the messages of an account, but for those that it has read.
func (t *threadIndex) update(a *mailstore.Account) {
	if t.read == nil {
		t.read = make(map[*mailstore.Mailbox]mailboxState)
		t.parents = make(map[string]string)
	}
	for _, b := range a.Mailboxes() {
		snap := b.Snapshot()
		now := mailboxState{snap.UIDValidity, snap.UIDNext}
		old := t.read[b]
		if old == now {
			continue
		}
		t.read[b] = now
		first := 0
		if old.validity == now.validity {
			first, _ = snap.Index(old.next)
		}
		for _, m := range snap.From(first) {
			if id, parent := messageIDs(m); id != "" && parent != "" {
				t.parents[id] = parent
			}
		}
	}
}

// messageIDs returns the Message-ID of a message, and the first one that it
// refers to, "" if there is none.
func messageIDs(m *mailstore.Entry) (id, first string) {
	p := m.Msg.Tree()
	id, _ = cutMessageID(p.Get("Message-ID"))
	if refs := references(p); len(refs) > 0 && refs[0] != id {
		first = refs[0]
	}
	return id, first
}
