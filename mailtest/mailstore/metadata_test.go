package mailstore_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

func TestMetadata(t *testing.T) {
	st := new(mailstore.Store)
	m := st.Account("alice@example.com").Mailbox("INBOX").Metadata()
	m.Set("/private/Comment", "mine")
	since := st.Revision()
	m.Set("/private/comment", "mine") // nothing changes
	if got := st.Revision(); got != since {
		t.Errorf("Revision = %d after setting the same value, want %d", got, since)
	}
	m.Set("/shared/comment", "")
	m.Remove("/private/comment")
	m.Remove("/private/none")
	if got, want := m.Entries(), []string{"/shared/comment"}; !slices.Equal(got, want) {
		t.Errorf("Entries = %q, want %q", got, want)
	}
	if v, ok := m.Get("/SHARED/comment"); v != "" || !ok {
		t.Errorf("Get of an empty value = %q, %v", v, ok)
	}
	if v, ok := m.Get("/private/comment"); v != "" || ok {
		t.Errorf("Get of a removed value = %q, %v", v, ok)
	}
	want := []string{"/private/comment", "/shared/comment"}
	if got := m.Changed(since); !slices.Equal(got, want) {
		t.Errorf("Changed = %q, want %q", got, want)
	}
	if got := m.Changed(st.Revision()); len(got) != 0 {
		t.Errorf("Changed since now = %q", got)
	}
}

func TestMetadataPlaces(t *testing.T) {
	st := new(mailstore.Store)
	a := st.Account("alice@example.com")
	st.Metadata().Set("/shared/motd", "hello")
	a.Metadata().Set("/private/motd", "mine")
	if _, ok := st.Account("bob@example.com").Metadata().Get("/private/motd"); ok {
		t.Error("bob sees what alice has set")
	}
	if v, _ := st.Metadata().Get("/shared/motd"); v != "hello" {
		t.Errorf("Get = %q", v)
	}
	if v, _ := a.Metadata().Get("/private/motd"); v != "mine" {
		t.Errorf("Get = %q", v)
	}
}

func TestRights(t *testing.T) {
	st := new(mailstore.Store)
	alice, bob := st.Account("alice@example.com"), st.Account("Bob@example.com")
	tests := []struct {
		id, rights string
		alice, bob string // afterwards
	}{
		{"", "", mailstore.AllRights, ""},
		{"bob@EXAMPLE.com", "zrl", mailstore.AllRights, "lr"},
		{"anyone", "si", mailstore.AllRights, "lrsi"},
		{"-bob@example.com", "rs", mailstore.AllRights, "li"},
		{"-anyone", "l", "rswipkxtea", "i"},
		{"-anyone", "", mailstore.AllRights, "li"},
		{"alice@example.com", "a", "sia", "li"},
	}
	box := alice.Mailbox("Shared")
	for _, tt := range tests {
		if tt.id != "" {
			box.SetRights(tt.id, tt.rights)
		}
		if a, b := box.Rights(alice), box.Rights(bob); a != tt.alice || b != tt.bob {
			t.Errorf("after %q %q: alice %q, bob %q, want %q, %q", tt.id, tt.rights, a, b, tt.alice, tt.bob)
		}
	}
	if got := len(box.ACL()); got != 4 {
		t.Errorf("ACL has %d identifiers, want 4", got)
	}
}

func TestRevision(t *testing.T) {
	st := new(mailstore.Store)
	a := st.Account("alice@example.com")
	steps := []struct {
		name string
		do   func()
	}{
		{"add", func() { a.Mailbox("INBOX").Add("Subject: hi\n\nx\n") }},
		{"flags", func() { a.Mailbox("INBOX").SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`) }},
		{"create", func() { a.Mailbox("A") }},
		{"rename", func() { a.Rename("A", "B") }},
		{"use", func() { a.Mailbox("B").SetUse(`\Sent`) }},
		{"rights", func() { a.Mailbox("B").SetRights("anyone", "l") }},
		{"subscribe", func() { a.Subscribe("B", true) }},
		{"unsubscribe", func() { a.Subscribe("B", false) }},
		{"metadata", func() { a.Metadata().Set("/private/x", "1") }},
		{"delete", func() { a.Delete("B") }},
	}
	for _, step := range steps {
		since := st.Revision()
		changed := st.Changed(since)
		step.do()
		select {
		case <-changed:
		default:
			t.Errorf("%s: nobody is woken", step.name)
		}
		select {
		case <-st.Changed(since):
		default:
			t.Errorf("%s: a wake-up is lost", step.name)
		}
	}
}

func TestQuotaMailboxes(t *testing.T) {
	a := new(mailstore.Store).Account("alice@example.com")
	a.SetQuota(mailstore.Quota{Mailboxes: 2})
	if _, err := a.Create("A"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Create("B"); err != mailstore.ErrOverQuota {
		t.Errorf("Create over the quota: %v", err)
	}
	a.Mailbox("B") // a test's own
	if got := a.Used().Mailboxes; got != 3 {
		t.Errorf("Used = %d mailboxes, want 3", got)
	}
	if got := a.Limit(); got != (mailstore.Quota{Mailboxes: 2}) {
		t.Errorf("Limit = %+v", got)
	}
}

// Of many annotations that were removed, the last ones are still told.
func TestMetadataForgets(t *testing.T) {
	st := new(mailstore.Store)
	m := st.Account("alice@example.com").Mailbox("x").Metadata()
	m.Set("/private/kept", "x")
	start := st.Revision()
	for i := range 3000 {
		m.Set(fmt.Sprint("/private/", i), "x")
		m.Remove(fmt.Sprint("/private/", i))
	}
	told := m.Changed(start)
	if n := len(told); n < 500 || n > 1000 || !slices.Contains(told, "/private/2999") {
		t.Errorf("%d are told", n)
	}
	if v, ok := m.Get("/private/kept"); !ok || v != "x" {
		t.Errorf("/private/kept is %q, %t", v, ok)
	}
}
