// Package imapv1 runs version 1 of go-imap's client, which many programs still
// use, against the IMAP server. It is a module of its own, so that users of the
// servers don't have version 1 in their go.sum.
package imapv1

import (
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/client"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

var mails = []string{
	"From: Shop <shop@shop.example>\r\nTo: alice@example.com\r\nSubject: one\r\nMessage-ID: <1@shop.example>\r\n\r\nhello\r\n",
	message.Draft{From: "shop@shop.example", To: []string{"alice@example.com"}, Subject: "Grüße",
		Text: "text\n", HTML: "<p>html</p>\n"}.String(),
	"Subject: three\r\n\r\nhello\r\n",
}

// dial returns a client that is logged in, in one of the modes of TLS.
func dial(t *testing.T, srv *mailtest.Server, mode string) *client.Client {
	t.Helper()
	conf := srv.ClientTLS()
	conf.ServerName = "localhost"
	var c *client.Client
	var err error
	switch mode {
	case "plain":
		c, err = client.Dial(srv.IMAP.Addr())
	case "memory":
		var nc net.Conn
		nc, err = srv.IMAP.Dial(t.Context())
		check(t, err)
		c, err = client.New(nc)
	case "starttls":
		c, err = client.Dial(srv.IMAP.StartTLSAddr())
		check(t, err)
		if ok, err := c.SupportStartTLS(); !ok || err != nil {
			t.Fatalf("STARTTLS: %v, %v", ok, err)
		}
		err = c.StartTLS(conf)
	case "tls":
		c, err = client.DialTLS(srv.IMAP.TLSAddr(), conf)
	}
	check(t, err)
	t.Cleanup(func() { c.Terminate() })
	if want := mode == "starttls" || mode == "tls"; c.IsTLS() != want {
		t.Errorf("%s: over TLS: %t", mode, c.IsTLS())
	}
	if err := c.Login("alice@example.com", "wrong"); err == nil {
		t.Error("a wrong password does")
	}
	check(t, c.Login("alice@example.com", "secret"))
	return c
}

func newServer(t *testing.T) (*mailtest.Server, *mailstore.Mailbox) {
	srv := mailtest.NewServer(t)
	srv.IMAP.Strict = true
	inbox := srv.Account("alice@example.com").Mailbox("INBOX")
	for _, m := range mails {
		inbox.Add(m)
	}
	return srv, inbox
}

func TestSession(t *testing.T) {
	t.Attr("client", "imapclient v1: LOGIN, LIST, SELECT, FETCH, SEARCH, STORE, COPY, MOVE, APPEND, EXPUNGE; in memory, in the clear, STARTTLS and TLS")
	for _, mode := range []string{"memory", "plain", "starttls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			srv, inbox := newServer(t)
			c := dial(t, srv, mode)
			mailboxes(t, c)
			status, err := c.Select("INBOX", false)
			check(t, err)
			if status.Messages != 3 || status.UidNext != 4 || status.ReadOnly || !slices.Contains(status.PermanentFlags, `\*`) {
				t.Errorf("SELECT: %+v", status)
			}
			fetch(t, c)
			search(t, c)
			change(t, c)
			if got := subjects(inbox); got != "three appended" {
				t.Errorf("INBOX has %q", got)
			}
			if got := subjects(srv.Account("alice@example.com").Mailbox("Archive")); got != "one Grüße" {
				t.Errorf("Archive has %q", got)
			}
			check(t, c.Unselect())
			check(t, c.Logout())
		})
	}
}

// mailboxes creates, renames, subscribes, lists and deletes.
func mailboxes(t *testing.T, c *client.Client) {
	t.Helper()
	check(t, c.Create("Archive"))
	check(t, c.Create("Entwürfe"))
	check(t, c.Rename("Entwürfe", "Drafts & co"))
	check(t, c.Subscribe("Archive"))
	list := func(f func(ref, name string, ch chan *imap.MailboxInfo) error) string {
		ch := make(chan *imap.MailboxInfo, 10)
		check(t, f("", "*", ch))
		var names []string
		for m := range ch {
			names = append(names, m.Name+m.Delimiter)
		}
		return strings.Join(names, " ")
	}
	if got := list(c.List); got != "INBOX/ Archive/ Drafts & co/" {
		t.Errorf("LIST: %q", got)
	}
	if got := list(c.Lsub); got != "Archive/" {
		t.Errorf("LSUB: %q", got)
	}
	check(t, c.Unsubscribe("Archive"))
	check(t, c.Delete("Drafts & co"))
	status, err := c.Status("INBOX", []imap.StatusItem{imap.StatusMessages, imap.StatusUidNext, imap.StatusUnseen})
	check(t, err)
	if status.Messages != 3 || status.UidNext != 4 || status.Unseen != 3 {
		t.Errorf("STATUS: %+v", status)
	}
}

