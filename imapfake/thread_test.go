package imapfake

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// TestClientSort sorts and threads with go-imap's client.
func TestClientSort(t *testing.T) {
	t.Attr("client", "imapclient v2: SORT, THREAD")
	srv := NewServer(t)
	offering("SORT THREAD=REFERENCES", toThread)(srv)
	c := dialClient(t, srv)
	nums, err := c.Sort(&imapclient.SortOptions{
		SearchCriteria: &imap.SearchCriteria{SeqNum: []imap.SeqSet{{{Start: 1, Stop: 4}}}},
		SortCriteria:   []imapclient.SortCriterion{{Key: imapclient.SortKeyArrival, Reverse: true}},
	}).Wait()
	if want := []uint32{4, 3, 2, 1}; err != nil || !slices.Equal(nums, want) {
		t.Errorf("SORT = %v, %v, want %v", nums, err, want)
	}
	threads, err := c.Thread(&imapclient.ThreadOptions{
		Algorithm: imap.ThreadReferences, SearchCriteria: &imap.SearchCriteria{},
	}).Wait()
	if err != nil || len(threads) != 4 || !slices.Equal(threads[0].Chain, []uint32{1}) {
		t.Errorf("THREAD = %+v, %v", threads, err)
	}
}

// TestThreadsComplete arranges messages with all kinds of references, circles
// among them: each must be in one thread, and the rest of the grammar hold.
func TestThreadsComplete(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		box := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
		n := 1 + rnd.IntN(12)
		for range n {
			raw := fmt.Sprintf("Message-ID: <%d@x>\r\nSubject: %s%d\r\nReferences:",
				rnd.IntN(9), []string{"", "Re: "}[rnd.IntN(2)], rnd.IntN(4))
			for range rnd.IntN(5) {
				raw += fmt.Sprintf(" <%d@x>", rnd.IntN(12))
			}
			box.Append(message.New("", nil, []byte(raw+"\r\n\r\n")), nil, time.Unix(rnd.Int64N(9), 0))
		}
		v := newView(box, true, false)
		var hits []hit
		for seq, m := range v.each(imap.SeqSet{{Start: 1}}) {
			hits = append(hits, hit{seq: seq, uid: m.UID})
		}
		for name, arrange := range threaders {
			var got []int
			for _, root := range arrange(sortHits(&session{view: v}, hits), v) {
				got = collect(t, root, got, true)
			}
			slices.Sort(got)
			if len(got) != n || len(slices.Compact(got)) != n {
				t.Errorf("seed %d: %s has %v, want 1 to %d once each", seed, name, got, n)
			}
		}
	}
}

// collect appends the messages of a thread. Only roots may be dummies, of at
// least two threads.
func collect(t *testing.T, root *thread, list []int, isRoot bool) []int {
	switch {
	case root.m != nil:
		list = append(list, int(root.m.seq))
	case !isRoot || len(root.children) < 2:
		t.Errorf("a dummy at the wrong place, with %d children", len(root.children))
	}
	for _, child := range root.children {
		list = collect(t, child, list, false)
	}
	return list
}
