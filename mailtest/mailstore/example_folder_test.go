package mailstore_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func ExampleMailbox_Account() {
	fmt.Println(inbox().Account().Addr)
	// Output: alice@example.com
}

func ExampleMailbox_ID() {
	b := inbox().Account().Mailbox("Work")
	id := b.ID()
	b.Account().Rename("Work", "Job")
	fmt.Println(b.Name(), b.ID() == id)
	// Output: Job true
}

func ExampleMailbox_Use() {
	b := inbox().Account().Mailbox("Gesendet")
	fmt.Printf("%q\n", b.Use())
	b.SetUse(`\Sent`)
	fmt.Println(b.Use())
	// Output:
	// ""
	// \Sent
}

func ExampleMailbox_SetUse() {
	b := inbox().Account().Mailbox("Everything")
	b.SetUse(`\All \Archive`)
	fmt.Println(b.Use())
	// Output: \All \Archive
}

func ExampleMailbox_ReadOnly() {
	b := inbox()
	fmt.Println(b.ReadOnly())
	b.SetReadOnly(true)
	fmt.Println(b.ReadOnly())
	// Output:
	// false
	// true
}

func ExampleMailbox_SetReadOnly() {
	b := inbox()
	b.SetReadOnly(true) // for clients; the test goes on
	b.Add("Subject: four\n\n")
	fmt.Println(b.Snapshot().Len())
	// Output: 4
}

func ExampleMailbox_NoSelect() {
	alice := inbox().Account()
	work := alice.Mailbox("Work")
	alice.Mailbox("Work/2024")
	alice.Delete("Work")
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name(), b.NoSelect())
	}
	fmt.Println(work.Gone())
	// Output:
	// INBOX false
	// Work true
	// Work/2024 false
	// true
}

func ExampleMailbox_Gone() {
	alice := inbox().Account()
	work := alice.Mailbox("Work")
	alice.Delete("Work")
	alice.Mailbox("Work") // another one of that name
	fmt.Println(work.Gone(), alice.Find("Work").Gone())
	// Output: true false
}

func ExampleMailbox_SetUIDNext() {
	b := inbox()
	b.SetUIDNext(4294967290) // more than a signed 32-bit number holds
	b.Add("Subject: four\n\n")
	fmt.Println(b.UIDs())
	// Output: [1 2 3 4294967290]
}

func ExampleMailbox_Replace() {
	alice := inbox().Account()
	drafts := alice.Mailbox("Drafts")
	drafts.Add("Subject: draft\n\n", `\Draft`)
	better := mailstore.NewMessage{Msg: message.New("", nil, []byte("Subject: better draft\r\n\r\n"))}
	e, err := drafts.Replace(1, drafts, better)
	fmt.Println(e.UID, err, drafts.UIDs())
	// Output: 2 <nil> [2]
}

func ExampleMailbox_ACL() {
	b := inbox()
	b.SetRights("bob@example.com", "rl")
	b.SetRights("anyone", "l")
	fmt.Println(b.ACL())
	// Output: map[alice@example.com:lrswipkxtea anyone:l bob@example.com:lr]
}

func ExampleMailbox_Rights() {
	var st mailstore.Store
	alice, bob := st.Account("alice@example.com"), st.Account("bob@example.com")
	b := alice.Mailbox("Team")
	b.SetRights("anyone", "lrs")
	b.SetRights("-bob@example.com", "s") // taken from him, whoever gives it
	fmt.Println(b.Rights(alice))
	fmt.Println(b.Rights(bob))
	// Output:
	// lrswipkxtea
	// lr
}

func ExampleMailbox_Metadata() {
	b := inbox()
	b.Metadata().Set("/private/comment", "the old one")
	fmt.Println(b.Metadata().Get("/private/comment"))
	// Output: the old one true
}

func ExampleMetadata_Set() {
	m := inbox().Metadata()
	m.Set("/private/comment", "old")
	m.Set("/Private/Comment", "new") // the same entry
	fmt.Println(m.Get("/private/comment"))
	// Output: new true
}

func ExampleMetadata_Get() {
	m := inbox().Metadata()
	m.Set("/shared/comment", "") // empty is not absent
	_, empty := m.Get("/shared/comment")
	_, absent := m.Get("/private/comment")
	fmt.Println(empty, absent)
	// Output: true false
}

func ExampleMetadata_Remove() {
	m := inbox().Metadata()
	m.Set("/private/comment", "hello")
	m.Remove("/private/comment")
	fmt.Println(m.Get("/private/comment"))
	// Output: false
}

func ExampleMetadata_Entries() {
	m := inbox().Metadata()
	m.Set("/shared/comment", "ours")
	m.Set("/private/comment", "mine")
	fmt.Println(m.Entries())
	// Output: [/private/comment /shared/comment]
}

func ExampleMetadata_Changed() {
	var st mailstore.Store
	m := st.Account("alice@example.com").Mailbox("INBOX").Metadata()
	m.Set("/private/comment", "hello")
	since := st.Revision()
	m.Set("/shared/comment", "hello")
	m.Remove("/private/comment")
	fmt.Println(m.Changed(since))
	// Output: [/private/comment /shared/comment]
}
