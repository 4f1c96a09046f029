package mailstore_test

import (
	"errors"
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func ExampleStore_Accounts() {
	var st mailstore.Store
	st.Account("bob@example.com")
	st.Account("alice@example.com")
	for _, a := range st.Accounts() {
		fmt.Println(a.Addr)
	}
	// Output:
	// alice@example.com
	// bob@example.com
}

func ExampleStore_Lookup() {
	var st mailstore.Store
	fmt.Println(st.Lookup("alice@example.com") == nil)
	st.Account("alice@example.com")
	fmt.Println(st.Lookup("Alice@Example.COM").Addr)
	// Output:
	// true
	// alice@example.com
}

func ExampleStore_Deliver() {
	var st mailstore.Store
	st.Account("bob@example.com").Quota = mailstore.Quota{Messages: 1}
	m := message.New("shop@example.com", []string{"alice@example.com", "bob@example.com"},
		[]byte("Subject: News\r\n\r\n"))
	fmt.Println(st.Deliver(m))
	fmt.Println(errors.Is(st.Deliver(m), mailstore.ErrOverQuota)) // Bob has room for one
	fmt.Println(len(st.Account("alice@example.com").Pending()))   // so nobody gets the second
	// Output:
	// <nil>
	// true
	// 1
}

func ExampleStore_Revision() {
	var st mailstore.Store
	alice := st.Account("alice@example.com")
	before := st.Revision()
	alice.Mailbox("INBOX").Add("Subject: hi\n\n")
	fmt.Println(st.Revision() > before)
	// Output: true
}

func ExampleStore_SharedWith() {
	var st mailstore.Store
	alice, bob := st.Account("alice@example.com"), st.Account("bob@example.com")
	alice.Mailbox("Team").SetRights("anyone", "lr")
	alice.Mailbox("Private")
	for _, b := range st.SharedWith(bob) {
		fmt.Println(b.Account().Addr, b.Name())
	}
	// Output: alice@example.com Team
}

func ExampleTxtar() {
	var st mailstore.Store
	err := st.Seed(mailstore.Txtar(`
-- alice@example.com/INBOX/1.eml --
Subject: hello

Hello.
-- alice@example.com/Sent/1.eml --
Subject: Re: hello

Hello yourself.
`))
	fmt.Println(err)
	for _, b := range st.Account("alice@example.com").Mailboxes() {
		fmt.Println(b.Name(), b.Messages()[0].Subject)
	}
	// Output:
	// <nil>
	// INBOX hello
	// Sent Re: hello
}

func ExampleAccount_Find() {
	alice := new(mailstore.Store).Account("alice@example.com")
	fmt.Println(alice.Find("Work") == nil)
	alice.Mailbox("Work")
	fmt.Println(alice.Find("Work").Name(), alice.Find("inbox").Name())
	// Output:
	// true
	// Work INBOX
}

func ExampleAccount_Mailboxes() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Mailbox("Work/2024")
	alice.Mailbox("Archive")
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name())
	}
	// Output:
	// INBOX
	// Archive
	// Work
	// Work/2024
}

func ExampleAccount_Subscribed() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Subscribe("Work", true)
	alice.Subscribe("INBOX", true)
	alice.Subscribe("Archive", true)
	alice.Subscribe("Archive", false)
	fmt.Println(alice.Subscribed())
	// Output: [INBOX Work]
}

func ExampleAccount_Metadata() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Metadata().Set("/private/theme", "dark")
	fmt.Println(alice.Metadata().Get("/private/theme"))
	// Output: dark true
}

func ExampleAccount_SetQuota() {
	alice := new(mailstore.Store).Account("alice@example.com")
	inbox := alice.Mailbox("INBOX")
	inbox.Add("Subject: one\n\n")
	alice.SetQuota(mailstore.Quota{Messages: 1}) // while clients are connected
	_, err := inbox.CopyTo(inbox, inbox.UIDs())
	fmt.Println(err)
	// Output: quota exceeded
}

func ExampleAccount_Limit() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.SetQuota(mailstore.Quota{Bytes: 1 << 20})
	fmt.Println(alice.Limit().Bytes)
	// Output: 1048576
}

func ExampleAccount_Used() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Mailbox("INBOX").Add("Subject: hi\n\nhello\n")
	alice.Mailbox("Work").Add("Subject: hi\n\nhello\n")
	fmt.Printf("%+v\n", alice.Used())
	// Output: {Bytes:44 Messages:2 Mailboxes:2}
}

func ExampleAccount_Room() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.SetQuota(mailstore.Quota{Bytes: 1000, Messages: 2})
	fmt.Println(alice.Room(1000, 1), alice.Room(1001, 1), alice.Room(10, 3))
	// Output: true false false
}
