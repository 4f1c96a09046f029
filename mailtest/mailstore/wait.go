package mailstore

import (
	"context"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Next returns the next message that was delivered to the account: each once,
// in order of arrival. It waits for one, and fails t after the store's
// Timeout.
func (a *Account) Next(t testing.TB) *message.Message {
	t.Helper()
	return a.NextFunc(t, nil)
}

// NextFunc is Next for the first unread message for which f is true; others
// stay unread. f is called without locks held.
func (a *Account) NextFunc(t testing.TB, f func(*message.Message) bool) *message.Message {
	t.Helper()
	m, err := a.store.await(&a.arrived, f)
	if err != nil {
		t.Fatalf("%s", a.missing(f != nil))
	}
	return m
}

// Wait is NextFunc outside tests: it waits until ctx is done, and returns an
// error if and only if it is. A nil f is any message.
func (a *Account) Wait(ctx context.Context, f func(*message.Message) bool) (*message.Message, error) {
	return a.store.wait(ctx, &a.arrived, f)
}

// Pending returns the messages that Next has not returned. It does not wait.
func (a *Account) Pending() []*message.Message { return a.store.pending(&a.arrived) }

// Next returns the next message that was accepted, whoever it is for: each
// once, in order of arrival, but for those that an account's Next has
// returned. It waits for one, and fails t after Timeout.
func (s *Store) Next(t testing.TB) *message.Message {
	t.Helper()
	m, err := s.await(&s.accepted, nil)
	if err != nil {
		t.Fatalf("%s", s.missing())
	}
	return m
}
