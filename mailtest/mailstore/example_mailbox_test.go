package mailstore_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// inbox returns an INBOX with three messages.
func inbox() *mailstore.Mailbox {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	for _, subject := range []string{"one", "two", "three"} {
		b.Add("Subject: " + subject + "\n\n")
	}
	return b
}

func ExampleMailbox() {
	b := inbox()
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`, "Work")
	b.Expunge([]uint32{1})
	for i, e := range b.Snapshot().All() {
		fmt.Println(i+1, e.UID, e.Msg.Decode().Subject, e.Flags)
	}
	// Output:
	// 1 2 two [\Seen Work]
	// 2 3 three []
}

func ExampleMailbox_Add() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("Drafts")
	m := b.Add("Subject: hello\n\nLine ends become CRLF.\n", `\Draft`)
	fmt.Printf("%s %q %v\n", m.Subject, m.Raw, b.Entry(m).Flags)
	// Output: hello "Subject: hello\r\n\r\nLine ends become CRLF.\r\n" [\Draft]
}

// Drafts make messages that are tedious to write.
func ExampleMailbox_Add_draft() {
	inbox := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	m := inbox.Add(message.Draft{
		From:        "Bob <bob@example.com>",
		To:          []string{"alice@example.com"},
		Subject:     "Invoice",
		Text:        "Please find the invoice enclosed.\n",
		Attachments: []message.Attachment{{Name: "invoice.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7")}},
	}.String())
	fmt.Println(m.Subject, m.Text, m.Attachments[0].Name, m.Problems())
	// Output:
	// Invoice Please find the invoice enclosed.
	//  invoice.pdf []
}

func ExampleMailbox_Append() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("Sent")
	m := message.New("", nil, []byte("Subject: bytes as they are\n\n"))
	e := b.Append(m, []string{`\Seen`}, time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC))
	fmt.Println(e.UID, e.Flags, e.Date.Format(time.DateOnly), e.Msg == m)
	// Output: 1 [\Seen] 2024-05-06 true
}

func ExampleMailbox_AppendAll() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	b.Account().Quota = mailstore.Quota{Messages: 1}
	m := message.New("", nil, []byte("Subject: x\r\n\r\n"))
	_, err := b.AppendAll([]mailstore.NewMessage{{Msg: m}, {Msg: m}})
	fmt.Println(errors.Is(err, mailstore.ErrOverQuota), b.Snapshot().Len())
	// Output: true 0
}

func ExampleMailbox_Messages() {
	for _, m := range inbox().Messages() {
		fmt.Println(m.Subject)
	}
	// Output:
	// one
	// two
	// three
}

func ExampleMailbox_Entry() {
	b := inbox()
	m := b.Messages()[1]
	b.SetFlags(b.UIDs(m), mailstore.AddFlags, `\Seen`) // or a client does
	fmt.Println(b.Entry(m).UID, b.Entry(m).Has(`\seen`))
	b.Expunge(b.UIDs(m))
	fmt.Println(b.Entry(m))
	// Output:
	// 2 true
	// <nil>
}

func ExampleMailbox_UIDs() {
	b := inbox()
	fmt.Println(b.UIDs(), b.UIDs(b.Messages()[2]))
	// Output: [1 2 3] [3]
}

func ExampleMailbox_SetFlags() {
	b := inbox()
	b.SetFlags(b.UIDs(), mailstore.ReplaceFlags, `\Seen`)
	b.SetFlags([]uint32{1}, mailstore.RemoveFlags, `\Seen`)
	changed := b.SetFlags(b.UIDs(), mailstore.AddFlags, `\SEEN`)
	fmt.Println(len(changed), changed[0].UID, changed[0].Flags)
	// Output: 1 1 [\Seen]
}

func ExampleMailbox_SetFlagsUnchanged() {
	b := inbox()
	since := b.Snapshot().HighestModSeq
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`) // another client is faster
	changed, modified := b.SetFlagsUnchanged(b.UIDs(), since, mailstore.AddFlags, `\Deleted`)
	fmt.Println(len(changed), modified)
	// Output: 2 [2]
}

func ExampleMailbox_Expunge() {
	b := inbox()
	fmt.Println(b.Expunge([]uint32{1, 9}), b.UIDs())
	// Output: [1] [2 3]
}

func ExampleMailbox_CopyTo() {
	b := inbox()
	archive := b.Account().Mailbox("Archive")
	copied, err := b.CopyTo(archive, []uint32{3, 9, 1})
	fmt.Println(copied[0].UID, copied[1], copied[2].UID, err)
	// Output: 1 <nil> 2 <nil>
}

