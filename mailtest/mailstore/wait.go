package mailstore

import (
	"context"
	"fmt"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Next returns the next message that was delivered to the account: each once,
// in order of arrival. It waits for one, and fails t after the store's
// Timeout, with what has come instead and what was said to the server.
//
// A message is there before its client is told that it was accepted, so code
// that sends synchronously needs no wait.
func (a *Account) Next(t testing.TB) *message.Message {
	needTest(t, "Next", "use Wait outside tests")
	t.Helper()
	return a.NextFunc(t, nil)
}

// NextFunc is Next for the first unread message for which f is true; others
// stay unread. f is called without locks held. NextMatch is for what a Want
// can say, and tells more if nothing comes.
func (a *Account) NextFunc(t testing.TB, f func(*message.Message) bool) *message.Message {
	needTest(t, "NextFunc", "use Wait outside tests")
	t.Helper()
	m, err := a.store.await(&a.arrived, f)
	if err != nil {
		t.Fatalf("%s", a.missing(t, f != nil, ""))
	}
	return m
}

// NextMatch is Next for the first unread message that is as w wants, by its
// Diff. If none comes the failure says how those that came differ.
func (a *Account) NextMatch(t testing.TB, w message.Want) *message.Message {
	needTest(t, "NextMatch", "use Wait outside tests")
	t.Helper()
	m, err := a.store.await(&a.arrived, wanted(w))
	if err != nil {
		t.Fatalf("%s", a.missing(t, true, nearMisses(a.Pending(), w)))
	}
	return m
}

// needTest panics if there is no test to fail.
func needTest(t testing.TB, method, instead string) {
	if t == nil {
		panic("mailstore: " + method + " needs a testing.TB: " + instead)
	}
}

func wanted(w message.Want) func(*message.Message) bool {
	return func(m *message.Message) bool { return m.Diff(w) == "" }
}

// Wait is NextFunc outside tests: it waits until ctx is done, and returns an
// error if and only if it is, which wraps the context's. A nil f is any
// message.
func (a *Account) Wait(
	ctx context.Context, f func(*message.Message) bool,
) (*message.Message, error) {
	m, err := a.store.wait(ctx, &a.arrived, f)
	if err != nil {
		return nil, fmt.Errorf("mailstore: no new mail for %s: %w", a.Addr, err)
	}
	return m, nil
}

// Pending returns the messages that Next has not returned. It does not wait.
func (a *Account) Pending() []*message.Message { return a.store.pending(&a.arrived) }

// Next returns the next message that was accepted, whoever it is for: each
// once, in order of arrival, but for those that an account's Next has
// returned. It waits for one, and fails t after Timeout.
func (s *Store) Next(t testing.TB) *message.Message {
	needTest(t, "Next", "use Wait outside tests")
	t.Helper()
	return s.NextFunc(t, nil)
}

// NextFunc is Next for the first unread message for which f is true; others
// stay unread. f is called without locks held.
//
// It is also the way to wait for the mail of one connection, which Via has:
//
//	m := store.NextFunc(t, func(m *message.Message) bool { return m.Via.Conn == 2 })
//
// Connections are numbered from 1 as in the transcript, for each server by
// itself. Other fields of Via serve likewise: User, Helo, TLS.
func (s *Store) NextFunc(t testing.TB, f func(*message.Message) bool) *message.Message {
	needTest(t, "NextFunc", "use Wait outside tests")
	t.Helper()
	m, err := s.await(&s.accepted, f)
	if err != nil {
		t.Fatalf("%s", s.missing(t, f != nil, ""))
	}
	return m
}

// NextMatch is Next for the first unread message that is as w wants, as the
// account's NextMatch is.
func (s *Store) NextMatch(t testing.TB, w message.Want) *message.Message {
	needTest(t, "NextMatch", "use Wait outside tests")
	t.Helper()
	m, err := s.await(&s.accepted, wanted(w))
	if err != nil {
		t.Fatalf("%s", s.missing(t, true, nearMisses(s.Pending(), w)))
	}
	return m
}

// Wait is NextFunc outside tests, as the account's Wait is.
func (s *Store) Wait(ctx context.Context, f func(*message.Message) bool) (*message.Message, error) {
	m, err := s.wait(ctx, &s.accepted, f)
	if err != nil {
		return nil, fmt.Errorf("mailstore: no new mail: %w", err)
	}
	return m, nil
}

// Pending returns the messages that neither the store's Next nor an account's
// has returned. It does not wait.
func (s *Store) Pending() []*message.Message { return s.pending(&s.accepted) }
