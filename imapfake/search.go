package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// SEARCH (RFC 3501 section 6.4.4) and UID SEARCH (6.4.8).

// A searchKey is an entry of the table of SEARCH's keys.
type searchKey struct {
	name string   // in upper case
	cap  imap.Cap // that it needs; "" is RFC 3501 itself
	rev1 bool     // unknown to IMAP4rev2
	// parse takes the key's arguments.
	parse func(p *parser, q *search) criterion
}

func (k *searchKey) entry() (string, imap.Cap) { return k.name, k.cap }

// A criterion is a search key, compiled.
type criterion struct {
	cost  int // what a look at one message costs, roughly
	match func(x *searched) bool
	set   *boundSet // the key is a set, and nothing else
}

// What a look at a message costs.
const (
	costSet    = 1    // numbers
	costField  = 2    // what the entry has: flags, size, date
	costHeader = 100  // the header is parsed
	costBody   = 1000 // the bodies are decoded
)

// A searched is the message that is looked at.
type searched struct {
	*mailstore.Entry
	view *view
	seq  uint32
	buf  []byte // scratch

	score uint8 // how relevant it is, from 1 to 100
}

// A search is the criteria of a command, compiled once.
type search struct {
	filters  int // that are being read, each named by the one before
	s        *session
	charset  string // in upper case; "" is the default
	all      criterion
	top      []criterion // the keys of which all is made
	sets     []*boundSet // all of them, bound by run
	inFuzzy  bool        // the key that is parsed has FUZZY before it
	byWords  bool        // and is to be met by the words of its text
	progress *progress   // nil if nothing is to be told
	modSeq   bool        // the MODSEQ key is among them (RFC 7162 section 3.1.5)
	limited  bool        // MESSAGELIMIT is for it
	limit    string      // the code, if there are more messages to be searched
	from     uint32      // and the UID of the first that has been searched
}

// parseSearch takes the charset, if there is one, and the keys.
func parseSearch(s *session, p *parser) (*search, error) {
	start, charset := p.pos, ""
	if p.tryKeyword("CHARSET") {
		if s.enabled[imap.CapUTF8Accept] {
			p.failAt(start, "no CHARSET, which UTF8=ACCEPT excludes,")
		}
		p.sp()
		charset = strings.ToUpper(p.astring())
		p.sp()
	}
	return parseSearchIn(s, p, charset)
}

// parseSearchIn takes the keys, whose text is in a charset.
func parseSearchIn(s *session, p *parser, charset string) (*search, error) {
	q := &search{s: s, charset: charset}
	if err := q.checkCharset(p); err != nil {
		return nil, err
	}
	q.parseKeys(p)
	return q, p.end()
}

func (q *search) checkCharset(p *parser) error {
	switch q.charset {
	case "", "US-ASCII", "UTF-8":
		return p.err
	}
	if p.err != nil {
		return p.err
	}
	return no("BADCHARSET (US-ASCII UTF-8)", "charset must be US-ASCII or UTF-8")
}

// parseKeys takes the keys, up to the end of the command.
func (q *search) parseKeys(p *parser) {
	q.top = append(q.top, q.key(p))
	for !p.failed() && !p.atEnd() {
		p.sp()
		q.top = append(q.top, q.key(p))
	}
	q.all = allOf(q.top)
}

// key takes one search key.
func (q *search) key(p *parser) criterion {
	switch b := p.peek(); {
	case b == '(':
		var list []criterion
		p.list1(func() { list = append(list, q.key(p)) })
		return allOf(list)
	case isDigit(b), b == '*', b == '$':
		if q.s.uidOnly() && p.peek() != '$' {
			p.failCode("UIDREQUIRED", "UID before a set: UIDONLY is enabled")
		}
		return q.bind(p.numSet(false))
	}
	name := p.keyword("a search key")
	if p.failed() {
		return criterion{}
	}
	k := q.s.cfg.registry.searchKeys[name]
	if k == nil || k.rev1 && q.s.rev2() {
		p.failAt(p.pos-len(name), "a search key that the server knows")
		return criterion{}
	}
	return k.parse(p, q)
}

