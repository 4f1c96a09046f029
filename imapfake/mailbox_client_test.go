package imapfake

import (
	"maps"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// dialEverything connects go-imap's client to a server that offers all it
// knows.
func dialEverything(t *testing.T, srv *Server) *imapclient.Client {
	t.Helper()
	srv.Caps = Everything
	srv.Store.Account("alice@example.com")
	return dialClient(t, srv)
}

// TestClientQuota uses the client's commands of RFC 9208.
func TestClientQuota(t *testing.T) {
	t.Attr("client", "imapclient v2: quotas")
	srv := NewServer(t)
	a := srv.Store.Account("alice@example.com")
	a.Mailbox("INBOX").Add("Subject: one\n\nx\n")
	c := dialEverything(t, srv)
	limits := map[imap.QuotaResourceType]int64{
		imap.QuotaResourceStorage: 100, imap.QuotaResourceMessage: 2,
	}
	do(t, c.SetQuota("", limits))
	if got, want := a.Limit(), (mailstore.Quota{Bytes: 100 << 10, Messages: 2}); got != want {
		t.Errorf("Limit = %+v, want %+v", got, want)
	}
	want := &imapclient.QuotaData{Resources: map[imap.QuotaResourceType]imapclient.QuotaResourceData{
		imap.QuotaResourceStorage: {Usage: 1, Limit: 100}, imap.QuotaResourceMessage: {Usage: 1, Limit: 2},
	}}
	if diff := cmp.Diff(want, wait(t, c.GetQuota(""))); diff != "" {
		t.Error("GetQuota (-want +got):\n" + diff)
	}
	if diff := cmp.Diff([]imapclient.QuotaData{*want}, wait(t, c.GetQuotaRoot("INBOX"))); diff != "" {
		t.Error("GetQuotaRoot (-want +got):\n" + diff)
	}
	clientAppend(t, c, "INBOX", "Subject: two\r\n\r\ny\r\n", nil)
	_, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Copy(imap.SeqSetNum(1), "INBOX").Wait()
	if e, ok := err.(*imap.Error); !ok || e.Code != imap.ResponseCodeOverQuota {
		t.Errorf("Copy over the quota: %v", err)
	}
}

// TestClientACL uses the client's commands of RFC 4314.
func TestClientACL(t *testing.T) {
	t.Attr("client", "imapclient v2: rights")
	srv := NewServer(t)
	c := dialEverything(t, srv)
	do(t, c.Create("Team", nil))
	if err := c.SetACL("Team", "bob@example.com", imap.RightModificationAdd, imap.RightSet("lr")).Wait(); err != nil {
		t.Fatal(err)
	}
	want := map[imap.RightsIdentifier]imap.RightSet{
		"alice@example.com": imap.RightSet("lrswipkxtecda"), "bob@example.com": imap.RightSet("lr"),
	}
	if diff := cmp.Diff(want, wait(t, c.GetACL("Team")).Rights); diff != "" {
		t.Error("GetACL (-want +got):\n" + diff)
	}
	if got := wait(t, c.MyRights("Team")).Rights.String(); got != "lrswipkxtecda" {
		t.Errorf("MyRights = %s", got)
	}
	if got := srv.Store.Account("alice@example.com").Mailbox("Team").Rights(srv.Store.Account("bob@example.com")); got != "lr" {
		t.Errorf("bob's rights = %s", got)
	}
}

// TestClientMetadata uses the client's commands of RFC 5464.
func TestClientMetadata(t *testing.T) {
	t.Attr("client", "imapclient v2: metadata")
	srv := NewServer(t)
	c := dialEverything(t, srv)
	text, long := []byte("hello"), []byte("a \"quoted\" text")
	do(t, c.SetMetadata("INBOX", map[string]*[]byte{"/private/comment": &text, "/shared/a/b": &long}))
	all := &imapclient.GetMetadataOptions{Depth: imapclient.GetMetadataDepthInfinity}
	got := wait(t, c.GetMetadata("INBOX", []string{"/private", "/shared"}, all)).Entries
	want := map[string]*[]byte{"/private/comment": &text, "/shared/a/b": &long}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("GetMetadata (-want +got):\n" + diff)
	}
	do(t, c.SetMetadata("INBOX", map[string]*[]byte{"/private/comment": nil}))
	inbox := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	if got := inbox.Metadata().Entries(); !slices.Equal(got, []string{"/shared/a/b"}) {
		t.Errorf("Entries = %q", got)
	}
}

// TestClientList uses the client's options of LIST.
func TestClientList(t *testing.T) {
	t.Attr("client", "imapclient v2: LIST with RETURN and selection")
	srv := NewServer(t)
	folders(srv)
	c := dialEverything(t, srv)
	do(t, c.Create("Old", &imap.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.MailboxAttrArchive}}))
	list, err := c.List("", "%", &imap.ListOptions{
		SelectSubscribed: true, SelectRecursiveMatch: true, ReturnChildren: true,
		ReturnStatus: &imap.StatusOptions{NumMessages: true, Size: true},
	}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]*imap.ListData)
	for _, d := range list {
		got[d.Mailbox] = d
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"Gone", "INBOX", "Lost", "Work"}) {
		t.Fatalf("List = %q", names)
	}
	if s := got["INBOX"].Status; s == nil || *s.NumMessages != 1 || *s.Size != 19 {
		t.Errorf("status of INBOX: %+v", s)
	}
	if i := got["Work"].ChildInfo; i == nil || !i.Subscribed {
		t.Errorf("child info of Work: %+v", i)
	}
	list, err = c.List("", "*", &imap.ListOptions{SelectSpecialUse: true}).Collect()
	if err != nil || len(list) != 2 {
		t.Errorf("List of special uses: %v, %v", list, err)
	}
}

// TestImaplibMailboxes runs Python's methods for quota and rights.
func TestImaplibMailboxes(t *testing.T) {
	t.Attr("client", "imaplib: quotas, rights, annotations")
	srv := NewServer(t)
	srv.Caps = Everything
	srv.Store.Account("alice@example.com")
	if got := output(t, "python3", "testdata/imaplib_mailboxes.py", srv.Addr()); got != "done\n" {
		t.Errorf("imaplib: %s", got)
	}
}
