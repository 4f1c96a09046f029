package imapfake

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// wait returns the result of a command of go-imap's client, which must
// succeed.
func wait[T any](t *testing.T, cmd interface{ Wait() (T, error) }) T {
	t.Helper()
	v, err := cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// do waits for a command that has no result.
func do(t *testing.T, cmd *imapclient.Command) {
	t.Helper()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

func clientAppend(t *testing.T, c *imapclient.Client, box, text string, o *imap.AppendOptions) *imap.AppendData {
	t.Helper()
	cmd := c.Append(box, int64(len(text)), o)
	if _, err := cmd.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	return wait(t, cmd)
}

// TestClientMailboxes uses each command on mailboxes of go-imap's client.
func TestClientMailboxes(t *testing.T) {
	t.Attr("client", "imapclient v2: mailboxes")
	srv := NewServer(t)
	srv.Store.Account("alice@example.com").Mailbox("Gesendet").SetUse(`\Sent`)
	c := dialClient(t, srv)
	do(t, c.Create("Entwürfe/alt", nil))
	do(t, c.Create("zap", nil))
	do(t, c.Rename("zap", "zop", nil))
	do(t, c.Subscribe("zop"))
	list, err := c.List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range list {
		names = append(names, l.Mailbox)
		if l.Mailbox == "Gesendet" && !slices.Contains(l.Attrs, imap.MailboxAttrSent) {
			t.Errorf("attributes of Gesendet = %v", l.Attrs)
		}
	}
	if want := "INBOX Entwürfe Entwürfe/alt Gesendet zop"; strings.Join(names, " ") != want {
		t.Errorf("LIST = %v, want %s", names, want)
	}
	do(t, c.Unsubscribe("zop"))
	do(t, c.Delete("zop"))
	if err := c.Delete("zop").Wait(); err == nil || !strings.Contains(err.Error(), "NONEXISTENT") {
		t.Errorf("Delete again: %v", err)
	}
	ns := wait(t, c.Namespace())
	if len(ns.Personal) != 1 || ns.Personal[0].Delim != '/' {
		t.Errorf("Namespace = %+v", ns)
	}
	id := wait(t, c.ID(&imap.IDData{Name: "test"}))
	if id.Name == "" {
		t.Errorf("ID = %+v", id)
	}
	status := wait(t, c.Status("Entwürfe/alt", &imap.StatusOptions{
		NumMessages: true, UIDNext: true, UIDValidity: true, NumUnseen: true, Size: true,
	}))
	if *status.NumMessages != 0 || status.UIDNext != 1 || *status.Size != 0 {
		t.Errorf("Status = %+v", status)
	}
	do(t, c.Noop())
	do(t, c.Logout())
}

// TestClientMessages appends, copies, moves, flags and expunges with go-imap's
// client.
func TestClientMessages(t *testing.T) {
	t.Attr("client", "imapclient v2: APPEND, FETCH, STORE, COPY, MOVE, EXPUNGE")
	srv := NewServer(t)
	alice := srv.Store.Account("alice@example.com")
	alice.Mailbox("x")
	c := dialClient(t, srv)
	date := time.Date(2020, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	for i := range 4 {
		data := clientAppend(t, c, "INBOX", "Subject: hi\r\n\r\nhello\r\n",
			&imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen, "$x"}, Time: date})
		if data.UID != imap.UID(i+1) || data.UIDValidity != 1 {
			t.Fatalf("Append = %+v", data)
		}
	}
	copied := wait(t, c.Copy(imap.SeqSetNum(1, 2), "x"))
	if copied.DestUIDs.String() != "1:2" || copied.SourceUIDs.String() != "1:2" {
		t.Errorf("Copy = %+v", copied)
	}
	moved := wait(t, c.Move(imap.UIDSetNum(2, 3), "x"))
	if moved.DestUIDs.(imap.UIDSet).String() != "3:4" {
		t.Errorf("Move = %+v", moved)
	}
	store := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
	msgs, err := c.Store(imap.SeqSetNum(1), store, nil).Collect()
	if err != nil || len(msgs) != 1 || !slices.Contains(msgs[0].Flags, imap.FlagDeleted) {
		t.Errorf("Store = %v, %v", msgs, err)
	}
	if err := c.UIDExpunge(imap.UIDSetNum(4)).Close(); err != nil {
		t.Error(err)
	}
	seqs, err := c.Expunge().Collect()
	if err != nil || !slices.Equal(seqs, []uint32{1}) {
		t.Errorf("Expunge = %v, %v", seqs, err)
	}
	e := alice.Mailbox("INBOX").Snapshot()
	if e.Len() != 1 || e.At(0).UID != 4 || !e.At(0).Date.Equal(date) {
		t.Errorf("INBOX has %d messages, the first %+v", e.Len(), e.At(0))
	}
	if n := alice.Mailbox("x").Snapshot().Len(); n != 4 {
		t.Errorf("x has %d messages, want 4", n)
	}
	do(t, c.Unselect())
}

// TestClientIdle has go-imap's client told of new mail.
func TestClientIdle(t *testing.T) {
	t.Attr("client", "imapclient v2: IDLE")
	srv := NewServer(t)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	conn, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	exists := make(chan uint32, 10)
	c := imapclient.New(conn, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(d *imapclient.UnilateralDataMailbox) {
				if d.NumMessages != nil {
					exists <- *d.NumMessages
				}
			},
		},
	})
	defer c.Close()
	do(t, c.Login("alice@example.com", "secret"))
	wait(t, c.Select("INBOX", nil))
	idle, err := c.Idle()
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint32(3) {
		addMail(box, "Subject: x\n\nx\n")
		if n := <-exists; n != i+1 {
			t.Errorf("EXISTS %d, want %d", n, i+1)
		}
	}
	if err := idle.Close(); err != nil {
		t.Error(err)
	}
	if err := idle.Wait(); err != nil {
		t.Error(err)
	}
}

// TestClientTLS logs in over both kinds of TLS, on loopback.
func TestClientTLS(t *testing.T) {
	t.Attr("client", "imapclient v2: STARTTLS and TLS")
	srv := NewServer(t)
	srv.AuthTLSOnly = true
	srv.Store.Account("alice@example.com")
	o := &imapclient.Options{TLSConfig: wire.ClientTLS()}
	for name, dial := range map[string]func() (*imapclient.Client, error){
		"STARTTLS": func() (*imapclient.Client, error) { return imapclient.DialStartTLS(srv.StartTLSAddr(), o) },
		"implicit": func() (*imapclient.Client, error) { return imapclient.DialTLS(srv.TLSAddr(), o) },
	} {
		c, err := dial()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		do(t, c.Login("alice@example.com", "secret"))
		do(t, c.Logout())
		c.Close()
	}
	c, err := imapclient.DialInsecure(srv.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("alice@example.com", "secret").Wait(); err == nil || !strings.Contains(err.Error(), "PRIVACYREQUIRED") {
		t.Errorf("Login in the clear: %v", err)
	}
}
