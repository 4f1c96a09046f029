package message

import "strings"

// An Address is an address of a header field. A group (RFC 5322 section 3.4)
// is a marker with only Group set to its name, its members, and a marker with
// EndGroup.
type Address struct {
	Name              string // display name: quoted pairs undone, encoded words kept
	Local, Domain     string // as written, Local without quotes; Domain is "" without an @
	Group             string // of a group's first marker
	IsGroup, EndGroup bool
}

// Addr returns the address alone: "alice@example.com".
func (a Address) Addr() string {
	local := a.Local
	if needsQuotes(local) {
		local = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
	}
	if a.Domain == "" {
		return local
	}
	return local + "@" + a.Domain
}

func needsQuotes(local string) bool {
	return local == "" || strings.ContainsAny(local, "()<>[]:;@\\,\" \t\r\n")
}

// String returns the address with its name, as people read it: "Alice
// <alice@example.com>". The name isn't quoted.
func (a Address) String() string {
	switch {
	case a.IsGroup:
		return a.Group + ":"
	case a.EndGroup:
		return ";"
	case a.Name == "":
		return a.Addr()
	}
	return a.Name + " <" + a.Addr() + ">"
}

// ParseAddresses parses an address list as far as it can: one bad address
// doesn't lose the others. It returns what was skipped. Besides the syntax of
// RFC 5322 section 3.4 it takes the obsolete one (section 4.4: routes, empty
// elements, comments anywhere), names in a comment, and semicolons between
// addresses.
func ParseAddresses(value string) (list []Address, bad []string) {
	var p addressParser
	p.parse(value)
	return p.list, p.bad
}

// An addressParser goes through the tokens once; e is the element between two
// commas so far.
type addressParser struct {
	lex     addressLexer
	list    []Address
	display []string // decoded display names, one for each in list
	decode  bool     // display is wanted
	bad     []string
	inGroup bool
	e       addressElement

	// The first words of an element go here: servers parse addresses for
	// each message that they list.
	words, addr [8]addressToken
}

type addressElement struct {
	start   int            // in the value
	words   []addressToken // before an angle, or all
	addr    []addressToken // within the angle brackets
	comment string         // the last one
	angle   byte           // 0, '<' within, '>' after
	junk    bool           // something follows the angle
}

func parseAddressList(value string) *addressParser {
	p := &addressParser{decode: true}
	p.parse(value)
	return p
}

func (p *addressParser) parse(value string) {
	p.lex.s = value
	p.list = make([]Address, 0, min(1+strings.Count(value, ","), 100))
	p.next(0)
	for {
		t, ok := p.lex.next()
		if !ok {
			break
		}
		p.token(t)
	}
	p.finish(len(value))
	if p.inGroup {
		p.endGroup()
	}
}

// next begins the element that starts at start.
func (p *addressParser) next(start int) {
	p.e = addressElement{start: start, words: p.words[:0], addr: p.addr[:0]}
}

func (p *addressParser) token(t addressToken) {
	e := &p.e
	switch {
	case t.kind == ',' && !e.inRoute(), t.kind == ';':
		p.finish(t.start)
		if t.kind == ';' && p.inGroup {
			p.endGroup()
		}
		p.e.start = p.lex.pos
	case t.kind == ':' && e.angle == '<':
		e.addr = e.addr[:0] // what was before it is a route
	case t.kind == ':' && e.angle == 0:
		p.colon(t)
	case t.kind == '<' && e.angle == 0:
		e.angle = '<'
	case t.kind == '>' && e.angle == '<':
		e.angle = '>'
	case t.kind == '(':
		e.comment = t.text
	case e.angle == '<':
		e.addr = append(e.addr, t)
	case e.angle == '>':
		e.junk = true
	default:
		e.words = append(e.words, t)
	}
}

// inRoute reports whether a comma stands in "<@a,@b:c@d>".
func (e *addressElement) inRoute() bool {
	return e.angle == '<' && (len(e.addr) == 0 || e.addr[0].kind == '@')
}

// colon begins a group, unless one is open: groups don't nest.
func (p *addressParser) colon(t addressToken) {
	if p.inGroup {
		p.skip(t.start)
	} else {
		name, display := p.phrase(p.e.words)
		p.inGroup = true
		p.add(Address{Group: name, IsGroup: true}, display)
	}
	p.next(p.lex.pos)
}

func (p *addressParser) endGroup() {
	p.inGroup = false
	p.add(Address{EndGroup: true}, "")
}

func (p *addressParser) add(a Address, display string) {
	p.list = append(p.list, a)
	if p.decode {
		p.display = append(p.display, display)
	}
}

// skip notes the element that ends at end as bad.
func (p *addressParser) skip(end int) {
	if s := strings.Trim(p.lex.s[p.e.start:end], " \t\r\n"); s != "" {
		p.bad = append(p.bad, s)
	}
}

// finish adds the element that ends at end, if it is an address.
func (p *addressParser) finish(end int) {
	e := p.e
	p.next(end)
	if e.angle == 0 && len(e.words) == 0 {
		return // empty elements are obsolete, but allowed
	}
	var name, display string
	spec := e.words
	if e.angle != 0 {
		name, display = p.phrase(e.words)
		spec = e.addr
	}
	if name == "" && e.comment != "" {
		name, display = e.comment, p.decoded(e.comment)
	}
	local, domain, ok := p.addrSpec(spec)
	if !ok || e.angle == '<' || e.junk {
		p.e.start = e.start
		p.skip(end)
		p.e.start = end
		return
	}
	p.add(Address{Name: name, Local: local, Domain: domain}, display)
}

