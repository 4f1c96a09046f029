package mailstore_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

func TestNoMore(t *testing.T) {
	st := new(mailstore.Store)
	alice, bob := st.Account("alice@example.com"), st.Account("bob@example.com")
	alice.NoMore(t)
	st.NoMore(t)
	deliver(t, st, "1", "alice@example.com")
	bob.NoMore(t)
	if got, want := record(t, alice.NoMore), `more mail for alice@example.com: 1 message not read: "x"`; got != want {
		t.Errorf("alice's NoMore reports %q, want %q", got, want)
	}
	if got, want := record(t, st.NoMore), `more mail: 1 message not read: "x" to alice@example.com`; got != want {
		t.Errorf("the store's NoMore reports %q, want %q", got, want)
	}
	alice.Next(t)
	alice.NoMore(t)
	st.NoMore(t)
}

// NoMore waits for what is under way, and only for that.
func TestNoMoreTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(mailstore.Store)
		alice := st.Account("alice@example.com")
		transact := func(after time.Duration, to string) {
			end := st.Transaction()
			go func() {
				time.Sleep(after)
				if to != "" {
					deliver(t, st, "1", to)
				}
				end()
				end() // a second time is no error
			}()
		}
		start := time.Now()
		transact(time.Hour, "")
		transact(2*time.Hour, "bob@example.com")
		alice.NoMore(t)
		if got := time.Since(start); got != 2*time.Hour {
			t.Errorf("NoMore waited for %v, want 2h", got)
		}
		transact(time.Hour, "alice@example.com")
		if record(t, alice.NoMore) == "" {
			t.Error("NoMore missed the message of an open transaction")
		}
		alice.Next(t)
		transact(400*24*time.Hour, "")
		got, want := record(t, alice.NoMore), "more mail for alice@example.com: a mail transaction is still open after a year"
		if got != want {
			t.Errorf("NoMore reports %q, want %q", got, want)
		}
		time.Sleep(100 * 24 * time.Hour)
	})
}
