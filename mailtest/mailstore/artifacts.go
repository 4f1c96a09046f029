package mailstore

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Finish is what the servers made by NewServer do when t ends: it calls end,
// which closes and checks them, and ReportFailure if t has failed, be it in
// end.
func (s *Store) Finish(t testing.TB, end func()) {
	t.Helper()
	failed := t.Failed()
	if failed {
		s.ReportFailure(t) // before the goodbyes of closing
	}
	end()
	if !failed && t.Failed() {
		s.ReportFailure(t)
	}
}

// ReportFailure logs the end of what was said on the servers that work on the
// store, if no failure has quoted it already. Under go test -artifacts it also
// leaves in t's ArtifactDir the transcripts from beginning to end, smtp.txt,
// imap.txt and pop3.txt, and the messages of all mailboxes below mail, as Seed
// reads them.
func (s *Store) ReportFailure(t testing.TB) {
	t.Helper()
	s.logTranscripts(t, "")
	s.leaveArtifacts(t, "", s.Accounts()...)
}

// ReportFailure is the store's for the account: of the connections that name
// its address, and with its messages. It is for a failed test on a server that
// tests share.
func (a *Account) ReportFailure(t testing.TB) {
	t.Helper()
	a.store.logTranscripts(t, a.Addr)
	a.store.leaveArtifacts(t, a.Addr, a)
}

func (s *Store) leaveArtifacts(t testing.TB, addr string, accounts ...*Account) {
	t.Helper()
	if !wantArtifacts() {
		return
	}
	dir := t.ArtifactDir()
	if err := s.saveArtifacts(dir, addr, accounts); err != nil {
		t.Logf("mailstore: saving mails and transcripts: %v", err)
		return
	}
	t.Logf("mails and transcripts are in %s", dir)
}

func wantArtifacts() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}

func (s *Store) saveArtifacts(dir, addr string, accounts []*Account) error {
	for _, protocol := range protocols {
		if text := s.transcript(protocol, addr); text != "" {
			file := filepath.Join(dir, strings.ToLower(protocol)+".txt")
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				return err
			}
		}
	}
	for _, a := range accounts {
		for _, b := range a.Mailboxes() {
			if err := b.save(filepath.Join(dir, "mail", escapeName(a.Addr))); err != nil {
				return err
			}
		}
	}
	return nil
}

// save writes the messages to a directory below dir, one file each, named by
// their UIDs.
func (b *Mailbox) save(dir string) error {
	for _, level := range strings.Split(b.Name(), "/") {
		dir = filepath.Join(dir, escapeName(level))
	}
	v := b.Snapshot()
	if v.Len() == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, e := range v.All() {
		file := filepath.Join(dir, fmt.Sprintf("%06d.eml", e.UID))
		if err := os.WriteFile(file, e.Msg.Raw, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// escapeName makes a file name of a level of a mailbox name or an address, as
// in a URL. Seed undoes it, and names that mean something to it are escaped as
// well.
func escapeName(name string) string {
	var b strings.Builder
	special := slices.Contains([]string{"cur", "new", "Maildir"}, name) || passedOver(name)
	for i := range len(name) {
		switch c := name[i]; {
		case i == 0 && special:
			fmt.Fprintf(&b, "%%%02X", c)
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= 0x80,
			strings.IndexByte("-_@+. ", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
