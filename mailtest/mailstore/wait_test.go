package mailstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func deliver(t testing.TB, st *mailstore.Store, body string, to ...string) *message.Message {
	t.Helper()
	m := message.New("app@example.com", to, []byte("Subject: x\r\n\r\n"+body))
	if err := st.Deliver(m); err != nil {
		t.Fatal(err)
	}
	return m
}

func is(want ...*message.Message) func(*message.Message) bool {
	return func(m *message.Message) bool { return slices.Contains(want, m) }
}

func TestDeliver(t *testing.T) {
	st := new(mailstore.Store)
	m := deliver(t, st, "1", "alice@example.com", "bob@example.com", "ALICE@EXAMPLE.COM")
	for _, addr := range m.RcptTo {
		got := st.Lookup(addr).Find("inbox").Messages()
		if len(got) != 1 || got[0] != m {
			t.Errorf("%s has %v, want the message once", addr, got)
		}
	}
	if len(st.Accounts()) != 2 {
		t.Errorf("%d accounts, want 2", len(st.Accounts()))
	}
	if st.Lookup("carol@example.com") != nil {
		t.Error("Lookup made an account")
	}
}

func TestNextOrder(t *testing.T) {
	st := new(mailstore.Store)
	alice := st.Account("alice@example.com")
	var want []*message.Message
	for i := range 5 {
		want = append(want, deliver(t, st, fmt.Sprint(i), "alice@example.com"))
	}
	if got := alice.Pending(); !slices.Equal(got, want) {
		t.Errorf("Pending = %v", got)
	}
	if got := alice.NextFunc(t, is(want[3], want[2])); got != want[2] {
		t.Error("NextFunc doesn't return the first that fits")
	}
	for _, i := range []int{0, 1, 3, 4} {
		if alice.Next(t) != want[i] {
			t.Errorf("Next doesn't return message %d in its turn", i)
		}
	}
	if len(alice.Pending()) != 0 {
		t.Error("messages are pending after they were read")
	}
}

// The store's Next returns each message once, whoever it is for, but not what
// an account's Next has returned.
func TestStoreNext(t *testing.T) {
	st := new(mailstore.Store)
	first := deliver(t, st, "1", "alice@example.com", "bob@example.com")
	second := deliver(t, st, "2", "bob@example.com")
	third := deliver(t, st, "3", "alice@example.com")
	if st.Account("bob@example.com").NextFunc(t, is(second)) != second {
		t.Fatal("wrong message")
	}
	if st.Next(t) != first || st.Next(t) != third {
		t.Error("Store.Next returns other messages")
	}
	if st.Account("alice@example.com").Next(t) != first {
		t.Error("Store.Next has taken a message from an account")
	}
}

func TestNextWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(mailstore.Store)
		sent := make(chan *message.Message, 1)
		go func() {
			time.Sleep(time.Hour)
			deliver(t, st, "other", "bob@example.com")
			time.Sleep(time.Hour)
			sent <- deliver(t, st, "this", "alice@example.com")
		}()
		start := time.Now()
		got := st.Account("alice@example.com").Next(t)
		if got != <-sent || time.Since(start) != 2*time.Hour {
			t.Errorf("Next returned after %v", time.Since(start))
		}
	})
}

func TestWaitContext(t *testing.T) {
	st := new(mailstore.Store)
	alice := st.Account("alice@example.com")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := alice.Wait(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v, want %v", err, context.Canceled)
	}
	want := deliver(t, st, "1", "alice@example.com")
	if _, err := alice.Wait(ctx, is()); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait for another message = %v, want %v", err, context.Canceled)
	}
	if got, err := alice.Wait(ctx, nil); got != want || err != nil {
		t.Errorf("Wait with a message there = %v, %v", got, err)
	}
}

// Several waiters get each message once.
func TestConcurrentNext(t *testing.T) {
	const n = 200
	st := new(mailstore.Store)
	alice := st.Account("alice@example.com")
	got := make(chan *message.Message, 2*n)
	var waiters sync.WaitGroup
	for i := range 4 {
		f := func(*message.Message) bool { return true }
		if i%2 == 0 {
			f = nil
		}
		waiters.Go(func() {
			for range n / 4 {
				got <- alice.NextFunc(t, f)
			}
		})
	}
	for i := range n {
		deliver(t, st, fmt.Sprint(i), "alice@example.com")
	}
	waiters.Wait()
	seen := make(map[*message.Message]bool)
	for range n {
		m := <-got
		if seen[m] {
			t.Fatal("a message came twice")
		}
		seen[m] = true
	}
}
