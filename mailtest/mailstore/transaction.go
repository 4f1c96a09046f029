package mailstore

// A transaction is open between MAIL and its end.
type transaction struct {
	done chan struct{} // closed at its end; made when somebody waits
}

// Transaction counts an open mail transaction until its end is called, so that
// NoMore can tell that none is under way. An SMTP server calls it at MAIL, and
// end once the message is delivered or the transaction is over otherwise.
// Calls of end after the first do nothing.
func (s *Store) Transaction() (end func()) {
	tr := new(transaction)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = make(map[*transaction]struct{})
	}
	s.open[tr] = struct{}{}
	return func() { s.endTransaction(tr) }
}

func (s *Store) endTransaction(tr *transaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.open[tr]; !ok {
		return
	}
	delete(s.open, tr)
	if tr.done != nil {
		close(tr.done)
	}
}
