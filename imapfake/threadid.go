package imapfake

import (
	"hash/fnv"
	"strconv"

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

// thread returns a number for the thread of a message. It depends on the
// Message-ID of the thread's first message only, and so is the same on each run
// and whatever is deleted. Once told it stays what it is (RFC 8474 section
// 5.2), also if a message turns up that comes before the first.
func (s *session) thread(m *mailstore.Entry) uint64 {
	chain := s.threads.chain(m)
	if chain == nil {
		return m.ID
	}
	told := &s.cfg.threads
	key := func(id string) string { return s.account.Addr + "\x00" + id }
	var thread any
	for _, id := range chain {
		if n, ok := told.Load(key(id)); ok {
			thread = n
			break
		}
	}
	if thread == nil {
		h := fnv.New64a()
		h.Write([]byte(chain[len(chain)-1]))
		thread = h.Sum64() >> 12 // as far as 64 bits of JavaScript go
	}
	for _, id := range chain {
		told.LoadOrStore(key(id), thread)
	}
	return thread.(uint64)
}

// chain returns the Message-IDs from a message up to the first one of its
// thread, nil if it neither has one nor refers to one.
func (t *threadIndex) chain(m *mailstore.Entry) (ids []string) {
	id, parent := messageIDs(m)
	switch {
	case parent == "" && id == "":
		return nil
	case id == "":
		id = "#" + strconv.FormatUint(m.ID, 10)
	}
	ids = append(ids, id)
	if parent == "" {
		parent = t.parents[id]
	}
	for ; parent != "" && len(ids) <= len(t.parents)+1; parent = t.parents[parent] {
		ids = append(ids, parent) // they may go in a circle
	}
	return ids
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
