package imapfake

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// oddMails are mails as they come: well-formed, unusual, and broken.
var oddMails = []string{
	strings.ReplaceAll(nested, "\n", "\r\n"),
	strings.ReplaceAll(plain, "\n", "\r\n"),
	nested, // with bare LF
	"",
	"\r\n",
	"no header at all",
	"From someone Mon Feb  2 10:00:00 2026\r\nSubject: mbox\r\n\r\nbody",
	"\xe9\xe8: 8-bit name\r\nSubject: 8-bit \xff value\r\nNo colon here\r\n\r\nbody\x80\r\n",
	"Subject: header only",
	"To: a@example.com, , <b@example.com, \"c\" d@, Group: e@example.com; f@example.com\r\n\r\n",
	"From: \"\r\nTo: (comment\r\n\r\n",
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nnever closed",
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
	"Content-Type: multipart/mixed\r\n\r\nno boundary\r\n",
	"Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: a\r\n\r\nb\r\n--x--\r\n",
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\nempty\r\n--x--\r\n",
	"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQ0KDQpi\r\n",
	"Content-Type: message/rfc822\r\n\r\n",
	"Content-Type: message/global\r\n\r\nSubject: \xc3\xa9\r\n\r\nb",
	"Content-Type: \"odd\"; =; ;;x=\"\\\"y\"; z\r\nContent-Disposition: ;\r\nContent-Transfer-Encoding: ()\r\n\r\nb",
	"Content-Type: text\r\nContent-Language: a, b,,c\r\n\r\nb\r\n",
	deepMail(30),
	deepMail(150),
}

// deepMail is a message within a message within a message.
func deepMail(depth int) string {
	return strings.Repeat("Content-Type: message/rfc822\r\n\r\n", depth) + "Subject: deep\r\n\r\nb\r\n"
}

// dialClient returns go-imap's client, with alice's INBOX selected.
func dialClient(t testing.TB, srv *Server) *imapclient.Client {
	t.Helper()
	conn, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	t.Cleanup(func() { c.Close() })
	if err := c.Login("alice@example.com", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestClientFetch fetches all there is of each message with go-imap's client,
// and compares it with the message's tree.
func TestClientFetch(t *testing.T) {
	t.Attr("client", "imapclient v2: sections, ENVELOPE, BODYSTRUCTURE")
	srv := NewServer(t)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	date := time.Date(2026, 2, 3, 4, 5, 6, 0, time.FixedZone("", -7*3600))
	for _, m := range oddMails {
		box.Append(message.New("", nil, []byte(m)), []string{`\Flagged`}, date)
	}
	c := dialClient(t, srv)
	full := &imap.FetchItemBodySection{Peek: true}
	header := &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader}
	text := &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierText}
	list, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		Envelope:      true, Flags: true, InternalDate: true, RFC822Size: true, UID: true,
		BodySection: []*imap.FetchItemBodySection{full, header, text},
	}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(oddMails) {
		t.Fatalf("%d messages, want %d", len(list), len(oddMails))
	}
	for i, m := range list {
		e := box.Snapshot().At(i)
		tree := e.Msg.Tree()
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if uint32(m.UID) != e.UID || m.RFC822Size != int64(len(oddMails[i])) ||
				!m.InternalDate.Equal(date) || !slices.Contains(m.Flags, imap.FlagFlagged) {
				t.Errorf("wrong message %+v", m)
			}
			wantBytes(t, "BODY[]", m.FindBodySection(full), e.Msg.Raw)
			wantBytes(t, "BODY[HEADER]", m.FindBodySection(header), tree.HeaderBytes())
			wantBytes(t, "BODY[TEXT]", m.FindBodySection(text), tree.BodyBytes())
			checkEnvelope(t, m.Envelope, tree)
			checkParts(t, c, m, tree)
		})
	}
}

func wantBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s = %q, want %q", what, got, want)
	}
}

func checkEnvelope(t *testing.T, e *imap.Envelope, p *message.Part) {
	t.Helper()
	var want []string
	list, _ := message.ParseAddresses(p.Get("To"))
	for _, a := range list {
		want = append(want, orElse(a.Group, a.Local)+"@"+a.Domain)
	}
	var got []string
	for _, a := range e.To {
		got = append(got, a.Mailbox+"@"+strings.TrimPrefix(a.Host, "MISSING_DOMAIN"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("To = %q, want %q", got, want)
	}
}

// walkStructure calls f for each part that is no multipart, also within
// messages, with its number.
func walkStructure(bs imap.BodyStructure, path []int, f func([]int, *imap.BodyStructureSinglePart)) {
	switch bs := bs.(type) {
	case *imap.BodyStructureMultiPart:
		for i, child := range bs.Children {
			number := append(slices.Clone(path), i+1)
			if s, ok := child.(*imap.BodyStructureSinglePart); ok {
				walkSingle(s, number, f)
				continue
			}
			walkStructure(child, number, f)
		}
	case *imap.BodyStructureSinglePart:
		walkSingle(bs, append(slices.Clone(path), 1), f)
	}
}

func walkSingle(s *imap.BodyStructureSinglePart, path []int, f func([]int, *imap.BodyStructureSinglePart)) {
	f(path, s)
	if s.MessageRFC822 != nil {
		walkStructure(s.MessageRFC822.BodyStructure, path, f)
	}
}

// checkParts fetches each part that the structure shows, and compares it with
// the tree. What the tree hasn't looked into is empty.
func checkParts(t *testing.T, c *imapclient.Client, m *imapclient.FetchMessageBuffer, tree *message.Part) {
	t.Helper()
	walkStructure(m.BodyStructure, nil, func(path []int, bs *imap.BodyStructureSinglePart) {
		s := &imap.FetchItemBodySection{Peek: true, Part: path}
		got := fetchOne(t, c, m.UID, s)
		if len(got) != int(bs.Size) {
			t.Errorf("part %v has %d bytes, its size is %d", path, len(got), bs.Size)
		}
		p := findPart(tree, path)
		switch {
		case p == nil && bs.Size == 0:
		case p == nil:
			t.Errorf("part %v isn't in the tree", path)
		default:
			wantBytes(t, fmt.Sprint(path), got, p.BodyBytes())
		}
	})
}

func fetchOne(t *testing.T, c *imapclient.Client, uid imap.UID, s *imap.FetchItemBodySection) []byte {
	t.Helper()
	list, err := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{s}}).Collect()
	if err != nil || len(list) != 1 {
		t.Fatalf("FETCH of part %v: %v, %v", s.Part, list, err)
	}
	return list[0].FindBodySection(s)
}

