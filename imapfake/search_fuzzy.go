package imapfake

import (
	"cmp"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// fuzzyExtension is SEARCH=FUZZY (RFC 6203). A fuzzy key is met by text that
// has all words, in any order; text that has them as they stand is more
// relevant.
var fuzzyExtension = extension{
	caps: []imap.Cap{imap.CapSearchFuzzy},
	searchKeys: []searchKey{
		{name: "FUZZY", cap: imap.CapSearchFuzzy, parse: searchFuzzy},
	},
	returnOptions: []returnOption{
		{name: "RELEVANCY", cap: imap.CapSearchFuzzy, parse: returnRelevancy},
	},
	sortKeys: []sortKey{
		{name: "RELEVANCY", cap: imap.CapSearchFuzzy, compare: func(a, b *sorted) int {
			return cmp.Compare(b.score, a.score)
		}},
	},
}

// How relevant hits are, from 1 to 100.
const (
	scoreWords  = 50
	scorePhrase = 100
)

// searchFuzzy takes a key twice: as it stands, and by its words.
func searchFuzzy(p *parser, q *search) criterion {
	p.sp()
	if q.inFuzzy { // it can't be more so
		return q.key(p)
	}
	before := *p
	q.inFuzzy = true
	exact := q.key(p)
	if !p.failed() {
		*p = before
	}
	q.byWords = true
	words := q.key(p)
	q.inFuzzy, q.byWords = false, false
	return criterion{cost: exact.cost + words.cost, match: func(x *searched) bool {
		if exact.match(x) {
			return true
		}
		if !words.match(x) {
			return false
		}
		x.score = scoreWords
		return true
	}}
}

// byWords makes a needle be found by its words.
func (n *needle) byWords() *needle {
	if words := strings.Fields(n.text); len(words) > 1 {
		for _, word := range words {
			n.words = append(n.words, newNeedle(word))
		}
	}
	return n
}

// hasWords reports whether text has all words.
func (n *needle) hasWords(text []byte, buf *[]byte) bool {
	for _, word := range n.words {
		if !word.in(text, buf) {
			return false
		}
	}
	return true
}

func returnRelevancy(_ *parser, r *searchReply) {
	r.more = append(r.more, func(e *encoder, hits []hit) {
		if len(hits) == 0 {
			return
		}
		e.raw(" RELEVANCY ")
		sep := byte('(')
		for _, h := range hits {
			e.byte(sep)
			e.num(uint64(h.score))
			sep = ' '
		}
		e.byte(')')
	})
}