// decoded decodes a display name if anybody wants it.
func (p *addressParser) decoded(name string) string {
	if !p.decode {
		return ""
	}
	return DecodeHeader(name)
}

// phrase joins the words of a display name, as written and decoded.
func (p *addressParser) phrase(words []addressToken) (name, display string) {
	switch {
	case len(words) == 0:
		return "", ""
	case len(words) == 1:
		name = words[0].text
	default:
		var all strings.Builder
		for i, t := range words {
			if i > 0 && t.space {
				all.WriteByte(' ')
			}
			all.WriteString(t.text)
		}
		name = all.String()
	}
	if p.decode {
		display = decodePhrase(words)
	}
	return name, display
}

// decodePhrase joins the words and decodes them. Encoded words within quotes
// are none (RFC 2047 section 5).
func decodePhrase(words []addressToken) string {
	var decoded, run strings.Builder
	for i, t := range words {
		space := i > 0 && t.space
		if t.kind != '"' {
			if space {
				run.WriteByte(' ')
			}
			run.WriteString(t.text)
			continue
		}
		decoded.WriteString(DecodeHeader(run.String()))
		run.Reset()
		if space {
			decoded.WriteByte(' ')
		}
		decoded.WriteString(t.text)
	}
	decoded.WriteString(DecodeHeader(run.String()))
	return decoded.String()
}

// addrSpec parses "local@domain", or a local part alone. White space is
// allowed around dots and the at sign (RFC 5322 section 4.4).
func (p *addressParser) addrSpec(tokens []addressToken) (local, domain string, ok bool) {
	at := len(tokens)
	for i, t := range tokens {
		if t.kind == '@' {
			if at < len(tokens) {
				return "", "", false
			}
			at = i
		}
	}
	local, ok = p.dotted(tokens[:at], '"')
	if !ok || at == len(tokens) {
		return local, "", ok
	}
	domain, ok = p.dotted(tokens[at+1:], '[')
	return local, domain, ok
}

// dotted joins words, atoms or of one more kind, with dots between them. Dots
// at the ends or in a row are tolerated, since mailboxes with them exist.
func (p *addressParser) dotted(tokens []addressToken, word byte) (string, bool) {
	afterWord := false
	asWritten := true
	size := 0
	for i, t := range tokens {
		isWord := t.kind == 'a' || t.kind == word
		if !isWord && t.kind != '.' || isWord && afterWord {
			return "", false
		}
		afterWord = isWord
		asWritten = asWritten && t.kind != '"' && (i == 0 || !t.space)
		size += len(t.text)
	}
	if len(tokens) > 0 && asWritten {
		start := tokens[0].start
		return p.lex.s[start : start+size], true
	}
	var s strings.Builder
	for _, t := range tokens {
		s.WriteString(t.text)
	}
	return s.String(), len(tokens) > 0
}

// An addressToken is a word or one of the special characters.
type addressToken struct {
	kind  byte // 'a' atom, '"' quoted string, '(' comment, '[' domain literal, or the character itself
	text  string
	start int
	space bool // white space or a comment was before it
}

// An addressLexer cuts tokens. A quote or bracket that is never closed is an
// ordinary character; that there is none is searched once only, which keeps
// all this linear.
type addressLexer struct {
	s                             string
	pos                           int
	noQuote, noComment, noLiteral bool
}

func (l *addressLexer) next() (t addressToken, ok bool) {
	before := l.pos
	for l.pos < len(l.s) && isSpace(l.s[l.pos]) {
		l.pos++
	}
	if l.pos == len(l.s) {
		return t, false
	}
	t = addressToken{start: l.pos, space: l.pos > before || before > 0 && l.s[before-1] == ')'}
	t.kind, t.text, l.pos = l.cut()
	return t, true
}

// cut returns the token at pos, and where it ends.
func (l *addressLexer) cut() (kind byte, text string, end int) {
	s := l.s[l.pos:]
	n := 0
	switch c := s[0]; c {
	case '"':
		n = closing(s, '"', &l.noQuote)
	case '(':
		n = closing(s, ')', &l.noComment)
	case '[':
		n = closing(s, ']', &l.noLiteral)
	case ',', ';', ':', '<', '>', '@', '.':
		return c, s[:1], l.pos + 1
	}
	switch {
	case n > 0 && s[0] == '[':
		return '[', s[:n], l.pos + n
	case n > 0:
		return s[0], unquotePairs(s[1 : n-1]), l.pos + n
	}
	n = atomEnd(s)
	return 'a', s[:n], l.pos + n
}

// atomEnd returns the length of the atom s starts with, at least 1. An encoded
// word is one with whatever is in it: many have commas.
func atomEnd(s string) int {
	if strings.HasPrefix(s, "=?") {
		if _, rest, ok := cutWord(s); ok {
			return len(s) - len(rest)
		}
	}
	n := 1
	for n < len(s) && !endsAtom(s[n]) {
		n++
	}
	return n
}

func endsAtom(c byte) bool {
	switch c {
	case '"', '(', ')', '[', ',', ';', ':', '<', '>', '@', '.':
		return true
	}
	return isSpace(c)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// closing returns the length up to the end of the quoted string, comment or
// literal that s starts with, 0 if it isn't closed.
func closing(s string, closer byte, none *bool) int {
	if *none {
		return 0
	}
	depth := 0
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == closer && depth == 0:
			return i + 1
		case s[i] == closer:
			depth--
		case s[i] == '(' && closer == ')':
			depth++
		}
	}
	*none = true
	return 0
}

// unquotePairs undoes quoted pairs (RFC 5322 section 3.2.1).
func unquotePairs(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
