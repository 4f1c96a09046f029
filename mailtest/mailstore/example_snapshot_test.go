package mailstore_test

import (
	"fmt"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func ExampleMailbox_Snapshot() {
	b := inbox()
	v := b.Snapshot()
	b.Expunge(b.UIDs())
	fmt.Println(v.Len(), b.Snapshot().Len())
	// Output: 3 0
}

func ExampleSnapshot_All() {
	for i, e := range inbox().Snapshot().All() {
		fmt.Println("sequence number", i+1, "UID", e.UID)
	}
	// Output:
	// sequence number 1 UID 1
	// sequence number 2 UID 2
	// sequence number 3 UID 3
}

func ExampleSnapshot_From() {
	for i, e := range inbox().Snapshot().From(1) {
		fmt.Println("sequence number", i+1, "UID", e.UID)
	}
	// Output:
	// sequence number 2 UID 2
	// sequence number 3 UID 3
}

func ExampleSnapshot_At() {
	b := inbox()
	b.Expunge([]uint32{1})
	fmt.Println(b.Snapshot().At(0).UID) // the message with sequence number 1
	// Output: 2
}

func ExampleSnapshot_Get() {
	v := inbox().Snapshot()
	fmt.Println(v.Get(2).Msg.Decode().Subject, v.Get(9))
	// Output: two <nil>
}

func ExampleSnapshot_Index() {
	b := inbox()
	b.Expunge([]uint32{2})
	fmt.Println(b.Snapshot().Index(3))
	fmt.Println(b.Snapshot().Index(2)) // where it would be
	// Output:
	// 1 true
	// 1 false
}

func ExampleSnapshot_Len() {
	fmt.Println(inbox().Snapshot().Len())
	// Output: 3
}

func ExampleSnapshot_Held() {
	b := inbox()
	told := b.Snapshot()
	b.Expunge([]uint32{2})
	told, _ = b.Sync(told, true) // the client may be using sequence numbers
	fmt.Println(told.Len(), told.Held())
	told, _ = b.Sync(told, false)
	fmt.Println(told.Len(), told.Held())
	// Output:
	// 3 [2]
	// 2 []
}

func ExampleEntry() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	m := message.New("", nil, []byte("Subject: hi\r\n\r\n"))
	old := b.Append(m, nil, time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC))
	b.SetFlags([]uint32{old.UID}, mailstore.AddFlags, `\Seen`)
	e := b.Entry(m) // another one, of the same message
	fmt.Println(e.UID, e.ID == old.ID, e.ModSeq > old.ModSeq, e.Flags, old.Flags, e.Date.Format(time.DateOnly))
	// Output: 1 true true [\Seen] [] 2024-05-06
}

func ExampleEntry_Has() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	e := b.Entry(b.Add("Subject: hi\n\n", `\Seen`))
	fmt.Println(e.Has(`\SEEN`), e.Has(`\Deleted`))
	// Output: true false
}

func ExampleNewMessage() {
	b := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	m := message.New("", nil, []byte("Subject: hi\r\n\r\n"))
	entries, err := b.AppendAll([]mailstore.NewMessage{
		{Msg: m, Flags: []string{`\Flagged`}, Date: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)},
		{Msg: m}, // comes now
	})
	fmt.Println(entries[0].Flags, entries[0].Date.Year(), entries[1].UID, err)
	// Output: [\Flagged] 2024 2 <nil>
}

func ExampleFlagOp() {
	b := inbox()
	for _, op := range []mailstore.FlagOp{mailstore.ReplaceFlags, mailstore.AddFlags, mailstore.RemoveFlags} {
		b.SetFlags([]uint32{1}, mailstore.ReplaceFlags, "old", "both")
		b.SetFlags([]uint32{1}, op, "both", "new")
		fmt.Println(b.Snapshot().Get(1).Flags)
	}
	// Output:
	// [both new]
	// [old both new]
	// [old]
}

func ExampleChange() {
	b := inbox()
	since := b.Snapshot().HighestModSeq
	b.Expunge([]uint32{2})
	fmt.Printf("%+v\n", b.Changes(since))
	// Output: [{ModSeq:5 UID:2 Kind:2}]
}

func ExampleChangeKind() {
	b := inbox()
	b.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`)
	for _, c := range b.Changes(0) {
		fmt.Println(c.UID, c.Kind == mailstore.Flagged)
	}
	// Output:
	// 1 false
	// 2 false
	// 3 false
	// 2 true
}

func ExampleDelta() {
	b := inbox()
	told := b.Snapshot()
	b.Expunge([]uint32{1})
	b.SetFlags([]uint32{3}, mailstore.AddFlags, "Work")
	b.Add("Subject: four\n\n")
	_, d := b.Sync(told, false)
	fmt.Println(d.Expunged[0].Seq, d.Changed[0].Flags, d.Added[0].UID, d.Keywords, d.Reset)
	// Output: 1 [Work] 4 true false
}

func ExampleDelta_Empty() {
	b := inbox()
	_, d := b.Sync(b.Snapshot(), false)
	fmt.Println(d.Empty())
	// Output: true
}

func ExampleExpunge() {
	b := inbox()
	told := b.Snapshot()
	b.Expunge([]uint32{1, 2})
	_, d := b.Sync(told, false)
	for _, x := range d.Expunged { // after the first, the second is number 1
		fmt.Printf("* %d EXPUNGE\n", x.Seq)
	}
	// Output:
	// * 1 EXPUNGE
	// * 1 EXPUNGE
}

func ExampleSnapshot_Visit() {
	b := inbox()
	b.SetFlags(b.UIDs(), mailstore.AddFlags, `\Seen`)
	size := 0
	for _, e := range b.Snapshot().Visit(1) {
		size += len(e.Msg.Raw)
	}
	fmt.Println(size)
	// Output: 34
}

func ExampleArrival() {
	b := inbox()
	old := b.Entry(b.Messages()[0])
	b.SetFlags(b.UIDs(), mailstore.AddFlags, `\Seen`)
	e := b.Snapshot().Get(old.UID)
	fmt.Println(e.Arrival == old.Arrival, e.ID, len(e.Msg.Raw))
	// Output: true 1 16
}

func ExampleSnapshot_FirstUnseen() {
	b := inbox()
	b.SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`)
	fmt.Println(b.Snapshot().FirstUnseen())
	b.SetFlags(b.UIDs(), mailstore.AddFlags, `\Seen`)
	_, ok := b.Snapshot().FirstUnseen()
	fmt.Println(ok)
	// Output:
	// 1 true
	// false
}

func ExampleSnapshot_DeletedUIDs() {
	b := inbox()
	b.SetFlags([]uint32{3, 1}, mailstore.AddFlags, `\Deleted`)
	fmt.Println(b.Snapshot().DeletedUIDs())
	// Output: [1 3]
}