// get fetches all messages.
func get(t *testing.T, c *client.Client, set string, items ...imap.FetchItem) (list []*imap.Message) {
	t.Helper()
	ch := make(chan *imap.Message, 10)
	check(t, c.Fetch(seq(t, set), items, ch))
	for m := range ch {
		list = append(list, m)
	}
	return list
}

func fetch(t *testing.T, c *client.Client) {
	t.Helper()
	list := get(t, c, "1:*", imap.FetchEnvelope, imap.FetchFlags, imap.FetchInternalDate, imap.FetchRFC822Size, imap.FetchUid, imap.FetchBodyStructure)
	if len(list) != 3 {
		t.Fatalf("%d messages", len(list))
	}
	one, two := list[0], list[1]
	if e := one.Envelope; e.Subject != "one" || e.From[0].PersonalName != "Shop" || e.From[0].Address() != "shop@shop.example" || e.MessageId != "<1@shop.example>" {
		t.Errorf("ENVELOPE: %+v", e)
	}
	if int(one.Size) != len(mails[0]) || one.Uid != 1 || one.InternalDate.IsZero() {
		t.Errorf("size %d, UID %d, date %v", one.Size, one.Uid, one.InternalDate)
	}
	if two.Envelope.Subject != "Grüße" { // decoded by the client
		t.Errorf("Subject %q", two.Envelope.Subject)
	}
	b := two.BodyStructure
	if b.MIMEType != "multipart" || b.MIMESubType != "alternative" || len(b.Parts) != 2 || b.Parts[1].MIMESubType != "html" || !b.Extended {
		t.Errorf("BODYSTRUCTURE: %+v", b)
	}

	for item, want := range map[imap.FetchItem]string{
		"BODY.PEEK[]":                        mails[0],
		"BODY.PEEK[HEADER.FIELDS (SUBJECT)]": "Subject: one\r\n\r\n",
		"BODY.PEEK[TEXT]":                    "hello\r\n",
		"BODY.PEEK[1]<1.3>":                  "ell",
	} {
		if got := section(t, get(t, c, "1", item)[0], item); got != want {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
	if f := flags(get(t, c, "1", imap.FetchFlags)[0]); f != "" {
		t.Errorf("flags %q after BODY.PEEK", f)
	}
	if got := section(t, get(t, c, "2", "BODY[2]")[0], "BODY[2]"); got != "<p>html</p>\r\n" {
		t.Errorf("BODY[2]: %q", got)
	}
	if f := flags(get(t, c, "2", imap.FetchFlags)[0]); f != imap.SeenFlag {
		t.Errorf("flags %q after BODY", f)
	}
}

// section reads what a message has of a section.
func section(t *testing.T, m *imap.Message, item imap.FetchItem) string {
	t.Helper()
	name, err := imap.ParseBodySectionName(item)
	check(t, err)
	body := m.GetBody(name)
	if body == nil {
		t.Fatalf("%s is missing", item)
	}
	text, err := io.ReadAll(body)
	check(t, err)
	return string(text)
}

func search(t *testing.T, c *client.Client) {
	t.Helper()
	seen := imap.NewSearchCriteria()
	seen.WithoutFlags = []string{imap.SeenFlag}
	text := imap.NewSearchCriteria()
	text.Text = []string{"html"}
	either := imap.NewSearchCriteria()
	either.Or = [][2]*imap.SearchCriteria{{text, {Header: map[string][]string{"Subject": {"ONE"}}}}}
	umlaut := imap.NewSearchCriteria()
	umlaut.Header.Add("Subject", "grüße")
	since := imap.NewSearchCriteria()
	since.Since = time.Now().Add(48 * time.Hour)
	for _, tt := range []struct {
		criteria *imap.SearchCriteria
		want     []uint32
	}{{seen, []uint32{1, 3}}, {text, []uint32{2}}, {either, []uint32{1, 2}}, {umlaut, []uint32{2}}, {since, nil}} {
		got, err := c.UidSearch(tt.criteria)
		check(t, err)
		if !slices.Equal(got, tt.want) {
			t.Errorf("SEARCH %v: %d, want %d", tt.criteria.Format(), got, tt.want)
		}
	}
}

// change moves the first mail and copies and expunges the second, and appends
// one.
func change(t *testing.T, c *client.Client) {
	t.Helper()
	ch := make(chan *imap.Message, 10)
	check(t, c.Store(seq(t, "1"), imap.FormatFlagsOp(imap.AddFlags, false), []any{imap.FlaggedFlag, "$label"}, ch))
	if f := flags(<-ch); f != `\Flagged $label` {
		t.Errorf("STORE: %q", f)
	}
	check(t, c.UidMove(seq(t, "1"), "Archive"))
	check(t, c.Copy(seq(t, "1"), "Archive"))
	check(t, c.UidStore(seq(t, "2"), imap.FormatFlagsOp(imap.AddFlags, true), []any{imap.DeletedFlag}, nil))
	gone := make(chan uint32, 10)
	check(t, c.Expunge(gone))
	if n, more := <-gone, <-gone; n != 1 || more != 0 {
		t.Errorf("EXPUNGE: %d, %d", n, more)
	}
	date := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	check(t, c.Append("INBOX", []string{imap.SeenFlag}, date, strings.NewReader("Subject: appended\r\n\r\nhello\r\n")))
	check(t, c.Noop())
	m := get(t, c, "2", imap.FetchInternalDate, imap.FetchFlags)[0]
	if !m.InternalDate.Equal(date) || flags(m) != imap.SeenFlag {
		t.Errorf("appended with %v, %q", m.InternalDate, m.Flags)
	}
	if err := c.Copy(seq(t, "1"), "Nowhere"); err == nil || !strings.Contains(err.Error(), "exist") {
		t.Errorf("COPY to a mailbox that isn't there: %v", err)
	}
}

// During IDLE the client learns of a delivery, of flags and of an expunge.
func TestIdle(t *testing.T) {
	t.Attr("client", "imapclient v1: IDLE")
	srv, inbox := newServer(t)
	c := dial(t, srv, "plain")
	_, err := c.Select("INBOX", false)
	check(t, err)
	updates := make(chan client.Update, 10)
	c.Updates = updates
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- c.Idle(stop, &client.IdleOptions{PollInterval: -1}) }()

	inbox.Add("Subject: pushed\r\n\r\nhello\r\n")
	if u := next[*client.MailboxUpdate](updates); u.Mailbox.Messages != 4 {
		t.Errorf("after a delivery: %+v", u.Mailbox)
	}
	inbox.SetFlags([]uint32{1}, mailstore.AddFlags, imap.FlaggedFlag)
	if u := next[*client.MessageUpdate](updates); u.Message.SeqNum != 1 || flags(u.Message) != imap.FlaggedFlag {
		t.Errorf("after flags: %+v", u.Message)
	}
	inbox.Expunge([]uint32{2})
	if u := next[*client.ExpungeUpdate](updates); u.SeqNum != 2 {
		t.Errorf("after an expunge: %+v", u)
	}
	close(stop)
	check(t, <-done)
	c.Updates = nil
	check(t, c.Logout())
}

// next waits for an update of one kind: there are others, of RECENT.
func next[U client.Update](updates <-chan client.Update) U {
	for {
		if u, ok := (<-updates).(U); ok {
			return u
		}
	}
}

// flags returns a message's flags without \Recent.
func flags(m *imap.Message) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.Join(m.Flags, " "), imap.RecentFlag))
}

func seq(t *testing.T, set string) *imap.SeqSet {
	t.Helper()
	s, err := imap.ParseSeqSet(set)
	check(t, err)
	return s
}

func subjects(b *mailstore.Mailbox) string {
	var list []string
	for _, m := range b.Messages() {
		list = append(list, m.Subject)
	}
	return strings.Join(list, " ")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