// TestClientSearch looks for messages with go-imap's client by all criteria
// that it has.
func TestClientSearch(t *testing.T) {
	t.Attr("client", "imapclient v2: SEARCH")
	srv := NewServer(t)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	at(box, "2026-02-03T12:00:00Z", "From: a@example.com\r\nSubject: Zürich\r\nDate: 1 Feb 2026 10:00 +0000\r\n\r\nfirst\r\n", `\Seen`, "$Work")
	at(box, "2026-02-04T12:00:00Z", "To: b@example.com\r\nSubject: =?iso-8859-1?q?Z=FCrich?=\r\nDate: 2 Feb 2026 10:00 +0000\r\n\r\nsecond one\r\n", `\Flagged`)
	at(box, "2026-02-05T12:00:00Z", "Subject: none\r\n\r\nthird\r\n")
	c := dialClient(t, srv)
	day := func(d int) time.Time { return time.Date(2026, 2, d, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name string
		c    imap.SearchCriteria
		want []uint32
	}{
		{"all", imap.SearchCriteria{}, []uint32{1, 2, 3}},
		{"numbers", imap.SearchCriteria{SeqNum: []imap.SeqSet{imap.SeqSetNum(1, 3)}}, []uint32{1, 3}},
		{"UIDs", imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 2}}}}, []uint32{2, 3}},
		{"since", imap.SearchCriteria{Since: day(4)}, []uint32{2, 3}},
		{"before", imap.SearchCriteria{Before: day(4)}, []uint32{1}},
		{"sent since", imap.SearchCriteria{SentSince: day(2)}, []uint32{2}},
		{"sent before", imap.SearchCriteria{SentBefore: day(2)}, []uint32{1}},
		{"subject", imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: "zÜRICH"}}}, []uint32{1, 2}},
		{"header", imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "To"}}}, []uint32{2}},
		{"body", imap.SearchCriteria{Body: []string{"D ONE"}}, []uint32{2}},
		{"text", imap.SearchCriteria{Text: []string{"example.com", "first"}}, []uint32{1}},
		{"flags", imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen, "$work"}, NotFlag: []imap.Flag{imap.FlagFlagged}}, []uint32{1}},
		{"size", imap.SearchCriteria{Larger: 20, Smaller: 40}, []uint32{3}},
		{"not", imap.SearchCriteria{Not: []imap.SearchCriteria{{Flag: []imap.Flag{imap.FlagSeen}}}}, []uint32{2, 3}},
		{"or", imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{Body: []string{"first"}}, {Body: []string{"third"}}}}}, []uint32{1, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := c.Search(&tt.c, nil).Wait()
			if err != nil {
				t.Fatal(err)
			}
			if got := data.AllSeqNums(); !slices.Equal(got, tt.want) {
				t.Errorf("SEARCH = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestClientExtended has go-imap's client use ESEARCH and BINARY.
func TestClientExtended(t *testing.T) {
	t.Attr("client", "imapclient v2: ESEARCH, BINARY")
	srv := NewServer(t)
	offering("ESEARCH BINARY", sixMails)(srv)
	c := dialClient(t, srv)
	data, err := c.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagFlagged}}, &imap.SearchOptions{
		ReturnMin: true, ReturnMax: true, ReturnAll: true, ReturnCount: true,
	}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if data.Min != 3 || data.Max != 7 || data.Count != 3 || data.All.String() != "3,6:7" {
		t.Errorf("ESEARCH = %+v", data)
	}
	part := &imap.FetchItemBinarySection{Part: []int{1}, Peek: true}
	size := &imap.FetchItemBinarySectionSize{Part: []int{1}}
	list, err := c.Fetch(imap.UIDSetNum(3, 6, 7), &imap.FetchOptions{
		UID: true, BinarySection: []*imap.FetchItemBinarySection{part},
		BinarySectionSize: []*imap.FetchItemBinarySectionSize{size},
	}).Collect()
	if err != nil || len(list) != 3 {
		t.Fatalf("FETCH = %+v, %v", list, err)
	}
	for _, m := range list {
		n, ok := m.FindBinarySectionSize([]int{1})
		if got := m.FindBinarySection(part); !ok || n != uint32(len(got)) || string(got) != "hello\r\nworld\r\n" {
			t.Errorf("BINARY[1] of %d = %q, size %v", m.UID, got, n)
		}
	}
}
