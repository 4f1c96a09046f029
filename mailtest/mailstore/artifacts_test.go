package mailstore

import (
	"os"
	"testing"
)

// What a failed test leaves can be seeded, whatever the mailboxes are called.
func TestArtifactsRoundTrip(t *testing.T) {
	st := new(Store)
	a := st.Account(`"odd / name"@example.com`)
	names := []string{
		"INBOX", "Work/2024", "cur", "new/cur", "Maildir", "README", ".", "..", ".hidden",
		"a.mbox", "x.eml", `%*"\ &`, "100%", "%41", "Entwürfe", "con:1",
	}
	for _, name := range names {
		a.Mailbox(name).Add("Subject: " + name + "\n\nlast line without end")
	}
	dir := t.TempDir()
	if err := st.saveArtifacts(dir, "", st.Accounts()); err != nil {
		t.Fatal(err)
	}
	again := new(Store)
	if err := again.Seed(os.DirFS(dir + "/mail")); err != nil {
		t.Fatal(err)
	}
	b := again.Lookup(a.Addr)
	if b == nil {
		t.Fatalf("accounts = %v", again.Accounts())
	}
	for _, name := range names {
		box := b.Find(name)
		if box == nil {
			t.Errorf("mailbox %q is lost", name)
			continue
		}
		want, got := string(a.Find(name).Messages()[0].Raw), box.Messages()
		if len(got) != 1 || string(got[0].Raw) != want {
			t.Errorf("mailbox %q has %v, want %q", name, got, want)
		}
	}
	if len(b.Mailboxes()) != len(a.Mailboxes()) {
		t.Errorf("%d mailboxes, want %d", len(b.Mailboxes()), len(a.Mailboxes()))
	}
}
