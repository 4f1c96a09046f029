package smtpfake

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// TestGiveBack: the period of a Limit may end while a message is being stored.
func TestGiveBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := &Server{Store: new(mailstore.Store), Rules: []Rule{{Limit: 1, Per: time.Minute, Reply: "450 4.7.1 Later"}}}
		s := &session{srv: srv, cfg: srv, tx: new(transaction)}
		rcpts := []recipient{{addr: "bob@example.com"}}
		if r := s.take(rcpts); r != nil {
			t.Fatalf("refused by %v", r)
		}
		time.Sleep(time.Minute)
		if n := srv.rules.takenLocked(0, time.Minute); n != 0 {
			t.Errorf("%d taken, want none", n)
		}
		s.giveBack(rcpts)
	})
}
