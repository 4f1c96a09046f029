package mailstore

import (
	"context"
	"fmt"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// NoMore reports with t.Errorf if there is mail for the account that Next has
// not returned. If a mail transaction is open, for whomever, it waits for its
// end first: what NoMore says doesn't depend on how far a sender has come. A
// sender that has not begun yet can't be known, so wait for its end before.
func (a *Account) NoMore(t testing.TB) {
	needTest(t, "NoMore", "use Pending outside tests")
	t.Helper()
	if text := a.store.more(&a.arrived, subjects); text != "" {
		t.Errorf("more mail for %s: %s%s", a.Addr, text, a.store.said(t, a.Addr))
	}
}

// NoMore is the account's for all mail that neither the store's Next nor an
// account's has returned.
func (s *Store) NoMore(t testing.TB) {
	needTest(t, "NoMore", "use Pending outside tests")
	t.Helper()
	if text := s.more(&s.accepted, addressed); text != "" {
		t.Errorf("more mail: %s%s", text, s.said(t, ""))
	}
}

// more says what keeps q from being at its end, "" if nothing does. Messages
// are called by names.
func (s *Store) more(q *queue, names func([]*message.Message) string) string {
	unread := func() string {
		list := s.pending(q)
		if len(list) == 0 {
			return ""
		}
		return fmt.Sprintf("%s not read: %s", count(len(list), "message"), names(list))
	}
	if text := unread(); text != "" {
		return text
	}
	if !s.settle() {
		return "a mail transaction is still open after " + s.waited()
	}
	return unread()
}

// settle waits until the transactions that are open now have ended, and
// reports whether they did within Timeout.
func (s *Store) settle() bool {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout())
	defer cancel()
	for _, done := range s.openNow() {
		select {
		case <-done:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (s *Store) openNow() []<-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []<-chan struct{}
	for tr := range s.open {
		if tr.done == nil {
			tr.done = make(chan struct{})
		}
		list = append(list, tr.done)
	}
	return list
}

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
