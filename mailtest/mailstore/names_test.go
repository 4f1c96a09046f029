package mailstore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// tree is the names of the mailboxes, with "-" for those that are NoSelect and
// the number of messages.
func tree(a *mailstore.Account) string {
	var words []string
	for _, b := range a.Mailboxes() {
		w := b.Name()
		if b.NoSelect() {
			w = "-" + w
		}
		words = append(words, w+strings.Repeat("*", b.Snapshot().Len()))
	}
	return strings.Join(words, " ")
}

func TestNames(t *testing.T) {
	create := func(a *mailstore.Account, name string) error { _, err := a.Create(name); return err }
	remove := (*mailstore.Account).Delete
	rename := func(a *mailstore.Account, names string) error {
		from, to, _ := strings.Cut(names, " ")
		return a.Rename(from, to)
	}
	tests := []struct {
		name string
		do   func(*mailstore.Account, string) error
		arg  string
		want string // unchanged if ""
		err  error
	}{
		{"create", create, "x", "INBOX* a** a/b* c x", nil},
		{"create with parents", create, "x/y/z", "INBOX* a** a/b* c x x/y x/y/z", nil},
		{"create with a trailing slash", create, "x/", "INBOX* a** a/b* c x", nil},
		{"create below inbox", create, "inbox/x", "INBOX* INBOX/x a** a/b* c", nil},
		{"create in another script", create, "Entwürfe", "INBOX* Entwürfe a** a/b* c", nil},
		{"create with wild cards", create, `%*"\ &`, `INBOX* %*"\ & a** a/b* c`, nil},
		{"create what is there", create, "a/b", "", mailstore.ErrExists},
		{"create inbox", create, "inbox", "", mailstore.ErrExists},
		{"create nothing", create, "", "", mailstore.ErrBadName},
		{"create with an empty level", create, "x//y", "", mailstore.ErrBadName},
		{"create with an empty root", create, "/x", "", mailstore.ErrBadName},
		{"create with a control character", create, "x\ty", "", mailstore.ErrBadName},
		{"create with bad UTF-8", create, "x\xff", "", mailstore.ErrBadName},
		{"delete", remove, "c", "INBOX* a** a/b*", nil},
		{"delete a child", remove, "a/b", "INBOX* a** c", nil},
		{"delete a parent", remove, "a", "INBOX* -a a/b* c", nil},
		{"delete what is not there", remove, "x", "", mailstore.ErrNotExist},
		{"delete inbox", remove, "Inbox", "", mailstore.ErrBadName},
		{"rename", rename, "c x", "INBOX* a** a/b* x", nil},
		{"rename with children", rename, "a x", "INBOX* c x** x/b*", nil},
		{"rename makes parents", rename, "c x/y", "INBOX* a** a/b* x x/y", nil},
		{"rename inbox", rename, "INBOX x", "INBOX a** a/b* c x*", nil},
		{"rename below inbox", rename, "c inbox/c", "INBOX* INBOX/c a** a/b*", nil},
		{"rename what is not there", rename, "x y", "", mailstore.ErrNotExist},
		{"rename to what is there", rename, "c a/b", "", mailstore.ErrExists},
		{"rename to inbox", rename, "c inbox", "", mailstore.ErrExists},
		{"rename to itself", rename, "c c", "", mailstore.ErrExists},
		{"rename below itself", rename, "a a/x", "", mailstore.ErrBadName},
		{"rename to a bad name", rename, "a x//y", "", mailstore.ErrBadName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := new(mailstore.Store).Account("alice@example.com")
			for name, n := range map[string]int{"INBOX": 1, "a/b": 1, "a": 2, "c": 0} {
				fill(a.Mailbox(name), n)
			}
			if tt.want == "" {
				tt.want = tree(a)
			}
			if err := tt.do(a, tt.arg); !errors.Is(err, tt.err) {
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			if got := tree(a); got != tt.want {
				t.Errorf("mailboxes = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNoSelect(t *testing.T) {
	a := new(mailstore.Store).Account("alice@example.com")
	a.Mailbox("a/b")
	old := a.Find("a")
	if err := a.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if !old.Gone() || a.Find("a") != nil {
		t.Error("the deleted mailbox can still be found")
	}
	if err := a.Delete("a"); !errors.Is(err, mailstore.ErrHasChildren) {
		t.Errorf("deleting a NoSelect parent = %v, want ErrHasChildren", err)
	}
	again, err := a.Create("a")
	if err != nil || again.NoSelect() {
		t.Fatalf("Create of a NoSelect name = %v", err)
	}
	if again.Snapshot().UIDValidity <= old.Snapshot().UIDValidity {
		t.Error("UIDVALIDITY has not grown")
	}
	for _, name := range []string{"a", "a/b", "a"} {
		if err := a.Delete(name); err != nil {
			t.Errorf("deleting %s: %v", name, err)
		}
	}
}

func TestRenameKeepsIdentity(t *testing.T) {
	a := new(mailstore.Store).Account("alice@example.com")
	b := a.Mailbox("a")
	fill(b, 2)
	before := b.Snapshot()
	if err := a.Rename("a", "b"); err != nil {
		t.Fatal(err)
	}
	if b.Name() != "b" || b.Snapshot() != before || a.Find("b") != b || b.Gone() {
		t.Error("a renamed mailbox is another one")
	}
	if id := a.Mailbox("a").ID(); id == b.ID() {
		t.Errorf("a new mailbox under the old name has the ID %s again", id)
	}
}

func TestSubscribe(t *testing.T) {
	a := new(mailstore.Store).Account("alice@example.com")
	for _, name := range []string{"b", "inbox", "a/missing", "gone", "b"} {
		a.Subscribe(name, true)
	}
	a.Mailbox("b")
	a.Subscribe("gone", false)
	a.Subscribe("never", false)
	if err := a.Delete("b"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"INBOX", "a/missing", "b"}, a.Subscribed()); d != "" {
		t.Errorf("subscribed (-want +got):\n%s", d)
	}
}
