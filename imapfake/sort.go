package imapfake

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// SORT (RFC 5256), with SORT=DISPLAY (RFC 5957) and ESORT (RFC 5267).

var sortExtension = extension{
	caps: []imap.Cap{imap.CapSort},
	commands: []command{
		{name: "SORT", states: selected, cap: imap.CapSort, uid: true, quiet: true, run: runSort},
	},
	sortKeys: []sortKey{
		{name: "ARRIVAL", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return a.arrival.Compare(b.arrival) }},
		{name: "CC", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return bytes.Compare(a.cc, b.cc) }},
		{name: "DATE", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return a.sent.Compare(b.sent) }},
		{name: "FROM", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return bytes.Compare(a.from, b.from) }},
		{name: "SIZE", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return cmp.Compare(a.size, b.size) }},
		{name: "SUBJECT", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return bytes.Compare(a.subject, b.subject) }},
		{name: "TO", cap: imap.CapSort,
			compare: func(a, b *sorted) int { return bytes.Compare(a.to, b.to) }},
	},
}

var sortDisplayExtension = extension{
	caps: []imap.Cap{imap.CapSortDisplay},
	sortKeys: []sortKey{
		{name: "DISPLAYFROM", cap: imap.CapSortDisplay, compare: func(a, b *sorted) int {
			return bytes.Compare(a.displayFrom, b.displayFrom)
		}},
		{name: "DISPLAYTO", cap: imap.CapSortDisplay, compare: func(a, b *sorted) int {
			return bytes.Compare(a.displayTo, b.displayTo)
		}},
	},
}

// esortExtension lets SORT have RETURN, with SEARCH's options.
var esortExtension = extension{caps: []imap.Cap{imap.CapESort}}

// A sortKey is an entry of the table of SORT's criteria.
type sortKey struct {
	name    string
	cap     imap.Cap
	compare func(a, b *sorted) int
}

func (k *sortKey) entry() (string, imap.Cap) { return k.name, k.cap }

// A sorted is a hit with what it is sorted by.
type sorted struct {
	hit
	*sortData
	arrival time.Time
	sent    time.Time // Date, or else the arrival
	size    int
}

// sortData is what a message's header has for sorting, kept with the message.
// The texts are collation keys.
type sortData struct {
	once                   sync.Once
	date                   time.Time // zero if Date can't be read
	base                   string    // subject
	reply                  bool      // the subject is that of a reply
	subject                []byte
	from, to, cc           []byte
	displayFrom, displayTo []byte
}

// A sorter makes sort data.
type sorter struct {
	collator *collate.Collator // nil for the order of bytes
	buf      collate.Buffer
}

// newSorter returns a sorter by the order of Unicode, in any case.
func newSorter() *sorter {
	return &sorter{collator: collate.New(language.Und, collate.IgnoreCase)}
}

// of returns what a message is sorted by.
func (s *sorter) of(h hit, m *mailstore.Entry) sorted {
	d := new(sortData) // what is kept is by the order of Unicode
	if s.collator != nil {
		d = &message.Kept[kept](m.Msg).sort
	}
	d.once.Do(func() { s.read(d, m.Msg) })
	x := sorted{hit: h, sortData: d, arrival: m.Date, sent: d.date, size: len(m.Msg.Raw)}
	if x.sent.IsZero() {
		x.sent = x.arrival
	}
	return x
}

func (s *sorter) read(d *sortData, m *message.Message) {
	p := m.Tree()
	d.date, _ = message.ParseDate(p.Get("Date"))
	d.base, d.reply = baseSubject(message.DecodeHeader(p.Get("Subject")))
	d.subject = s.key(d.base)
	d.from, d.displayFrom = s.address(p.Get("From"))
	d.to, d.displayTo = s.address(p.Get("To"))
	d.cc, _ = s.address(p.Get("Cc"))
}

// address returns the keys of the first address: of its mailbox, and of what
// is shown of it (RFC 5957 section 3).
func (s *sorter) address(value string) (mailbox, display []byte) {
	list, _ := message.ParseAddresses(value)
	if len(list) == 0 {
		return nil, nil
	}
	a := list[0]
	if a.IsGroup {
		key := s.key(message.DecodeHeader(a.Group))
		return key, key
	}
	show := message.DecodeHeader(a.Name)
	if show == "" {
		show = a.Local + "@" + a.Domain
	}
	return s.key(a.Local), s.key(show)
}

func (s *sorter) key(text string) []byte {
	if s.collator == nil {
		return []byte(text)
	}
	s.buf.Reset()
	return bytes.Clone(s.collator.KeyFromString(&s.buf, text))
}

// parseSort takes the parenthesised criteria, and returns how two messages
// compare. What compares equal stays in order.
func (s *session) parseSort(p *parser) func(a, b sorted) int {
	var keys []func(a, b *sorted) int
	p.list1(func() {
		reverse := p.tryKeyword("REVERSE")
		if reverse {
			p.sp()
		}
		name := p.keyword("a sort criterion")
		k := s.cfg.registry.sortKeys[name]
		switch {
		case p.failed():
		case k == nil:
			p.failAt(p.pos-len(name), "a sort criterion that the server knows")
		case reverse:
			keys = append(keys, func(a, b *sorted) int { return k.compare(b, a) })
		default:
			keys = append(keys, k.compare)
		}
	})
	return func(a, b sorted) int {
		for _, compare := range keys {
			if n := compare(&a, &b); n != 0 {
				return n
			}
		}
		return 0
	}
}

func runSort(s *session, c *call) error {
	r := &searchReply{s: s, c: c, name: "SORT", view: s.view, sorted: true}
	c.p.sp()
	if s.has(imap.CapESort) || s.has(capContextSort) {
		r.parseReturn(c.p)
	}
	compare := s.parseSort(c.p)
	c.p.sp()
	charset := strings.ToUpper(c.p.astring())
	c.p.sp()
	q, err := parseSearchIn(s, c.p, charset)
	hits, err := r.find(c.p, q, err)
	if err != nil {
		return err
	}
	list := sortHits(s, hits)
	slices.SortStableFunc(list, compare)
	for i := range list {
		hits[i] = list[i].hit
	}
	r.write(hits)
	r.follow(q, compare, hits)
	return nil
}

// sortHits returns hits with what they are sorted by.
func sortHits(in *session, hits []hit) []sorted {
	v, s := in.view, newSorter()
	if in.comparator == comparatorOctet {
		s.collator = nil
	}
	list := make([]sorted, len(hits))
	for i, h := range hits {
		list[i] = s.of(h, v.at(h.seq))
	}
	return list
}