// text takes the text that a key looks for.
func (q *search) text(p *parser) string {
	p.sp()
	start := p.pos
	s := p.astring()
	if !isASCII([]byte(s)) && q.charset != "UTF-8" && !p.utf8 && !p.lenient {
		p.failAt(start, "CHARSET UTF-8 before text that isn't US-ASCII, or US-ASCII")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// allOf is met if all criteria are. The cheap ones are asked first.
func allOf(list []criterion) criterion {
	if len(list) == 1 {
		return list[0]
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b criterion) int { return a.cost - b.cost })
	all := criterion{match: func(x *searched) bool {
		for i := range list {
			if !list[i].match(x) {
				return false
			}
		}
		return true
	}}
	for _, c := range list {
		all.cost += c.cost
	}
	return all
}

// A boundSet is a set in a search key, as ranges of the sequence numbers of
// the view that is searched.
type boundSet struct {
	set    imap.NumSet
	ranges []imap.SeqRange
}

// bind is met by the messages of a set.
func (q *search) bind(set imap.NumSet) criterion {
	b := &boundSet{set: set}
	q.sets = append(q.sets, b)
	return criterion{costSet, func(x *searched) bool { return inRanges(b.ranges, x.seq) }, b}
}

// inRanges reports whether a number is in ranges that are in order and don't
// overlap.
func inRanges(ranges []imap.SeqRange, n uint32) bool {
	i, found := slices.BinarySearchFunc(ranges, n, func(r imap.SeqRange, n uint32) int {
		return int(int64(r.Start) - int64(n))
	})
	return found || i > 0 && n <= ranges[i-1].Stop
}

// intersect returns the numbers that are in both of two lists of ranges.
func intersect(a, b []imap.SeqRange) (both []imap.SeqRange) {
	for len(a) > 0 && len(b) > 0 {
		r := imap.SeqRange{Start: max(a[0].Start, b[0].Start), Stop: min(a[0].Stop, b[0].Stop)}
		if r.Start <= r.Stop {
			both = append(both, r)
		}
		if a[0].Stop < b[0].Stop {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return both
}

// run calls found for the messages that meet the criteria, in order. Only
// those in the sets that all must be in are looked at. Sequence numbers that
// the client doesn't have are no error (RFC 7377 section 2).
func (q *search) run(v *view, found func(x *searched)) {
	for _, b := range q.sets {
		b.ranges = v.resolve(b.set)
	}
	candidates := []imap.SeqRange{{Start: 1, Stop: v.len()}}
	for _, c := range q.top {
		if c.set != nil {
			candidates = intersect(candidates, c.set.ranges)
		}
	}
	if q.limited {
		if candidates, q.limit = q.s.limited(candidates); q.limit != "" {
			q.from = v.at(candidates[0].Start).UID
		}
	}
	x := &searched{view: v}
	for seq, m := range v.eachIn(candidates) {
		q.progress.step()
		x.seq, x.Entry, x.score = seq, m, scorePhrase
		if q.all.match(x) {
			found(x)
		}
	}
}

// find returns the messages that meet the criteria, in order.
func (q *search) find(v *view) (hits []hit) {
	q.run(v, func(x *searched) { hits = append(hits, hit{x.seq, x.UID, x.score}) })
	return hits
}

func runSearch(s *session, c *call) error {
	r := &searchReply{s: s, c: c, name: "SEARCH", view: s.view}
	c.p.sp()
	r.parseReturn(c.p)
	q, err := parseSearch(s, c.p)
	if err == nil {
		q.limited = true
	}
	hits, err := r.find(c.p, q, err)
	if err != nil {
		return err
	}
	r.write(hits)
	c.limit(s, q.limit)
	r.follow(q, nil, hits)
	return nil
}

// find returns the hits of a search, unless it couldn't be parsed. A NO empties
// what was to be saved (RFC 5182 section 2.1).
func (r *searchReply) find(p *parser, q *search, err error) ([]hit, error) {
	if err != nil && r.save && p.err == nil {
		r.view.saved = nil
	}
	if err != nil {
		return nil, err
	}
	if r.modSeq = q.modSeq; q.modSeq {
		r.s.enableCondStore()
	}
	q.progress = r.s.newProgress(r.c.tag, r.view.len())
	return q.find(r.view), nil
}
