package imapfake

import (
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// searchGmailRaw is X-GM-RAW: a query as in Gmail's search box. Words and
// operators must all be met; OR and {} make alternatives, - and () do what
// they look like. An operator that isn't known is text.
func searchGmailRaw(p *parser, q *search) criterion {
	r := &rawQuery{q: q, s: q.text(p)}
	return allOf(r.list(""))
}

// A rawQuery reads a query.
type rawQuery struct {
	q *search
	s string // what is left
}

// list reads terms up to a closing parenthesis, or the end.
func (r *rawQuery) list(closer string) (list []criterion) {
	for or := false; ; {
		r.s = strings.TrimLeft(r.s, " \t\r\n")
		if rest, ok := strings.CutPrefix(r.s, closer); ok && closer != "" || r.s == "" {
			r.s = rest
			break
		}
		if word, rest, _ := strings.Cut(r.s, " "); word == "OR" && len(list) > 0 {
			r.s, or = rest, true
			continue
		}
		c := r.term()
		if n := len(list); or && n > 0 {
			list[n-1] = anyOf([]criterion{list[n-1], c})
		} else {
			list = append(list, c)
		}
		or = false
	}
	if len(list) == 0 {
		list = append(list, searchAll(nil, nil))
	}
	return list
}

// term reads one word, phrase, operator or group.
func (r *rawQuery) term() criterion {
	switch r.s[0] {
	case '-':
		if r.s = r.s[1:]; r.s == "" || r.s[0] == ' ' {
			return searchAll(nil, nil)
		}
		return not(r.term())
	case '(':
		r.s = r.s[1:]
		return allOf(r.list(")"))
	case '{':
		r.s = r.s[1:]
		return anyOf(r.list("}"))
	}
	if i := strings.IndexAny(r.s, ": \t\"(){}"); i > 0 && r.s[i] == ':' {
		name := strings.ToLower(r.s[:i])
		if operator := rawOperators[name]; operator != nil {
			r.s = r.s[i+1:]
			return r.values(operator)
		}
	}
	return textHas(newNeedle(r.word()))
}

// values reads what an operator looks for: a word, or several in parentheses.
func (r *rawQuery) values(operator func(*search, string) criterion) criterion {
	inner, ok := strings.CutPrefix(r.s, "(")
	if !ok {
		return operator(r.q, r.word())
	}
	inner, rest, _ := strings.Cut(inner, ")")
	list := []criterion{searchAll(nil, nil)}
	words := &rawQuery{q: r.q, s: strings.TrimSpace(inner)}
	for words.s != "" {
		list = append(list, operator(r.q, words.word()))
		words.s = strings.TrimSpace(words.s)
	}
	r.s = rest
	return allOf(list)
}

// word reads a word or a phrase in quotes. A stray bracket is passed over.
func (r *rawQuery) word() string {
	if rest, ok := strings.CutPrefix(r.s, `"`); ok {
		word, rest, _ := strings.Cut(rest, `"`)
		r.s = rest
		return word
	}
	n := strings.IndexAny(r.s, " \t\"(){}")
	if n < 0 {
		n = len(r.s)
	}
	word := r.s[:n]
	if r.s = r.s[n:]; word == "" && r.s != "" && r.s[0] != ' ' {
		r.s = r.s[1:]
	}
	return word
}

func anyOf(list []criterion) criterion {
	all := make([]criterion, len(list))
	for i := range list {
		all[i] = not(list[i])
	}
	return not(allOf(all))
}

var rawOperators = map[string]func(q *search, value string) criterion{
	"from":         rawField("From"),
	"to":           rawField("To"),
	"cc":           rawField("Cc"),
	"bcc":          rawField("Bcc"),
	"subject":      rawField("Subject"),
	"list":         rawField("List-Id"),
	"deliveredto":  rawField("Delivered-To"),
	"rfc822msgid":  rawField("Message-ID"),
	"label":        (*search).hasLabel,
	"in":           rawIn,
	"is":           rawIs,
	"has":          rawHas,
	"filename":     rawFilename,
	"after":        rawDate(since),
	"newer":        rawDate(since),
	"before":       rawDate(before),
	"older":        rawDate(before),
	"newer_than":   func(_ *search, value string) criterion { return rawAge(value, true) },
	"older_than":   func(_ *search, value string) criterion { return rawAge(value, false) },
	"size":         rawLarger,
	"larger":       rawLarger,
	"larger_than":  rawLarger,
	"smaller":      rawSmaller,
	"smaller_than": rawSmaller,
}

func rawField(name string) func(*search, string) criterion {
	return func(_ *search, value string) criterion { return fieldHas(name, newNeedle(value)) }
}

// never is met by no message: an operator's value makes no sense.
func never() criterion { return not(searchAll(nil, nil)) }

func rawIn(q *search, value string) criterion {
	switch value = strings.ToLower(value); value {
	case "anywhere":
		return searchAll(nil, nil)
	case "drafts":
		value = "draft"
	}
	return anyOf([]criterion{q.hasLabel(`\` + value), q.hasLabel(value)})
}

func rawIs(q *search, value string) criterion {
	switch strings.ToLower(value) {
	case "read":
		return flagSet(imap.FlagSeen)
	case "unread":
		return not(flagSet(imap.FlagSeen))
	case "starred":
		return flagSet(imap.FlagFlagged)
	case "important":
		return q.hasLabel(`\Important`)
	}
	return never()
}

func rawHas(_ *search, value string) criterion {
	if !strings.EqualFold(value, "attachment") {
		return never()
	}
	return criterion{cost: costHeader, match: func(x *searched) bool {
		return hasPart(x.Msg.Tree(), func(p *message.Part) bool { return fileName(p) != "" })
	}}
}

func rawFilename(_ *search, value string) criterion {
	n := newNeedle(value)
	return criterion{cost: costHeader, match: func(x *searched) bool {
		return hasPart(x.Msg.Tree(), func(p *message.Part) bool {
			name := fileName(p)
			return name != "" && n.in([]byte(name), &x.buf)
		})
	}}
}

// fileName returns the name of a part that is a file, "" if it is none.
func fileName(p *message.Part) string {
	for _, param := range p.DispositionParams {
		if strings.EqualFold(param.Name, "filename") {
			return message.DecodeHeader(param.Value)
		}
	}
	if name := p.Param("name"); name != "" || !strings.EqualFold(p.Disposition, "attachment") {
		return message.DecodeHeader(name)
	}
	return "noname"
}

func hasPart(p *message.Part, is func(*message.Part) bool) bool {
	if is(p) {
		return true
	}
	for _, child := range p.Parts {
		if hasPart(child, is) {
			return true
		}
	}
	return false
}

func rawDate(compare func(d, key day) bool) func(*search, string) criterion {
	return func(_ *search, value string) criterion {
		t, err := time.Parse("2006/1/2", strings.ReplaceAll(value, "-", "/"))
		if err != nil {
			return never()
		}
		key := dayOf(t)
		return criterion{cost: costField, match: func(x *searched) bool {
			return compare(internalDay(x.Entry), key)
		}}
	}
}

// rawAge reads an age such as 2d, 3m or 1y.
func rawAge(value string, newer bool) criterion {
	if value == "" {
		return never()
	}
	n, err := strconv.Atoi(value[:len(value)-1])
	limit := time.Now()
	switch value[len(value)-1] {
	case 'd':
		limit = limit.AddDate(0, 0, -n)
	case 'm':
		limit = limit.AddDate(0, -n, 0)
	case 'y':
		limit = limit.AddDate(-n, 0, 0)
	default:
		return never()
	}
	if err != nil {
		return never()
	}
	return criterion{cost: costField, match: func(x *searched) bool {
		return x.Date.After(limit) == newer
	}}
}

func rawLarger(_ *search, value string) criterion {
	n, ok := rawSize(value)
	return criterion{cost: costField, match: func(x *searched) bool {
		return ok && len(x.Msg.Raw) > n
	}}
}

func rawSmaller(_ *search, value string) criterion {
	n, ok := rawSize(value)
	return criterion{cost: costField, match: func(x *searched) bool {
		return ok && len(x.Msg.Raw) < n
	}}
}

// rawSize reads a size such as 1000, 10K or 5M.
func rawSize(value string) (int, bool) {
	unit := 1
	switch value = strings.ToUpper(value); {
	case strings.HasSuffix(value, "K"):
		unit = 1 << 10
	case strings.HasSuffix(value, "M"):
		unit = 1 << 20
	}
	n, err := strconv.Atoi(strings.TrimRight(value, "KM"))
	return n * unit, err == nil
}
