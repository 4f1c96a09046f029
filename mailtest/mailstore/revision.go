package mailstore

// Revision returns a number that grows with every change of the store that a
// client may be told of: of messages, flags, mailboxes, subscriptions, rights
// and metadata.
func (s *Store) Revision() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revision
}

// Changed returns a channel that is closed at the next change after a
// revision, or is closed already if there was one: no wake-up is lost.
func (s *Store) Changed(since uint64) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revision > since {
		c := make(chan struct{})
		close(c)
		return c
	}
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// touchLocked makes a revision and wakes those who wait for it.
func (s *Store) touchLocked() uint64 {
	s.revision++
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
	return s.revision
}
