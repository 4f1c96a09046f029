package mailstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// An exampleT stands for the t of a test: failures go to the output.
type exampleT struct{ testing.TB }

func (exampleT) Helper() {}

func (exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (exampleT) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (exampleT) Logf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

var t exampleT

// send delivers a mail, as an SMTP server does at the end of DATA.
func send(st *mailstore.Store, subject string, to ...string) {
	raw := "Subject: " + subject + "\r\n\r\nHello.\r\n"
	if err := st.Deliver(message.New("shop@example.com", to, []byte(raw))); err != nil {
		fmt.Println(err)
	}
}

func ExampleStore() {
	var st mailstore.Store // ready to use
	send(&st, "Welcome", "alice@example.com", "bob@example.com")
	for _, a := range st.Accounts() {
		fmt.Println(a.Addr, a.Password, a.Next(t).Subject)
	}
	// Output:
	// alice@example.com secret Welcome
	// bob@example.com secret Welcome
}

func ExampleStore_Account() {
	var st mailstore.Store
	fmt.Println(st.Lookup("alice@example.com") == nil)
	alice := st.Account("alice@example.com")
	fmt.Println(st.Lookup("Alice@EXAMPLE.com") == alice)
	// Output:
	// true
	// true
}

func ExampleStore_Next() {
	var st mailstore.Store
	send(&st, "first", "alice@example.com", "bob@example.com")
	send(&st, "second", "bob@example.com")
	fmt.Println(st.Account("alice@example.com").Next(t).Subject)
	fmt.Println(st.Next(t).Subject) // alice has read the first one
	st.NoMore(t)
	// Output:
	// first
	// second
}

func ExampleStore_NextFunc() {
	var st mailstore.Store
	m := message.New("shop@example.com", []string{"alice@example.com"}, []byte("Subject: x\r\n\r\n"))
	m.Via.Conn = 2
	st.Deliver(m)
	// One SMTP connection's mail.
	got := st.NextFunc(t, func(m *message.Message) bool { return m.Via.Conn == 2 })
	fmt.Println(got.RcptTo)
	// Output: [alice@example.com]
}

func ExampleStore_NextMatch() {
	var st mailstore.Store
	send(&st, "News", "bob@example.com")
	send(&st, "Welcome", "alice@example.com")
	fmt.Println(st.NextMatch(t, message.Want{RcptTo: []string{"alice@example.com"}}).Subject)
	// Output: Welcome
}

func ExampleStore_NoMore() {
	var st mailstore.Store
	send(&st, "Welcome", "alice@example.com")
	st.NoMore(t)
	// Output: more mail: 1 message not read: "Welcome" to alice@example.com
}

func ExampleStore_Pending() {
	var st mailstore.Store
	send(&st, "Welcome", "alice@example.com")
	send(&st, "News", "bob@example.com")
	st.Account("alice@example.com").Next(t)
	for _, m := range st.Pending() {
		fmt.Println(m.Subject)
	}
	// Output: News
}

func ExampleStore_Wait() {
	var st mailstore.Store
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	go send(&st, "Welcome", "alice@example.com")
	m, err := st.Wait(ctx, nil)
	fmt.Println(m.Subject, err)
	// Output: Welcome <nil>
}

func ExampleStore_Transaction() {
	var st mailstore.Store
	end := st.Transaction() // as an SMTP server does at MAIL ...
	go func() {
		defer end() // ... and at its end
		send(&st, "Welcome", "alice@example.com")
	}()
	st.NoMore(t) // waits
	// Output: more mail: 1 message not read: "Welcome" to alice@example.com
}

func ExampleStore_AddTranscript() {
	st := mailstore.Store{Timeout: time.Millisecond}
	var said strings.Builder
	st.AddTranscript("SMTP", &said)
	said.WriteString("S: 220 mail.example.com\nC: QUIT\n")
	st.Account("alice@example.com").Next(t)
	// Output:
	// no new mail for alice@example.com after 1ms (the server has received no mail)
	// transcript:
	// S: 220 mail.example.com
	// C: QUIT
}

func ExampleStore_ReportFailure() {
	var st mailstore.Store
	var said strings.Builder
	st.AddTranscript("IMAP", &said)
	said.WriteString("S: * OK ready\nC: a LOGOUT\n")
	st.ReportFailure(t) // what NewServer does when a test has failed
	// Output:
	// IMAP transcript:
	// S: * OK ready
	// C: a LOGOUT
}

func ExampleStore_Seed() {
	var st mailstore.Store
	err := st.Seed(mailstore.Txtar(`
-- alice@example.com/INBOX/1.eml --
Subject: one

-- alice@example.com/Archive.mbox --
From bob@example.com Fri Jan  2 03:04:05 2015
Subject: two
Status: RO

`))
	if err != nil {
		fmt.Println(err)
	}
	for _, b := range st.Account("alice@example.com").Mailboxes() {
		for _, e := range b.Snapshot().All() {
			fmt.Println(b.Name(), e.Msg.Decode().Subject, e.Flags)
		}
	}
	// Output:
	// INBOX one []
	// Archive two [\Seen]
}

func ExampleAccount() {
	var st mailstore.Store
	alice := st.Account("alice@example.com")
	alice.Password = "correct horse"
	alice.Quota = mailstore.Quota{Messages: 1}
	send(&st, "Welcome", "alice@example.com")
	send(&st, "News", "alice@example.com")
	fmt.Println(alice.Used().Messages, alice.Room(100, 1))
	// Output:
	// mailstore: deliver to alice@example.com: quota exceeded
	// 1 false
}

func ExampleAccount_Next() {
	st := mailstore.Store{Timeout: time.Millisecond}
	send(&st, "Welcome", "alice@example.com")
	fmt.Println(st.Account("alice@example.com").Next(t).Subject)
	st.Account("bob@example.com").Next(t)
	// Output:
	// Welcome
	// no new mail for bob@example.com after 1ms (there is mail for alice@example.com)
}

func ExampleAccount_NextFunc() {
	var st mailstore.Store
	send(&st, "News", "alice@example.com")
	send(&st, "Your code is 1234", "alice@example.com")
	alice := st.Account("alice@example.com")
	m := alice.NextFunc(t, func(m *message.Message) bool { return strings.Contains(m.Subject, "code") })
	fmt.Println(m.Subject)
	fmt.Println(alice.Next(t).Subject) // still unread
	// Output:
	// Your code is 1234
	// News
}

func ExampleAccount_NextMatch() {
	st := mailstore.Store{Timeout: time.Millisecond}
	send(&st, "News", "alice@example.com")
	st.Account("alice@example.com").NextMatch(t, message.Want{Subject: "Welcome"})
	// Output:
	// no new mail for alice@example.com after 1ms (1 message came, none that fits: "News")
	// message "News" to alice@example.com: unexpected content (-want +got):
	// Subject:
	// - 	"Welcome"
	// + 	"News"
}

func ExampleAccount_NoMore() {
	var st mailstore.Store
	alice := st.Account("alice@example.com")
	send(&st, "Welcome", "alice@example.com", "bob@example.com")
	alice.Next(t)
	alice.NoMore(t) // whatever bob has
	// Output:
}

func ExampleAccount_Pending() {
	var st mailstore.Store
	send(&st, "Welcome", "alice@example.com")
	fmt.Println(len(st.Account("alice@example.com").Pending()))
	// Output: 1
}

func ExampleAccount_Wait() {
	var st mailstore.Store
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err := st.Account("alice@example.com").Wait(ctx, nil)
	fmt.Println(err)
	// Output: mailstore: no new mail for alice@example.com: context deadline exceeded
}

func ExampleAccount_Mailbox() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Mailbox("Work/2024").Add("Subject: report\n\n") // with its parents
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name(), len(b.Messages()))
	}
	fmt.Println(alice.Find("inbox").Name(), alice.Find("Private") == nil)
	// Output:
	// INBOX 0
	// Work 0
	// Work/2024 1
	// INBOX true
}

