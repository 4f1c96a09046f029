package mailstore

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzMbox writes two messages as an mbox and reads them back.
func FuzzMbox(f *testing.F) {
	f.Add("Subject: x\n\nFrom here\n\nFrom there\n>From\n", "Subject: y\n\n>>From x\n\n\n")
	f.Add("", "From a b c d e f g\n")
	f.Add("Status: RO\nX-Status: AFDT\n", "\n\n")
	f.Fuzz(func(t *testing.T, x, y string) {
		var box strings.Builder
		want := []string{lines(x), lines(y)}
		for _, text := range want {
			box.WriteString("From alice@example.com Fri Jan  2 03:04:05 2015\n")
			for l := range strings.Lines(text) {
				if strings.HasPrefix(strings.TrimLeft(l, ">"), "From ") {
					l = ">" + l
				}
				box.WriteString(l)
			}
			box.WriteString("\n")
		}
		got := parseMbox([]byte(box.String()))
		if len(got) != len(want) {
			t.Fatalf("%q has %d messages, want 2", box.String(), len(got))
		}
		for i, m := range got {
			if string(m.Msg.Raw) != crlf(want[i]) {
				t.Errorf("message %d = %q, want %q", i, m.Msg.Raw, crlf(want[i]))
			}
			if m.Date.Unix() != 1420167845 {
				t.Errorf("date = %v", m.Date)
			}
		}
	})
}

// lines is s as text whose last line has an end.
func lines(s string) string {
	s = strings.ReplaceAll(s, "\r", "")
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}

// FuzzSeed reads any file under any name: it may be refused, and never panics.
func FuzzSeed(f *testing.F) {
	f.Add("alice/INBOX/1.eml", "Subject: x\n\n")
	f.Add("alice/Sent.mbox", mboxSeed)
	f.Add("alice/Maildir/cur/1700000000.x:2,S", "Subject: x\n\n")
	f.Add("alice/Maildir/.a..b/new/1", "")
	f.Add("x.txtar", "-- a/b/1.eml --\nSubject: x\n-- c.txtar --\n-- d/1.eml --\n")
	f.Add("x.txtar", "-- ../1.eml --\n-- /a/1.eml --\n-- . --\n")
	f.Fuzz(func(t *testing.T, name, data string) {
		if !fs.ValidPath(name) {
			return // no fs.FS has such a file
		}
		st := new(Store)
		err := st.Seed(fstest.MapFS{name: {Data: []byte(data)}})
		for _, a := range st.Accounts() {
			for _, b := range a.Mailboxes() {
				if v := b.Snapshot(); int(v.UIDNext) != v.Len()+1 {
					t.Errorf("%s has %d messages and UIDNEXT %d (%v)", b.Name(), v.Len(), v.UIDNext, err)
				}
			}
		}
	})
}

const mboxSeed = "From a Fri Jan  2 03:04:05 2015\nSubject: x\n\n>From\n"
