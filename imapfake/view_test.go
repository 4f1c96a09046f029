package imapfake

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A session changes flags of UIDs 1 to 3 a moment after others have changed
// the mailbox: of its own changes it tells nothing, of theirs all.
func TestOwnFlags(t *testing.T) {
	add := func(b *mailstore.Mailbox) { b.Append(message.New("", nil, benchMail), nil, time.Unix(0, 0)) }
	for _, tt := range []struct {
		name    string
		before  func(b *mailstore.Mailbox)
		flagged []uint32 // to be told
		held    []uint32
	}{
		{"nothing", func(b *mailstore.Mailbox) {}, nil, nil},
		{"another message", func(b *mailstore.Mailbox) { b.SetFlags([]uint32{5}, mailstore.AddFlags, `\Seen`) }, []uint32{5}, nil},
		{"the same message", func(b *mailstore.Mailbox) { b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`) }, []uint32{2}, nil},
		{"all", func(b *mailstore.Mailbox) { b.SetFlags(b.UIDs(), mailstore.AddFlags, `\Seen`) }, []uint32{1, 2, 3, 4, 5}, nil},
		{"an expunge", func(b *mailstore.Mailbox) { b.Expunge([]uint32{2}) }, nil, []uint32{2}},
		{"a delivery", add, nil, nil},
		{"so much that the log forgets", func(b *mailstore.Mailbox) {
			for i := range 3000 {
				b.SetFlags([]uint32{4, 5}, mailstore.FlagOp(1+i%2), "x")
			}
		}, []uint32{1, 2, 3, 4, 5}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			box := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
			for range 5 {
				add(box)
			}
			v := newView(box, false, false)
			tt.before(box)
			changed := v.setFlags([]uint32{1, 2, 3}, mailstore.AddFlags, `\Flagged`)
			if want := 3 - len(tt.held); len(changed) != want {
				t.Errorf("it has changed %v, want %d", changed, want)
			}
			slices.Sort(v.flagged)
			if !slices.Equal(slices.Compact(v.flagged), tt.flagged) {
				t.Errorf("it is to tell of %v, want %v", v.flagged, tt.flagged)
			}
			if !slices.Equal(v.snap.Held(), tt.held) {
				t.Errorf("it holds %v, want %v", v.snap.Held(), tt.held)
			}
			if got, want := v.snap.HighestModSeq, box.Snapshot().HighestModSeq; got != want {
				t.Errorf("it is at mod-sequence %d, want %d", got, want)
			}
		})
	}
}

// UNCHANGEDSINCE is about the mailbox as it is when the flags are changed, also
// where not all flags may be: another session has been faster.
func TestUnchangedWithFewRights(t *testing.T) {
	for _, tt := range []struct {
		op   mailstore.FlagOp
		want string // flags of UID 2
	}{
		{mailstore.AddFlags, `\Flagged \Seen`},
		{mailstore.RemoveFlags, `\Flagged`},
		{mailstore.ReplaceFlags, `\Seen`},
	} {
		a := new(mailstore.Store).Account("alice@example.com")
		box := a.Mailbox("INBOX")
		for range 2 {
			box.Append(message.New("", nil, benchMail), []string{`\Flagged`}, time.Unix(0, 0))
		}
		box.SetRights(a.Addr, "lrsw")
		s := &session{account: a, view: newView(box, false, false)}
		since := s.view.snap.HighestModSeq
		box.SetFlags([]uint32{1}, mailstore.AddFlags, "theirs")
		_, modified, err := s.changeFlags([]uint32{1, 2}, since, tt.op, []string{`\Seen`})
		if err != nil || !slices.Equal(modified, []uint32{1}) {
			t.Errorf("op %v: modified %v, %v, want 1", tt.op, modified, err)
		}
		for uid, want := range map[uint32]string{1: `\Flagged theirs`, 2: tt.want} {
			if got := strings.Join(box.Snapshot().Get(uid).Flags, " "); got != want {
				t.Errorf("op %v: UID %d has %s, want %s", tt.op, uid, got, want)
			}
		}
	}
}