func ExampleAccount_Create() {
	alice := new(mailstore.Store).Account("alice@example.com")
	_, err := alice.Create("Work")
	fmt.Println(err)
	_, err = alice.Create("Work")
	fmt.Println(errors.Is(err, mailstore.ErrExists), err)
	_, err = alice.Create("a//b")
	fmt.Println(errors.Is(err, mailstore.ErrBadName), err)
	// Output:
	// <nil>
	// true mailbox exists
	// true mailbox name is not allowed
}

func ExampleAccount_Delete() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Mailbox("Work/2024")
	fmt.Println(alice.Delete("Work")) // the name stays, for its child
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name(), b.NoSelect())
	}
	fmt.Println(alice.Delete("Work"))
	fmt.Println(alice.Delete("Private"))
	// Output:
	// <nil>
	// INBOX false
	// Work true
	// Work/2024 false
	// mailbox has children and can't be selected
	// mailbox doesn't exist
}

func ExampleAccount_Rename() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Mailbox("Work/2024")
	fmt.Println(alice.Rename("Work", "Job"))
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name())
	}
	// Output:
	// <nil>
	// INBOX
	// Job
	// Job/2024
}

func ExampleAccount_Subscribe() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.Subscribe("Work", true) // need not exist
	alice.Subscribe("inbox", true)
	fmt.Println(alice.Subscribed())
	// Output: [INBOX Work]
}

func ExampleAccount_Lock() {
	alice := new(mailstore.Store).Account("alice@example.com")
	unlock, _ := alice.Lock() // a POP3 session
	_, err := alice.Lock()
	fmt.Println(errors.Is(err, mailstore.ErrInUse), err)
	unlock()
	_, err = alice.Lock()
	fmt.Println(err)
	// Output:
	// true maildrop is locked by another session
	// <nil>
}

func ExampleQuota() {
	alice := new(mailstore.Store).Account("alice@example.com")
	alice.SetQuota(mailstore.Quota{Bytes: 1000, Messages: 10})
	alice.Mailbox("Work").Add("Subject: x\n\n")
	fmt.Printf("%+v of %+v\n", alice.Used(), alice.Limit())
	// Output: {Bytes:14 Messages:1 Mailboxes:2} of {Bytes:1000 Messages:10 Mailboxes:0}
}
