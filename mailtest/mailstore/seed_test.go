package mailstore_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// dump lists a store: a line per account and mailbox, and one per message with
// its flags, date and the last line of its body.
func dump(st *mailstore.Store) string {
	var b strings.Builder
	for _, a := range st.Accounts() {
		for _, box := range a.Mailboxes() {
			fmt.Fprintf(&b, "%s %s\n", a.Addr, box.Name())
			for _, e := range box.Snapshot().All() {
				lines := strings.Split(strings.TrimSuffix(string(e.Msg.Raw), "\r\n"), "\r\n")
				fmt.Fprintf(&b, "\t%d %s %q %s\n", e.UID, e.Flags, lines[len(lines)-1], e.Date.UTC().Format(time.DateTime))
			}
		}
	}
	return b.String()
}

func TestSeed(t *testing.T) {
	fsys := fstest.MapFS{
		"README.md":                              {Data: []byte("about")},
		"alice@example.org/.gitkeep":             {},
		"alice@example.org/9.eml":                {Data: []byte("Date: Tue, 01 Jul 2025 10:00:00 +0200\n\ninbox")},
		"alice@example.org/inbox/1.eml":          {Data: []byte("Subject: x\r\n\r\nwith CR\r\n")},
		"alice@example.org/Work/2024/a.eml":      {Data: []byte("Subject: x\n\nwork\n")},
		"alice@example.org/Old%2FNews/a.eml":     {Data: []byte("Subject: x\n\nescaped\n")},
		"alice@example.org/Sent.mbox":            {Data: []byte(mbox)},
		"bob/Maildir/cur/1700000100.2.host:2,SF": {Data: []byte("Subject: x\n\nsecond\n")},
		"bob/Maildir/new/1700000000.1.host":      {Data: []byte("Subject: x\n\nfirst\n")},
		"bob/Maildir/.Sent.2024/cur/x!2,RDTPx":   {Data: []byte("Subject: x\n\nfolder\n")},
		"more.txtar":                             {Data: []byte("about\n-- carol/INBOX/1.eml --\nSubject: x\n\none\n-- carol/Empty/.keep --\n")},
	}
	st := new(mailstore.Store)
	if err := st.Seed(fsys); err != nil {
		t.Fatal(err)
	}
	want := `alice@example.org INBOX
	1 [] "with CR" 2000-01-01 00:00:00
	2 [] "inbox" 2025-07-01 08:00:00
alice@example.org Old
alice@example.org Old/News
	1 [] "escaped" 2000-01-01 00:00:00
alice@example.org Sent
	1 [\Seen \Flagged] "From the start" 2015-01-02 03:04:05
	2 [] ">From twice" 2025-07-01 08:00:00
	3 [] "Subject: no body" 2000-01-01 00:00:00
alice@example.org Work
alice@example.org Work/2024
	1 [] "work" 2000-01-01 00:00:00
bob@example.com INBOX
	1 [] "first" 2023-11-14 22:13:20
	2 [\Seen \Flagged] "second" 2023-11-14 22:15:00
bob@example.com Sent
bob@example.com Sent/2024
	1 [\Answered \Draft \Deleted $Forwarded] "folder" 2000-01-01 00:00:00
carol@example.com INBOX
	1 [] "one" 2000-01-01 00:00:00
carol@example.com Empty
`
	if d := cmp.Diff(want, dump(st)); d != "" {
		t.Errorf("store (-want +got):\n%s", d)
	}
	if n := len(st.Account("alice@example.org").Pending()); n != 0 {
		t.Errorf("%d seeded messages are pending for Next", n)
	}
}

const mbox = `From alice@example.org Fri Jan  2 03:04:05 2015
Status: RO
X-Status: F

text
From here on text
>From the start

From bad line
Date: Tue, 01 Jul 2025 10:00:00 +0200

>>From twice

From alice
Subject: no body
`

func TestSeedErrors(t *testing.T) {
	tests := []struct{ file, want string }{
		{"notes.txt", `mailstore: seed notes.txt: want a directory named for a user`},
		{"alice/INBOX/1.elm", `mailstore: seed alice: alice/INBOX/1.elm: want .eml`},
		{"alice/a%2F%2Fb/1.eml", `mailstore: seed alice: mailbox "a//b": mailbox name is not allowed`},
	}
	for _, tt := range tests {
		err := new(mailstore.Store).Seed(fstest.MapFS{tt.file: {Data: []byte("x")}})
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("Seed with %s = %v, want %s", tt.file, err, tt.want)
		}
	}
}

func TestTxtar(t *testing.T) {
	fsys := mailstore.Txtar("comment\n-- a/1.eml --\nSubject: x\n\n-- no\n-- b/2.eml --\n--  --\n")
	if err := fstest.TestFS(fsys, "a/1.eml", "b/2.eml"); err != nil {
		t.Error(err)
	}
	st := new(mailstore.Store)
	if err := st.Seed(fsys); err != nil {
		t.Fatal(err)
	}
	var raw []string
	for _, user := range []string{"a", "b"} {
		for _, m := range st.Account(user + "@example.com").Mailbox("INBOX").Messages() {
			raw = append(raw, string(m.Raw))
		}
	}
	if want := []string{"Subject: x\r\n\r\n-- no\r\n", "--  --\r\n"}; !slices.Equal(raw, want) {
		t.Errorf("messages = %q, want %q", raw, want)
	}
}

func TestSeedMissing(t *testing.T) {
	err := new(mailstore.Store).Seed(os.DirFS("testdata/nowhere"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "the directory is not there") {
		t.Errorf("Seed = %v", err)
	}
}
