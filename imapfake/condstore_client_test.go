package imapfake

import (
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// imapclient's use of CONDSTORE (RFC 7162).
func TestClientCondStore(t *testing.T) {
	t.Attr("client", "imapclient v2: CONDSTORE")
	srv := NewServer(t)
	inbox := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	for range 3 {
		inbox.Add("Subject: x\n\nhello\n")
	}
	c := dialClient(t, srv)
	box, err := c.Select("INBOX", &imap.SelectOptions{CondStore: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	before := inbox.Snapshot().HighestModSeq
	if box.HighestModSeq != before {
		t.Errorf("SELECT: HIGHESTMODSEQ %d, want %d", box.HighestModSeq, before)
	}
	changed := inbox.SetFlags([]uint32{2}, mailstore.AddFlags, `\Seen`)[0]

	got, err := c.Fetch(imap.SeqSetNum(1, 2, 3), &imap.FetchOptions{UID: true, Flags: true, ModSeq: true, ChangedSince: before}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].UID != 2 || got[0].ModSeq != changed.ModSeq {
		t.Errorf("CHANGEDSINCE %d: %+v, want UID 2 with MODSEQ %d", before, got, changed.ModSeq)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{ModSeq: &imap.SearchCriteriaModSeq{ModSeq: changed.ModSeq}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if uids := found.AllUIDs(); len(uids) != 1 || uids[0] != 2 {
		t.Errorf("SEARCH MODSEQ %d: %v, want UID 2", changed.ModSeq, uids)
	}
	status, err := c.Status("INBOX", &imap.StatusOptions{HighestModSeq: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if status.HighestModSeq != changed.ModSeq {
		t.Errorf("STATUS: HIGHESTMODSEQ %d, want %d", status.HighestModSeq, changed.ModSeq)
	}

	// The second message has changed since: only the others are stored.
	flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagFlagged}}
	if err := c.Store(imap.SeqSetNum(1, 2, 3), flags, &imap.StoreOptions{UnchangedSince: before}).Close(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false, true} {
		if inbox.Snapshot().At(i).Has(`\Flagged`) != want {
			t.Errorf("message %d: flagged is %v", i+1, !want)
		}
	}
}
