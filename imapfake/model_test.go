package imapfake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var bg = context.Background()

// A history is random work of one client.
type history struct {
	*modelClient
	rng *rand.Rand
	srv *Server
}

var modelFlags = []string{`\Seen`, `\Deleted`, `\Flagged`, "$a", "b"}

// some returns a set of sequence numbers or UIDs that the client knows, "" if
// there are none.
func (h *history) some(uid bool) string {
	if len(h.uids) == 0 {
		return ""
	}
	i := h.rng.IntN(len(h.uids))
	j := min(len(h.uids)-1, i+h.rng.IntN(4))
	if uid {
		return fmt.Sprintf("%d:%d", h.uids[i], h.uids[j])
	}
	return fmt.Sprintf("%d:%d", i+1, j+1)
}

// step does one thing. Commands that speak of sequence numbers are quiet.
func (h *history) step() {
	uid := h.rng.IntN(2) == 0
	set := h.some(uid)
	prefix := map[bool]string{true: "UID "}[uid]
	switch n := h.rng.IntN(20); {
	case n == 0:
		h.open([]string{"INBOX", "x"}[h.rng.IntN(2)])
	case n == 1:
		h.run("APPEND %s (%s) {1+}\r\nx", []string{"INBOX", "x"}[h.rng.IntN(2)], modelFlags[h.rng.IntN(5)])
	case n == 2:
		h.run("EXPUNGE")
	case n == 3:
		h.run("NOOP")
	case n == 4:
		h.idle()
	case n == 5:
		h.reconnect()
	case n <= 8:
		h.outside()
	case set == "":
	case n == 9:
		h.run("%sCOPY %s x", prefix, set)
	case n == 10:
		h.run("%sMOVE %s INBOX", prefix, set)
	case n == 11 && uid:
		h.run("UID EXPUNGE %s", set)
	case n <= 14:
		h.quiet = !uid
		h.run("%sFETCH %s (UID BODY[])", prefix, set)
	case n == 15:
		h.quiet = !uid
		h.run("%sSEARCH UNSEEN", prefix)
	default:
		h.store(prefix, set)
	}
	h.quiet = false
	h.learn()
}

// store changes flags. After .SILENT the client knows itself what has become
// of them.
func (h *history) store(prefix, set string) {
	op := []string{"", "+", "-"}[h.rng.IntN(3)]
	flag := modelFlags[h.rng.IntN(len(modelFlags))]
	silent := h.rng.IntN(2) == 0
	before := slices.Clone(h.uids)
	suffix := map[bool]string{true: ".SILENT"}[silent]
	if silent {
		h.applyStore(prefix != "", set, op, flag)
	}
	h.quiet = prefix == ""
	reply := h.run("%sSTORE %s %sFLAGS%s (%s)", prefix, set, op, suffix, flag)
	if !strings.HasPrefix(reply, "OK") && !strings.HasPrefix(reply, "NO [EXPUNGEISSUED]") {
		h.fail("STORE: %s, with %v", reply, before)
	}
}

// applyStore does to the client's flags what STORE does to the server's.
func (h *history) applyStore(uid bool, set, op, flag string) {
	var a, b uint32
	fmt.Sscanf(set, "%d:%d", &a, &b)
	for i, u := range h.uids {
		n := uint32(i + 1)
		if uid {
			n = u
		}
		if n < a || n > b {
			continue
		}
		flags := slices.DeleteFunc(slices.Clone(h.flags[u]), func(f string) bool { return f == flag })
		switch op {
		case "":
			flags = []string{flag}
		case "+":
			flags = append(flags, flag)
		}
		h.flags[u] = sortedFlags(flags)
	}
}

// idle waits for one change that comes from outside.
func (h *history) idle() {
	h.run("IDLE")
	h.send("DONE")
	tag := fmt.Sprint(h.name, h.tag, " ")
	for line := h.line(); !strings.HasPrefix(line, tag); line = h.line() {
		h.take(line)
	}
	h.settle()
}

// reconnect breaks the connection off; with QRESYNC the client goes on from
// what it knows.
func (h *history) reconnect() {
	h.conn.Close()
	h.uids = nil
	h.dial(h.srv)
	h.open(h.box)
}

// outside changes the mailbox as a test does.
func (h *history) outside() {
	box := h.srv.Store.Account("alice@example.com").Mailbox("INBOX")
	all := box.UIDs()
	if len(all) == 0 || h.rng.IntN(3) == 0 {
		addMail(box, "\nx", modelFlags[h.rng.IntN(5)])
		return
	}
	uids := all[h.rng.IntN(len(all)):][:1]
	if h.rng.IntN(2) == 0 {
		box.Expunge(uids)
		return
	}
	box.SetFlags(uids, mailstore.FlagOp(h.rng.IntN(3)), modelFlags[h.rng.IntN(5)])
}

// newHistories returns clients that are logged in and have INBOX selected,
// every other one with QRESYNC.
func newHistories(t *testing.T, seed uint64, n int) []*history {
	srv := New(nil)
	t.Cleanup(srv.Close)
	srv.Caps = Everything
	alice := srv.Store.Account("alice@example.com")
	alice.Mailbox("x")
	for range 5 {
		addMail(alice.Mailbox("INBOX"), "\nx")
	}
	var list []*history
	for i := range n {
		h := &history{srv: srv, rng: rand.New(rand.NewPCG(seed, uint64(i)))}
		h.modelClient = &modelClient{name: string(rune('a' + i)), qresync: i%2 == 1}
		h.dial(srv)
		h.open("INBOX")
		list = append(list, h)
	}
	return list
}

// TestModel runs random histories on several sessions, one command at a time,
// and compares each session's view with the store.
func TestModel(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			defer reportProtocol(t)
			list := newHistories(t, seed, 4)
			rng := rand.New(rand.NewPCG(seed, 99))
			for i := range 300 {
				list[rng.IntN(len(list))].step()
				if i%10 == 0 {
					h := list[rng.IntN(len(list))]
					h.check(h.srv)
				}
			}
			for _, h := range list {
				h.check(h.srv)
				h.conn.Close()
			}
		})
	}
}

// TestModelParallel is TestModel with all sessions at once: what each is told
// must be consistent at any time, and right in the end.
func TestModelParallel(t *testing.T) {
	for seed := range uint64(2) {
		list := newHistories(t, seed, 6)
		var wg sync.WaitGroup
		for _, h := range list {
			wg.Go(func() {
				defer reportProtocol(t)
				for range 100 {
					h.step()
				}
			})
		}
		wg.Wait()
		for _, h := range list {
			func() {
				defer reportProtocol(t)
				h.check(h.srv)
				h.conn.Close()
			}()
		}
	}
}

// reportProtocol makes a test's error of what a client panics with.
func reportProtocol(t *testing.T) {
	switch err := recover().(type) {
	case nil:
	case protocolError:
		t.Error(string(err))
	default:
		panic(err)
	}
}
