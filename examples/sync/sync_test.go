package mailsync_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	mailsync "github.com/mailfakes/mailfakes/examples/sync"
	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// The servers that a client meets: with QRESYNC, with CONDSTORE alone, and with
// neither, nor IDLE.
var servers = []struct {
	name  string
	caps  imapfake.Caps
	again string // what the second sync must not ask for
}{
	{"Dovecot", imapfake.Dovecot, "UID FETCH 1:*"},
	{"Gmail", imapfake.Gmail, "UID FETCH 1:* (FLAGS)\n"},
	{"Exchange", imapfake.ExchangeOnline, "CHANGEDSINCE"},
	{"Yahoo", imapfake.Yahoo, "CHANGEDSINCE"},
}

func start(t *testing.T, caps imapfake.Caps) (*mailtest.Server, *mailstore.Mailbox, mailsync.Login) {
	srv := mailtest.NewServer(t)
	srv.IMAP.Caps = caps
	alice := srv.Account("alice@example.com")
	inbox := alice.Mailbox("INBOX")
	for i := range 5 {
		inbox.Add(fmt.Sprintf("Subject: %d\n\nhello\n", i+1))
	}
	return srv, inbox, mailsync.Login{Dial: srv.IMAP.Dial, User: alice.Addr, Password: alice.Password}
}

// Whatever happens between two syncs, the copy is right after the second.
func TestSync(t *testing.T) {
	events := []struct {
		name string
		do   func(*mailstore.Mailbox)
	}{
		{"nothing", func(*mailstore.Mailbox) {}},
		{"new mail", func(b *mailstore.Mailbox) { b.Add("Subject: new\n\nhello\n", `\Flagged`) }},
		{"flags", func(b *mailstore.Mailbox) { b.SetFlags([]uint32{2, 3}, mailstore.AddFlags, `\Seen`, "$Label") }},
		{"expunge", func(b *mailstore.Mailbox) { b.Expunge([]uint32{1, 4}) }},
		{"all gone", func(b *mailstore.Mailbox) { b.Expunge([]uint32{1, 2, 3, 4, 5}) }},
		{"all at once", func(b *mailstore.Mailbox) {
			b.Expunge([]uint32{2})
			b.SetFlags([]uint32{5}, mailstore.ReplaceFlags, `\Answered`)
			b.Add("Subject: new\n\nhello\n")
		}},
		{"another UIDVALIDITY", func(b *mailstore.Mailbox) {
			b.Expunge([]uint32{1})
			b.SetUIDValidity(77)
		}},
	}
	for _, s := range servers {
		for _, e := range events {
			t.Run(s.name+"/"+e.name, func(t *testing.T) {
				srv, inbox, login := start(t, s.caps)
				var m mailsync.Mirror
				sync(t, &m, login)
				checkMirror(t, &m, inbox)
				said := len(srv.IMAP.Transcript().Lines())
				e.do(inbox)
				sync(t, &m, login)
				checkMirror(t, &m, inbox)
				if e.name != "another UIDVALIDITY" {
					checkNotSaid(t, srv.IMAP.Transcript().Lines()[said:], s.again)
				}
			})
		}
	}
}

// A message that vanishes between its UID and its text is left out, and a
// session that breaks anywhere is made up for by the next.
func TestSyncSurvives(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name+"/expunge in the middle", func(t *testing.T) {
			srv, inbox, login := start(t, s.caps)
			srv.IMAP.Inject(mailtest.Fault{On: "UID FETCH", Arg: "2 (BODY", Do: func(*wire.Exchange) { inbox.Expunge([]uint32{1, 2, 4}) }})
			var m mailsync.Mirror
			sync(t, &m, login)
			sync(t, &m, login)
			checkMirror(t, &m, inbox)
		})
		for _, fault := range []mailtest.Fault{
			{On: "SELECT", Cut: 60, Hangup: true},
			{On: "UID FETCH", Arg: "FLAGS", Cut: 45, Hangup: true},
			{On: "UID FETCH", Arg: "3 (BODY", Cut: 40, Hangup: true},
			{On: "UID FETCH", Arg: "3 (BODY", Reply: "NO [UNAVAILABLE] busy"},
		} {
			fault.Nth = 1
			t.Run(fmt.Sprintf("%s/%s %s cut at %d", s.name, fault.On, fault.Arg, fault.Cut), func(t *testing.T) {
				srv, inbox, login := start(t, s.caps)
				srv.IMAP.Inject(fault)
				var m mailsync.Mirror
				if err := m.Sync(t.Context(), login); err == nil {
					t.Error("the broken session is no error")
				}
				inbox.Expunge([]uint32{5})
				sync(t, &m, login)
				checkMirror(t, &m, inbox)
			})
		}
	}
}

// A reader watches for four hours, in which mail comes, IDLE is dropped, and
// the mailbox is made anew. In virtual time it takes milliseconds.
func TestWatch(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, inbox, login := start(t, s.caps)
				srv.IMAP.Inject(mailtest.Fault{On: "IDLE", Nth: 2, Hangup: true, Optional: true})
				srv.IMAP.Inject(mailtest.Fault{On: "SELECT", Nth: 5, Reset: true})
				ctx, cancel := context.WithCancel(t.Context())
				var m mailsync.Mirror
				done := make(chan struct{})
				go func() {
					defer close(done)
					m.Watch(ctx, login, time.Minute, func() {})
				}()
				for _, change := range []func(){
					func() { inbox.Add("Subject: pushed\n\nhello\n") },
					func() { inbox.SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`) },
					func() { inbox.Expunge([]uint32{2, 3}) },
					func() { inbox.SetUIDValidity(99) },
				} {
					time.Sleep(time.Hour)
					change()
				}
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				cancel()
				<-done
				checkMirror(t, &m, inbox)
			})
		})
	}
}

func sync(t *testing.T, m *mailsync.Mirror, login mailsync.Login) {
	t.Helper()
	if err := m.Sync(t.Context(), login); err != nil {
		t.Fatal(err)
	}
}

// checkMirror compares a copy with the mailbox.
func checkMirror(t *testing.T, m *mailsync.Mirror, inbox *mailstore.Mailbox) {
	t.Helper()
	now := inbox.Snapshot()
	if m.UIDValidity != now.UIDValidity {
		t.Errorf("UIDVALIDITY is %d, want %d", m.UIDValidity, now.UIDValidity)
	}
	want := make(map[uint32]string)
	for i := range now.Len() {
		e := now.At(i)
		want[e.UID] = describe(e.Flags, string(e.Msg.Raw))
	}
	got := make(map[uint32]string)
	for uid, msg := range m.Messages {
		got[uid] = describe(msg.Flags, msg.Raw)
	}
	if !maps.Equal(got, want) {
		t.Errorf("unexpected copy (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func describe(flags []string, raw string) string {
	flags = slices.DeleteFunc(slices.Sorted(slices.Values(flags)), func(f string) bool { return f == `\Recent` })
	return strings.Join(flags, " ") + " " + raw
}

func checkNotSaid(t *testing.T, lines []wire.Line, text string) {
	t.Helper()
	for _, l := range lines {
		if l.From == 'C' && strings.Contains(l.Text+"\n", text) {
			t.Errorf("the client said %q, though the server can do better", l.Text)
		}
	}
}
