// Package message is one mail: its envelope, its bytes, and views on them.
//
// The bytes are the truth: whatever came in is kept as it is, and parsing is a
// view on it that never fails. A [Message] is the decoded view that tests
// assert on:
//
//   - with [Want], Diff and Check for what the test expects of it,
//   - with Link and Find for what it goes on with: a link, a code,
//   - with [Lint] and CheckLint for what any mail should be like,
//   - with Golden for all of it,
//   - with Report, Events and Unsubscribe for what is meant for programs.
//
// A [Part] is a node of the MIME tree, by byte offsets, from which servers
// answer. A [Draft] writes messages, and [Hostile] has some that break mail
// programs.
//
// Nothing is fetched, verified or decrypted: no remote images, no DKIM, no
// OpenPGP and S/MIME, no TNEF. Parts deeper than 100 levels, or beyond the
// 10,000th, are not taken apart.
package message

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/emersion/go-message/mail"
)

// A Message is a message, decoded. It does not change once it is returned.
type Message struct {
	MailFrom    string       // envelope: the reverse-path, "" for <>
	RcptTo      []string     // envelope: the accepted forward-paths, in order
	From        []string     // "Alice <alice@example.com>", one each, decoded
	To, Cc      []string     // likewise; members of groups, without the group's name
	Subject     string       // decoded
	Text, HTML  string       // the readable bodies, decoded to UTF-8, with LF line ends, unflowed
	Attachments []Attachment // in order: all that is neither shown nor part of what is shown
	Inline      []Attachment // in order: what HTML shows by Content-ID, or multipart/related has
	Header      mail.Header  // in order, with the well-formed fields
	Raw         []byte       // as received; must not be changed
	Via         Via          // how it came

	decode sync.Once
	tree   sync.Once
	root   *Part
	kept   sync.Map // by type: see Kept
}

// An Attachment is a part that is to be saved rather than shown, or one that
// is shown within another.
type Attachment struct {
	Name      string // file name, decoded, as the sender gave it: it may be a path
	Type      string // media type in lower case: "application/pdf"
	ContentID string // without angle brackets, "" if it has none
	Data      []byte // decoded
}

// Via tells how a message came. It is zero for one that a test has added.
type Via struct {
	Helo       string               // the client's name in EHLO, HELO or LHLO
	RemoteAddr net.Addr             // nil if it did not come over a connection
	Conn       int                  // number of the connection, from 1
	TLS        *tls.ConnectionState // nil in the clear
	User       string               // the authenticated user, "" if none
	MailParams map[string]string    // ESMTP parameters of MAIL, by upper-case keyword
	RcptParams []map[string]string  // those of each RCPT, as RcptTo
	Client     map[string]string    // what XCLIENT or XFORWARD have said of the client: "ADDR", "NAME"
}

// Parse decodes a message. It never fails; Problems says what is wrong with
// the message. It keeps raw.
func Parse(raw []byte) *Message {
	return New("", nil, raw).Decode()
}

// New returns a message that is not decoded yet: storing one costs no parsing.
// Decode fills the decoded fields in.
func New(mailFrom string, rcptTo []string, raw []byte) *Message {
	return &Message{MailFrom: mailFrom, RcptTo: rcptTo, Raw: raw}
}

// Decode fills in the fields that are decoded from Raw and returns m. Calls
// after the first do nothing. It may be called by several goroutines.
func (m *Message) Decode() *Message {
	m.decode.Do(func() {
		m.decodeHeader()
		m.decodeBody()
	})
	return m
}

// Tree returns the root of the part tree, made on first use. It may be called
// by several goroutines.
func (m *Message) Tree() *Part {
	m.tree.Do(func() { m.root = parseTree(m.Raw) })
	return m.root
}

// Kept returns the T that belongs to the message, a zero one at first. A
// server keeps there what it works out of a message once, as real servers do
// in their indexes. T must take care of being used by several goroutines.
func Kept[T any](m *Message) *T {
	if v, ok := m.kept.Load((*T)(nil)); ok {
		return v.(*T)
	}
	v, _ := m.kept.LoadOrStore((*T)(nil), new(T))
	return v.(*T)
}

// String names the message by its subject and recipients, as failures do:
//
//	message "Welcome, Alice" to alice@example.com
func (m *Message) String() string {
	m.Decode()
	name := "message without a subject"
	if m.Subject != "" {
		name = fmt.Sprintf("message %q", cutShort(m.Subject, 60))
	}
	to := m.RcptTo
	if len(to) == 0 {
		to = append(m.To[:len(m.To):len(m.To)], m.Cc...)
	}
	switch n := len(to); {
	case n == 0:
		return name
	case n > 3:
		return fmt.Sprintf("%s to %s and %d more", name, strings.Join(to[:2], ", "), n-2)
	}
	return name + " to " + strings.Join(to, ", ")
}

// cutShort cuts a text after n characters.
func cutShort(s string, n int) string {
	i := 0
	for at := range s {
		if i == n {
			return s[:at] + "…"
		}
		i++
	}
	return s
}
