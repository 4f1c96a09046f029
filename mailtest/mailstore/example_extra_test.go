package mailstore_test

import (
	"fmt"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

func ExampleMailbox_SetRights() {
	var st mailstore.Store
	alice, bob := st.Account("alice@example.com"), st.Account("bob@example.com")
	b := alice.Mailbox("Work")
	b.SetRights("bob@example.com", "rl")
	fmt.Println(b.Rights(alice) == mailstore.AllRights, b.Rights(bob), len(b.ACL()))
	for _, b := range st.SharedWith(bob) {
		fmt.Println(b.Account().Addr, b.Name())
	}
	// Output:
	// true lr 2
	// alice@example.com Work
}

func ExampleMetadata() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("Work")
	m := b.Metadata()
	m.Set("/private/comment", "the old one")
	m.Set("/private/color", "red")
	m.Remove("/private/color")
	value, ok := m.Get("/PRIVATE/comment")
	fmt.Println(value, ok, m.Entries(), m.Changed(0))
	// Output: the old one true [/private/comment] [/private/color /private/comment]
}

func ExampleStore_Metadata() {
	var st mailstore.Store
	st.Metadata().Set("/shared/admin", "mailto:admin@example.com")
	st.Account("alice@example.com").Metadata().Set("/private/theme", "dark")
	fmt.Println(st.Metadata().Entries(), st.Account("alice@example.com").Metadata().Entries())
	// Output: [/shared/admin] [/private/theme]
}

func ExampleStore_Changed() {
	var st mailstore.Store
	alice := st.Account("alice@example.com")
	since := st.Revision()
	go alice.Subscribe("Work", true)
	<-st.Changed(since)
	fmt.Println(st.Revision() > since)
	// Output: true
}

func ExampleStore_Finish() {
	var st mailstore.Store
	var said strings.Builder
	st.AddTranscript("POP3", &said)
	said.WriteString("S: +OK\nC: QUIT\n")
	st.Finish(failedT{}, func() { fmt.Println("closing") })
	// Output:
	// POP3 transcript:
	// S: +OK
	// C: QUIT
	// closing
}

// A failedT is a test that has failed.
type failedT struct{ exampleT }

func (failedT) Failed() bool { return true }

// A session is a transcript that knows which connections name an address.
type session struct{ strings.Builder }

func (s *session) Mentioning(text string) string {
	if strings.Contains(s.String(), text) {
		return s.String()
	}
	return ""
}

func ExampleAccount_ReportFailure() {
	var st mailstore.Store // of a server that tests share
	var mine, another session
	st.AddTranscript("IMAP", &mine)
	st.AddTranscript("IMAP", &another)
	mine.WriteString("C: a LOGIN alice@example.com ***\n")
	another.WriteString("C: a LOGIN bob@example.com ***\n")
	st.Account("alice@example.com").ReportFailure(t)
	// Output:
	// IMAP transcript of the connections that name alice@example.com:
	// C: a LOGIN alice@example.com ***
}
