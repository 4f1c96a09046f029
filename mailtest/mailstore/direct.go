package mailstore

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Messages returns the mailbox's messages, decoded.
func (b *Mailbox) Messages() []*message.Message {
	v := b.Snapshot()
	list := make([]*message.Message, 0, v.Len())
	for _, e := range v.All() {
		list = append(list, e.Msg.Decode())
	}
	return list
}

// Add appends a message from a test's literal: LF line ends become CRLF. It
// returns the message, decoded. It is no delivery: Next doesn't return it. It
// panics if the mailbox has been deleted, or no message can have a flag.
//
// What is tedious to write, such as HTML with text beside it and attachments,
// a [message.Draft] writes; [Store.Seed] reads files:
//
//	inbox.Add(message.Draft{From: "bob@example.com", Subject: "hi", HTML: "<p>hello</p>"}.String())
func (b *Mailbox) Add(raw string, flags ...string) *message.Message {
	for _, f := range flags {
		if problem := checkFlag(f); problem != "" {
			panic("mailstore: Add with flag " + strconv.Quote(f) + ": " + problem)
		}
	}
	m := message.New("", nil, []byte(crlf(raw)))
	if b.Append(m, flags, time.Time{}); b.Gone() || b.noSelect {
		panic("mailstore: Add to mailbox " + b.Name() + ", which has been deleted: ask for it again")
	}
	return m.Decode()
}

// checkFlag returns what is wrong with a flag of a message (RFC 3501 section 9:
// flag), "" if it is one.
func checkFlag(f string) string {
	name := strings.TrimPrefix(f, `\`)
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`(){%*"\]`, r) }
	switch {
	case strings.EqualFold(f, `\Recent`):
		return `servers give \Recent themselves: leave it out`
	case name == "" || strings.ContainsFunc(name, odd):
		return "write one flag a string, such as `\\Seen`, or a keyword of ASCII letters, such as $Forwarded"
	}
	return ""
}

// crlf ends every line in CRLF.
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// Entry returns the entry of a message, with its UID and flags as they are
// now, or nil if the message is not in the mailbox.
func (b *Mailbox) Entry(m *message.Message) *Entry {
	for _, e := range b.Snapshot().All() {
		if e.Msg == m {
			return e
		}
	}
	return nil
}

// UIDs returns the UIDs of messages, in the mailbox's order; without an
// argument those of all. It is what SetFlags, Expunge, CopyTo and MoveTo take:
//
//	inbox.SetFlags(inbox.UIDs(msg), mailstore.AddFlags, `\Seen`)
func (b *Mailbox) UIDs(msgs ...*message.Message) []uint32 {
	var uids []uint32
	for _, e := range b.Snapshot().All() {
		if len(msgs) == 0 || slices.Contains(msgs, e.Msg) {
			uids = append(uids, e.UID)
		}
	}
	return uids
}
