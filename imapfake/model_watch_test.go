package imapfake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A watch is a search that goes on (RFC 5267), as a modelClient knows its hits.
type watch struct {
	uid     bool // it is of UIDs, not of sequence numbers
	fits    func(e *mailstore.Entry) bool
	compare func(a, b *mailstore.Entry) int // nil for the order of the mailbox
	hits    []uint32
}

// watches are what each client searches for in the mailbox that it opens.
var watches = []struct {
	command string
	watch
}{
	{"UID SEARCH RETURN (UPDATE ALL) UNSEEN", watch{uid: true,
		fits: func(e *mailstore.Entry) bool { return !e.Has(`\Seen`) }}},
	{"SEARCH RETURN (UPDATE ALL) OR FLAGGED KEYWORD b", watch{
		fits: func(e *mailstore.Entry) bool { return e.Has(`\Flagged`) || e.Has("b") }}},
	{"UID SORT RETURN (UPDATE ALL) (REVERSE ARRIVAL) UTF-8 UNDELETED", watch{uid: true,
		fits:    func(e *mailstore.Entry) bool { return !e.Has(`\Deleted`) },
		compare: func(a, b *mailstore.Entry) int { return b.Date.Compare(a.Date) }}},
}

// watchAll begins the searches.
func (c *modelClient) watchAll() {
	c.watches = make(map[string]*watch)
	for _, w := range watches {
		if !w.uid && c.qresync { // VANISHED doesn't tell the numbers
			continue
		}
		c.watches[c.name+strconv.Itoa(c.tag+1)] = &w.watch
		c.quiet = !w.uid
		if reply := c.run("%s", w.command); !strings.HasPrefix(reply, "OK") {
			c.fail("%s: %s", w.command, reply)
		}
		c.quiet = false
	}
}

var (
	esearchLine = regexp.MustCompile(`^\* ESEARCH \(TAG "(\w+)"\)( UID)?(.*)$`)
	esearchItem = regexp.MustCompile(`^ (?:(ALL) (\S+)|(REMOVEFROM|ADDTO) \(([^)]*)\))`)
)

// takeESearch takes the hits of a watch, or what has changed of them.
func (c *modelClient) takeESearch(line string) {
	m := esearchLine.FindStringSubmatch(line)
	if m == nil || c.watches[m[1]] == nil {
		return
	}
	w, rest := c.watches[m[1]], m[3]
	if w.uid != (m[2] != "") {
		c.fail("UIDs or numbers? %s", line)
	}
	for rest != "" {
		m := esearchItem.FindStringSubmatch(rest)
		if m == nil {
			c.fail("malformed: %s", line)
		}
		rest = rest[len(m[0]):]
		if m[1] == "ALL" {
			w.hits = numbersOf(m[2])
			continue
		}
		fields := strings.Fields(m[4])
		for i := 0; i+1 < len(fields); i += 2 {
			at, _ := strconv.Atoi(fields[i])
			for k, n := range numbersOf(fields[i+1]) {
				c.change(w, m[3] == "ADDTO", at, k, n)
			}
		}
	}
}

// change puts the kth number of a set in at a place, or takes it out. Place 0
// is wherever it belongs.
func (c *modelClient) change(w *watch, add bool, at, k int, n uint32) {
	i, found := slices.Index(w.hits, n), slices.Contains(w.hits, n)
	if add == found || at == 0 && w.compare != nil || !w.uid && int(n) > len(c.uids) {
		c.fail("%d is put in (%v) at %d, of %v", n, add, at, w.hits)
	}
	switch {
	case add && at == 0:
		i, _ = slices.BinarySearch(w.hits, n)
		fallthrough
	case add && at != 0:
		if at > 0 {
			i = at - 1 + k
		}
		if i > len(w.hits) {
			c.fail("%d is put in at %d, of %v", n, at, w.hits)
		}
		w.hits = slices.Insert(w.hits, i, n)
	default:
		if at > 0 && i != at-1 {
			c.fail("%d is taken out at %d, of %v", n, at, w.hits)
		}
		w.hits = slices.Delete(w.hits, i, i+1)
	}
}

// numbersOf returns the numbers in a set, in its order.
func numbersOf(set string) (list []uint32) {
	for _, part := range strings.Split(set, ",") {
		a, b, ranged := strings.Cut(part, ":")
		first, _ := strconv.ParseUint(a, 10, 32)
		last := first
		if ranged {
			last, _ = strconv.ParseUint(b, 10, 32)
		}
		for n := first; n <= last; n++ {
			list = append(list, uint32(n))
		}
	}
	return list
}

// renumber notes that a message is gone. It must have been taken out before.
func (c *modelClient) renumber(gone int) {
	for _, w := range c.watches {
		if w.uid {
			continue
		}
		for i, n := range w.hits {
			if n == uint32(gone) {
				c.fail("EXPUNGE of %d before REMOVEFROM", gone)
			}
			if n > uint32(gone) {
				w.hits[i]--
			}
		}
	}
}

// checkWatches compares the hits with what they should be.
func (c *modelClient) checkWatches(snap *mailstore.Snapshot) {
	for tag, w := range c.watches {
		var hits []*mailstore.Entry
		for _, e := range snap.All() {
			if w.fits(e) {
				hits = append(hits, e)
			}
		}
		if w.compare != nil {
			slices.SortStableFunc(hits, w.compare)
		}
		want := make([]uint32, len(hits))
		for i, e := range hits {
			if want[i] = e.UID; !w.uid {
				n, _ := snap.Index(e.UID)
				want[i] = uint32(n) + 1
			}
		}
		if !slices.Equal(w.hits, want) {
			c.fail("the hits of %s are %v, the client has %v", tag, want, w.hits)
		}
	}
}