func ExampleMailbox_TransferAs() {
	st := new(mailstore.Store)
	bob := st.Account("bob@example.com")
	inbox, team := bob.Mailbox("INBOX"), st.Account("alice@example.com").Mailbox("Team")
	inbox.Add("Subject: hi\n\nhello\n", `\Seen`, `\Flagged`)

	team.SetRights("bob@example.com", "lri")
	copies, err := inbox.TransferAs(bob, team, inbox.UIDs(), false)
	fmt.Println(len(copies), copies[0].Flags, err)

	team.SetRights("bob@example.com", "lr")
	_, err = inbox.TransferAs(bob, team, inbox.UIDs(), true)
	fmt.Println(err)
	// Output:
	// 1 [] <nil>
	// a right for the mailbox is missing
}

func ExampleMailbox_MoveTo() {
	b := inbox()
	archive := b.Account().Mailbox("Archive")
	b.MoveTo(archive, b.UIDs())
	fmt.Println(b.Snapshot().Len(), archive.Snapshot().Len())

	b.Account().Delete("Archive")
	_, err := b.MoveTo(archive, nil)
	fmt.Println(archive.Gone(), errors.Is(err, mailstore.ErrNotExist))
	// Output:
	// 0 3
	// true true
}

func ExampleMailbox_Name() {
	b := inbox().Account().Mailbox("Out")
	b.SetUse(`\Sent`)
	b.SetReadOnly(true)
	b.Account().Rename("Out", "Sent")
	fmt.Println(b.Name(), b.ID(), b.Use(), b.ReadOnly())
	// Output: Sent m2 \Sent true
}

func ExampleMailbox_SetUIDValidity() {
	b := inbox()
	b.Expunge([]uint32{1})
	b.SetUIDValidity(1700000000) // clients must forget what they know
	fmt.Println(b.Snapshot().UIDValidity, b.UIDs())
	b.SetUIDNext(4294967294)
	b.Add("Subject: large\n\n")
	fmt.Println(b.UIDs())
	// Output:
	// 1700000000 [1 2]
	// [1 2 4294967294]
}

func ExampleMailbox_ClaimRecent() {
	b := inbox()
	fmt.Println(b.ClaimRecent(false)) // a client selects it: all are recent
	b.Add("Subject: four\n\n")
	fmt.Println(b.ClaimRecent(true)) // STATUS: from UID 4 on
	// Output:
	// 1
	// 4
}

func ExampleMailbox_Changed() {
	b := inbox()
	since := b.Snapshot().HighestModSeq
	go b.Add("Subject: four\n\n")
	<-b.Changed(since)
	fmt.Println(b.Snapshot().Len())
	// Output: 4
}

func ExampleMailbox_Changes() {
	b := inbox()
	since := b.Snapshot().HighestModSeq
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`)
	b.Expunge([]uint32{1})
	names := map[mailstore.ChangeKind]string{
		mailstore.Appended: "appended", mailstore.Flagged: "flagged", mailstore.Expunged: "expunged",
	}
	for _, c := range b.Changes(since) {
		fmt.Println(c.ModSeq, c.UID, names[c.Kind])
	}
	// Output:
	// 5 2 flagged
	// 6 1 expunged
}

func ExampleMailbox_Sync() {
	b := inbox()
	told := b.Snapshot() // what a session has told its client
	b.Expunge([]uint32{1})
	b.SetFlags([]uint32{3}, mailstore.AddFlags, `\Seen`)
	b.Add("Subject: four\n\n")

	told, d := b.Sync(told, true) // after FETCH: no EXPUNGE now
	fmt.Println(len(d.Expunged), d.Changed[0].UID, d.Added[0].UID, told.Len())
	told, d = b.Sync(told, false) // after NOOP
	fmt.Printf("%+v %d\n", d.Expunged[0], told.Len())
	_, d = b.Sync(told, false)
	fmt.Println(d.Empty())
	// Output:
	// 0 3 4 4
	// {Seq:1 UID:1} 3
	// true
}

func ExampleSnapshot() {
	b := inbox()
	v := b.Snapshot()
	b.Expunge(b.UIDs()) // v stays as it is
	fmt.Println(v.UIDValidity, v.UIDNext, v.HighestModSeq, v.Unseen, v.Size)
	fmt.Println(v.Len(), v.At(2).UID, v.Get(2).UID, v.Get(9))
	fmt.Println(v.Index(3))
	for i, e := range v.From(1) {
		fmt.Println(i, e.UID)
	}
	// Output:
	// 1 4 4 3 50
	// 3 3 2 <nil>
	// 2 true
	// 1 2
	// 2 3
}
