package imapfake

import (
	"slices"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A metadataWatch is what a client that has said ENABLE METADATA was told of
// annotations: those of the server and of the selected mailbox (RFC 5464
// section 4.4).
type metadataWatch struct {
	server uint64             // the revision up to which the client was told
	box    *mailstore.Mailbox // that was selected then
	boxRev uint64
}

func (s *session) watchMetadata() {
	if s.metadata == nil {
		s.metadata = &metadataWatch{server: s.cfg.auth.Store.Revision()}
	}
}

// tellMetadata writes which annotations others have changed.
func (s *session) tellMetadata() {
	w := s.metadata
	if w == nil || s.notify != nil {
		return
	}
	s.writeServerChanges(w.server)
	w.server = s.seen
	if s.view == nil {
		w.box = nil
		return
	}
	if w.box == s.view.box {
		s.writeChanges(w.box, w.boxRev)
	}
	w.box, w.boxRev = s.view.box, s.seen
}

// writeServerChanges writes which annotations of the server have changed since
// a revision.
func (s *session) writeServerChanges(since uint64) {
	private, shared := s.account.Metadata(), s.cfg.auth.Store.Metadata()
	list := s.others(private, private.Changed(since))
	s.writeEntries("", append(list, s.others(shared, shared.Changed(since))...))
}

// writeChanges writes which annotations of a mailbox have changed since a
// revision.
func (s *session) writeChanges(box *mailstore.Mailbox, since uint64) {
	a := annotated{s: s, box: box, shared: box.Metadata()}
	if box.Account() == s.account {
		a.private = a.shared
	}
	list := slices.DeleteFunc(a.shared.Changed(since), func(entry string) bool {
		return a.of(entry) == nil
	})
	s.writeEntries(s.nameOf(box), s.others(a.shared, list))
}

// writeEntries writes a METADATA response without values.
func (s *session) writeEntries(name string, entries []string) {
	if len(entries) == 0 {
		return
	}
	e := &s.enc
	e.raw("* METADATA ")
	e.mailbox(name)
	for _, entry := range entries {
		e.sp()
		e.astring(entry)
	}
	e.line()
}

// A metadataKey is an annotation of something.
type metadataKey struct {
	of    *mailstore.Metadata
	entry string
}

// ownMetadata notes what the session itself sets, of which it isn't told.
func (s *session) ownMetadata(m *mailstore.Metadata, x setting) {
	if s.metadata == nil && s.notify == nil {
		return
	}
	if s.ownSettings == nil || len(s.ownSettings) >= s.cfg.maxMetadataEntries() {
		s.ownSettings = make(map[metadataKey]setting)
	}
	s.ownSettings[metadataKey{m, x.entry}] = x
}

// others returns those of the entries that are not as the session has set
// them.
func (s *session) others(m *mailstore.Metadata, entries []string) []string {
	return slices.DeleteFunc(entries, func(entry string) bool {
		key := metadataKey{m, entry}
		own, ok := s.ownSettings[key]
		if !ok {
			return false
		}
		value, exists := m.Get(entry)
		if own.ok == exists && own.value == value {
			return true
		}
		delete(s.ownSettings, key)
		return false
	})
}
