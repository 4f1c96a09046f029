package mailstore_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// newBox returns a mailbox with n small messages.
func newBox(n int) *mailstore.Mailbox {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	fill(b, n)
	return b
}

func fill(b *mailstore.Mailbox, n int) {
	list := make([]mailstore.NewMessage, n)
	for i := range list {
		list[i].Msg = message.New("", nil, fmt.Appendf(nil, "Subject: %d\r\n\r\n", i+1))
	}
	b.AppendAll(list)
}

// show is the mailbox as "1 2(\Seen) 3".
func show(v *mailstore.Snapshot) string {
	var words []string
	for _, e := range v.All() {
		w := fmt.Sprint(e.UID)
		if len(e.Flags) > 0 {
			w += "(" + strings.Join(e.Flags, " ") + ")"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

func TestSetFlags(t *testing.T) {
	tests := []struct {
		name  string
		op    mailstore.FlagOp
		flags []string
		want  string
	}{
		{"replace", mailstore.ReplaceFlags, []string{`\Draft`}, `1(\Draft)`},
		{"replace by none", mailstore.ReplaceFlags, nil, `1`},
		{"add", mailstore.AddFlags, []string{`\Flagged`}, `1(\Seen Work \Flagged)`},
		{"add twice", mailstore.AddFlags, []string{`\Flagged`, `\FLAGGED`}, `1(\Seen Work \Flagged)`},
		{"add in another case", mailstore.AddFlags, []string{`\SEEN`, `WORK`}, `1(\Seen Work)`},
		{"system flag in another case", mailstore.AddFlags, []string{`\dELETED`}, `1(\Seen Work \Deleted)`},
		{"remove in another case", mailstore.RemoveFlags, []string{`\seen`, `work`}, `1`},
		{"remove what is not there", mailstore.RemoveFlags, []string{`x`}, `1(\Seen Work)`},
		{"recent can't be set", mailstore.AddFlags, []string{`\Recent`}, `1(\Seen Work)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBox(0)
			b.Add("Subject: x\n\n", `\SEEN`, "Work")
			before := b.Snapshot()
			changed := b.SetFlags([]uint32{1, 7}, tt.op, tt.flags...)
			after := b.Snapshot()
			if got := show(after); got != tt.want {
				t.Errorf("mailbox = %s, want %s", got, tt.want)
			}
			if got := show(before); got != `1(\Seen Work)` {
				t.Errorf("earlier snapshot has become %s", got)
			}
			if moved := after.HighestModSeq > before.HighestModSeq; moved != (len(changed) == 1) {
				t.Errorf("HighestModSeq %d after %d, with %d entries changed", after.HighestModSeq, before.HighestModSeq, len(changed))
			}
		})
	}
}

func TestKeywords(t *testing.T) {
	b := newBox(2)
	b.SetFlags([]uint32{1}, mailstore.AddFlags, "Work", "$Junk", `\Seen`)
	b.SetFlags([]uint32{2}, mailstore.AddFlags, "WORK", "later")
	want := []string{"Work", "$Junk", "later"}
	if d := cmp.Diff(want, b.Snapshot().Keywords); d != "" {
		t.Errorf("keywords (-want +got):\n%s", d)
	}
	if got, want := show(b.Snapshot()), `1(Work $Junk \Seen) 2(Work later)`; got != want {
		t.Errorf("mailbox = %s, want %s", got, want)
	}
}

func TestSetFlagsUnchanged(t *testing.T) {
	b := newBox(3)
	since := b.Snapshot().HighestModSeq
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Flagged`)
	changed, modified := b.SetFlagsUnchanged([]uint32{1, 2, 3}, since, mailstore.AddFlags, `\Seen`)
	if len(changed) != 2 || !slices.Equal(modified, []uint32{2}) {
		t.Errorf("changed %d entries and left %v, want 2 and [2]", len(changed), modified)
	}
	if got, want := show(b.Snapshot()), `1(\Seen) 2(\Flagged) 3(\Seen)`; got != want {
		t.Errorf("mailbox = %s, want %s", got, want)
	}
}

func TestTotals(t *testing.T) {
	b := newBox(0)
	b.Add("12345678\n", `\Seen`)
	b.Add("1234\n", `\Deleted`)
	b.Add("1\n")
	b.SetFlags([]uint32{3}, mailstore.AddFlags, `\Seen`, `\Deleted`)
	b.Expunge([]uint32{2})
	v := b.Snapshot()
	if v.Len() != 2 || v.Unseen != 0 || v.Deleted != 1 || v.Size != 13 {
		t.Errorf("Len, Unseen, Deleted, Size = %d, %d, %d, %d, want 2, 0, 1, 13", v.Len(), v.Unseen, v.Deleted, v.Size)
	}
	if got, want := b.Account().Used(), (mailstore.Quota{Bytes: 13, Messages: 2, Mailboxes: 1}); got != want {
		t.Errorf("Used = %+v, want %+v", got, want)
	}
}

func TestChanges(t *testing.T) {
	b := newBox(2)
	since := b.Snapshot().HighestModSeq
	b.SetFlags([]uint32{1, 2}, mailstore.AddFlags, `\Seen`)
	b.Expunge([]uint32{1, 9})
	fill(b, 1)
	want := []mailstore.Change{
		{ModSeq: since + 1, UID: 1, Kind: mailstore.Flagged},
		{ModSeq: since + 2, UID: 2, Kind: mailstore.Flagged},
		{ModSeq: since + 3, UID: 1, Kind: mailstore.Expunged},
		{ModSeq: since + 4, UID: 3, Kind: mailstore.Appended},
	}
	if d := cmp.Diff(want, b.Changes(since)); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	if got := b.Changes(since + 4); len(got) != 0 {
		t.Errorf("changes since the last one = %v", got)
	}
}

// The log stays short however often flags change, and forgets no expunge.
func TestChangesCompaction(t *testing.T) {
	b := newBox(10)
	b.Expunge([]uint32{3})
	for range 3000 {
		b.SetFlags(b.UIDs(), mailstore.AddFlags, `\Seen`)
		b.SetFlags(b.UIDs(), mailstore.RemoveFlags, `\Seen`)
	}
	log := b.Changes(0)
	if len(log) > 5000 {
		t.Errorf("the log has %d changes after 54000, want at most 5000", len(log))
	}
	expunged := func(c mailstore.Change) bool { return c.Kind == mailstore.Expunged && c.UID == 3 }
	if !slices.ContainsFunc(log, expunged) {
		t.Error("the log has lost an expunge")
	}
	if !slices.IsSortedFunc(log, func(x, y mailstore.Change) int { return int(x.ModSeq) - int(y.ModSeq) }) {
		t.Error("the log is out of order")
	}
}

func TestChanged(t *testing.T) {
	b := newBox(1)
	since := b.Snapshot().HighestModSeq
	waiting := b.Changed(since)
	select {
	case <-waiting:
		t.Fatal("closed before a change")
	default:
	}
	b.SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`)
	<-waiting
	<-b.Changed(since) // the change came before the call
	gone := b.Account().Mailbox("x")
	waiting = gone.Changed(gone.Snapshot().HighestModSeq)
	if err := b.Account().Delete("x"); err != nil {
		t.Fatal(err)
	}
	<-waiting
	<-gone.Changed(gone.Snapshot().HighestModSeq)
}

func TestCopyMove(t *testing.T) {
	b := newBox(3)
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`, "Work")
	dst := b.Account().Mailbox("Archive")
	copied, err := b.CopyTo(dst, []uint32{3, 9, 2})
	if err != nil || len(copied) != 3 || copied[1] != nil || copied[0].UID != 1 || copied[2].UID != 2 {
		t.Fatalf("CopyTo = %v, %v", copied, err)
	}
	if got, want := show(dst.Snapshot()), `1 2(\Seen Work)`; got != want {
		t.Errorf("after the copy dst = %s, want %s", got, want)
	}
	src := b.Snapshot().Get(2)
	if e := dst.Snapshot().Get(2); e.Msg != src.Msg || e.ID != src.ID || !e.Date.Equal(src.Date) {
		t.Error("the copy has another message, ID or date")
	}
	if _, err := b.MoveTo(dst, []uint32{1, 2}); err != nil {
		t.Fatal(err)
	}
	if got, want := show(b.Snapshot())+"|"+show(dst.Snapshot()), `3|1 2(\Seen Work) 3 4(\Seen Work)`; got != want {
		t.Errorf("after the move mailboxes = %s, want %s", got, want)
	}
	if _, err := dst.MoveTo(dst, []uint32{1, 3}); err != nil {
		t.Fatal(err)
	}
	if got, want := show(dst.Snapshot()), `2(\Seen Work) 4(\Seen Work) 5 6`; got != want {
		t.Errorf("after a move to itself dst = %s, want %s", got, want)
	}
}

func TestCopyToGone(t *testing.T) {
	b := newBox(1)
	dst := b.Account().Mailbox("x")
	if err := b.Account().Delete("x"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.MoveTo(dst, []uint32{1}); !errors.Is(err, mailstore.ErrNotExist) {
		t.Errorf("MoveTo a deleted mailbox = %v, want ErrNotExist", err)
	}
	if b.Snapshot().Len() != 1 {
		t.Error("the message is lost")
	}
}

// Moves in both directions at once neither deadlock nor lose a message, and
// nobody sees one twice or not at all.
func TestCrossingMoves(t *testing.T) {
	x := newBox(50)
	y := x.Account().Mailbox("y")
	var movers, watchers sync.WaitGroup
	stop := make(chan struct{})
	watchers.Go(func() {
		for {
			if u := x.Account().Used(); u.Messages != 50 {
				t.Errorf("the account has %d messages during a move, want 50", u.Messages)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for _, pair := range [][2]*mailstore.Mailbox{{x, y}, {y, x}, {x, x}} {
		movers.Go(func() {
			for range 100 {
				if _, err := pair[0].MoveTo(pair[1], pair[0].UIDs()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	movers.Wait()
	close(stop)
	watchers.Wait()
	if n := x.Snapshot().Len() + y.Snapshot().Len(); n != 50 {
		t.Errorf("%d messages are left, want 50", n)
	}
}

func TestQuota(t *testing.T) {
	st := new(mailstore.Store)
	a := st.Account("alice@example.com")
	a.Quota = mailstore.Quota{Bytes: 30, Messages: 3}
	b := a.Mailbox("INBOX")
	b.Add("1234567\n")
	msg := func(n int) *message.Message {
		return message.New("", []string{"bob@example.com", "ALICE@example.com"}, make([]byte, n))
	}
	if err := st.Deliver(msg(22)); !errors.Is(err, mailstore.ErrOverQuota) {
		t.Errorf("Deliver of too much = %v, want ErrOverQuota", err)
	}
	if n := st.Account("bob@example.com").Mailbox("INBOX").Snapshot().Len(); n != 0 {
		t.Error("a refused message was delivered to another recipient")
	}
	if err := st.Deliver(msg(3)); err != nil {
		t.Error(err)
	}
	two := []mailstore.NewMessage{{Msg: msg(1)}, {Msg: msg(1)}}
	if _, err := b.AppendAll(two); !errors.Is(err, mailstore.ErrOverQuota) {
		t.Errorf("AppendAll of too many = %v, want ErrOverQuota", err)
	}
	if _, err := b.CopyTo(b, []uint32{1, 2}); !errors.Is(err, mailstore.ErrOverQuota) {
		t.Errorf("CopyTo of too many = %v, want ErrOverQuota", err)
	}
	if _, err := b.MoveTo(a.Mailbox("x"), []uint32{1, 2}); err != nil {
		t.Errorf("MoveTo within the account: %v", err)
	}
	if !a.Room(18, 1) || a.Room(20, 1) || a.Room(0, 2) {
		t.Errorf("Room is wrong with %+v of %+v used", a.Used(), a.Quota)
	}
}

func TestClaimRecent(t *testing.T) {
	b := newBox(2)
	if got := b.ClaimRecent(true); got != 1 {
		t.Errorf("first peek = %d, want 1", got)
	}
	if got := b.ClaimRecent(false); got != 1 {
		t.Errorf("first claim = %d, want 1", got)
	}
	fill(b, 1)
	if got := b.ClaimRecent(false); got != 3 {
		t.Errorf("second claim = %d, want 3", got)
	}
}

func TestSetUIDValidity(t *testing.T) {
	b := newBox(3)
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`)
	b.Expunge([]uint32{1})
	old := b.Snapshot()
	b.SetUIDValidity(77)
	v := b.Snapshot()
	if v.UIDValidity != 77 || v.UIDNext != 3 || show(v) != `1(\Seen) 2` || v.Unseen != 1 {
		t.Errorf("validity %d, next %d, unseen %d, mailbox %s", v.UIDValidity, v.UIDNext, v.Unseen, show(v))
	}
	if show(old) != `2(\Seen) 3` {
		t.Errorf("earlier snapshot has become %s", show(old))
	}
	if v.HighestModSeq <= old.HighestModSeq {
		t.Error("HighestModSeq has not grown")
	}
	if got := b.Account().Mailbox("x").Snapshot().UIDValidity; got != 78 {
		t.Errorf("next mailbox has UIDVALIDITY %d, want 78", got)
	}
}

func TestSetUIDNext(t *testing.T) {
	st := new(mailstore.Store)
	b := st.Account("alice@example.com").Mailbox("INBOX")
	fill(b, 1)
	b.SetUIDNext(4294967294)
	fill(b, 1)
	if got := show(b.Snapshot()); got != "1 4294967294" {
		t.Errorf("mailbox = %s", got)
	}
	one := []mailstore.NewMessage{{Msg: message.New("", nil, nil)}}
	if _, err := b.AppendAll(one); !errors.Is(err, mailstore.ErrNoUIDs) {
		t.Errorf("AppendAll after the last UID = %v, want ErrNoUIDs", err)
	}
	if _, err := b.CopyTo(b, []uint32{1}); !errors.Is(err, mailstore.ErrNoUIDs) {
		t.Errorf("CopyTo after the last UID = %v, want ErrNoUIDs", err)
	}
	m := message.New("", []string{b.Account().Addr}, nil)
	if err := st.Deliver(m); !errors.Is(err, mailstore.ErrNoUIDs) {
		t.Errorf("Deliver after the last UID = %v, want ErrNoUIDs", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("lowering UIDNEXT did not panic")
		}
	}()
	b.SetUIDNext(5)
}

func TestDirect(t *testing.T) {
	b := newBox(0)
	one := b.Add("Subject: one\nX: y\r\n\nbody", `\Flagged`)
	two := b.Add("Subject: two\n\n")
	if got, want := string(one.Raw), "Subject: one\r\nX: y\r\n\r\nbody"; got != want {
		t.Errorf("Raw = %q, want %q", got, want)
	}
	if got := b.Messages(); len(got) != 2 || got[0] != one || got[1] != two {
		t.Errorf("Messages = %v", got)
	}
	if !b.Entry(one).Has(`\flagged`) || b.Entry(two).Has(`\flagged`) {
		t.Error("Entry.Has is wrong")
	}
	if got := b.UIDs(two); !slices.Equal(got, []uint32{2}) {
		t.Errorf("UIDs = %v, want [2]", got)
	}
	b.Expunge(b.UIDs(one))
	if b.Entry(one) != nil {
		t.Error("an expunged message still has an entry")
	}
	if d := time.Since(b.Entry(two).Date); d < 0 || d > time.Minute {
		t.Errorf("internal date is %v ago", d)
	}
}

// No message has the UID 0.
func TestUIDZero(t *testing.T) {
	for _, n := range []int{0, 1, 100} {
		box := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
		for range n {
			box.Add("Subject: hi\n\n")
		}
		if i, found := box.Snapshot().Index(0); i != 0 || found {
			t.Errorf("Index(0) is %d, %v", i, found)
		}
		if e := box.Snapshot().Get(0); e != nil {
			t.Errorf("Get(0) is %v", e)
		}
		box.SetFlags([]uint32{0}, mailstore.AddFlags, `\Seen`)
		box.Expunge([]uint32{0})
		if s := box.Snapshot(); s.Len() != n || s.Unseen != n {
			t.Errorf("of %d messages %d are left, %d unseen", n, s.Len(), s.Unseen)
		}
	}
}
