package imapfake

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"
)

// maxDepth bounds how deep parenthesised lists may nest.
const maxDepth = 50

// A parser reads one whole command: its lines and literals (RFC 3501 section
// 9). It is strict: what the grammar forbids is an error, with the place and
// with what was expected there.
//
// The first error stays, in err. After it every method does nothing, returns a zero value,
// and peek returns 0, so that a grammar rule is written down without a check
// after each step. Whoever loops must stop when failed is true, and whoever acts on what
// was read must look at err first; end is the place to do it.
type parser struct {
	line []byte   // the lines, each literal as {n}CRLF only
	lits [][]byte // the literals, in order
	pos  int      // in line
	lit  int      // literals read
	err  error    // the first, a *syntaxError

	names   naming
	oldName string // the last mailbox name as it came, if it was not normalised

	utf8    bool // 8-bit text in quoted strings
	lenient bool // take what servers in the field take
	secret  bool // errors must not quote the command
	result  bool // $ stands for the last search result

	seqs  imap.SeqSet // all sequence numbers of the command
	uids  imap.UIDSet // all UIDs
	depth int
}

// A syntaxError says where a command breaks the grammar.
type syntaxError struct {
	at   int    // offset in the command, literals included
	want string // what was expected there
	near string // what is there, "" if that is the end or a secret
	code string // response code, if there is one
}

// Error implements error. It is the text of the BAD reply.
func (e *syntaxError) Error() string {
	if e.near == "" {
		return fmt.Sprintf("expected %s at byte %d", e.want, e.at)
	}
	return fmt.Sprintf("expected %s at byte %d near %s", e.want, e.at, e.near)
}

// failed reports whether there was an error.
func (p *parser) failed() bool { return p.err != nil }

// fail records an error at the next byte.
func (p *parser) fail(want string) { p.failAt(p.pos, want) }

// failCode records an error that has a response code.
func (p *parser) failCode(code, want string) {
	if p.fail(want); p.err != nil {
		if e, ok := p.err.(*syntaxError); ok && e.want == want {
			e.code = code
		}
	}
}

// failAt records an error at an offset in the lines.
func (p *parser) failAt(pos int, want string) {
	if p.err != nil {
		return
	}
	e := &syntaxError{at: pos, want: want}
	for _, l := range p.lits[:p.lit] {
		e.at += len(l)
	}
	if rest := bytes.TrimRight(p.line[pos:], "\r\n"); len(rest) > 0 && !p.secret {
		e.near = quoteNear(rest)
	}
	p.err = e
}

// quoteNear quotes the beginning of b for the text of a reply, which has no
// 8-bit and control characters.
func quoteNear(b []byte) string {
	const most = 20
	return fmt.Sprintf("%+.*q", most, b)
}

// peek returns the next byte, and 0 at the end and after an error.
func (p *parser) peek() byte {
	if p.err != nil || p.pos >= len(p.line) {
		return 0
	}
	return p.line[p.pos]
}

// peekAt returns the byte n places on.
func (p *parser) peekAt(n int) byte {
	if p.err != nil || p.pos+n >= len(p.line) {
		return 0
	}
	return p.line[p.pos+n]
}

// try takes the next byte if it is b.
func (p *parser) try(b byte) bool {
	if p.peek() != b || b == 0 {
		return false
	}
	p.pos++
	return true
}

// expect takes the next byte, which must be b.
func (p *parser) expect(b byte) {
	if !p.try(b) {
		p.fail(fmt.Sprintf("%q", b))
	}
}

// sp takes one space. Lenient takes several.
func (p *parser) sp() {
	if !p.try(' ') {
		p.fail("a space")
		return
	}
	for p.lenient && p.try(' ') {
	}
}

// atEnd reports whether the command ends here.
func (p *parser) atEnd() bool {
	return p.err == nil && (p.pos >= len(p.line) || string(p.line[p.pos:]) == "\r\n" ||
		p.lenient && strings.TrimRight(string(p.line[p.pos:]), " \r\n") == "")
}

// end takes the end of the command, and returns the first error.
func (p *parser) end() error {
	if !p.atEnd() {
		p.fail("the end of the line")
	}
	return p.err
}

// take takes a run of bytes that are in a class.
func (p *parser) take(class byteClass, want string) string {
	start := p.pos
	for class.has(p.peek()) {
		p.pos++
	}
	if p.pos == start {
		p.fail(want)
		return ""
	}
	return string(p.line[start:p.pos])
}

// A byteClass is a set of bytes.
type byteClass [256]bool

func (c *byteClass) has(b byte) bool { return c[b] }

// Classes of bytes by RFC 3501 section 9.
var (
	atomChars    = classExcept(`(){ %*"\]`)
	astringChars = classExcept(`(){ %*"\`)
	listChars    = classExcept(`(){ "\`)
	tagChars     = classExcept(`(){ %*"\+`)
	wordChars    = classExcept(`(){ %*"\][<>,:`)
)

// classExcept returns the printable ASCII bytes but those in s.
func classExcept(s string) (c byteClass) {
	for b := ' ' + 1; b < 0x7f; b++ {
		c[b] = !strings.ContainsRune(s, b)
	}
	return c
}

// tag takes a command's tag.
func (p *parser) tag() string { return p.take(tagChars, "a tag") }

// atom takes an atom, as it is written.
func (p *parser) atom() string { return p.take(atomChars, "an atom") }

// keyword takes the name of a command, an item or a key and returns it in
// upper case. It ends before brackets, so that BODY[ is BODY.
func (p *parser) keyword(want string) string {
	return strings.ToUpper(p.take(wordChars, want))
}

// tryKeyword takes the keyword name, in upper case, if that is next.
func (p *parser) tryKeyword(name string) bool {
	rest := p.line[min(p.pos, len(p.line)):]
	if p.err != nil || len(rest) < len(name) || !strings.EqualFold(string(rest[:len(name)]), name) {
		return false
	}
	if len(rest) > len(name) && wordChars.has(rest[len(name)]) {
		return false
	}
	p.pos += len(name)
	return true
}

// number takes a number of 32 bits.
func (p *parser) number() uint32 {
	return uint32(p.digits(math.MaxUint32, "a number"))
}

// nzNumber takes a number of 32 bits that isn't 0.
func (p *parser) nzNumber() uint32 {
	start := p.pos
	n := p.number()
	if p.err == nil && n == 0 {
		p.failAt(start, "a number above 0")
	}
	return n
}

// number64 takes a number of 63 bits, as mod-sequences are (RFC 7162 section
// 7).
func (p *parser) number64() uint64 {
	return p.digits(math.MaxInt64, "a number")
}

func (p *parser) digits(limit uint64, want string) uint64 {
	start := p.pos
	n, end, ok := parseDigits(p.line, p.pos, limit)
	if p.err != nil {
		return 0
	}
	if !ok {
		p.failAt(start, fmt.Sprintf("%s up to %d", want, limit))
		return 0
	}
	p.pos = end
	return n
}

// parseDigits reads the digits of line from pos on, and returns where they
// end. ok is false if there are none, or if they are more than limit.
func parseDigits(line []byte, pos int, limit uint64) (n uint64, end int, ok bool) {
	for end = pos; end < len(line) && '0' <= line[end] && line[end] <= '9'; end++ {
		d := uint64(line[end] - '0')
		if n > (limit-d)/10 {
			return 0, end, false
		}
		n = n*10 + d
	}
	return n, end, end > pos
}

// numSet takes a sequence-set: of UIDs, or of sequence numbers. The ranges are
// as the client wrote them, with 0 for "*"; the view resolves them.
func (p *parser) numSet(uid bool) imap.NumSet {
	if p.result && p.try('$') {
		return imap.SearchRes()
	}
	var seqs imap.SeqSet
	var uids imap.UIDSet
	for {
		start, stop := p.numRange()
		if uid {
			uids = append(uids, imap.UIDRange{Start: imap.UID(start), Stop: imap.UID(stop)})
		} else {
			seqs = append(seqs, imap.SeqRange{Start: start, Stop: stop})
		}
		if p.failed() || !p.try(',') {
			break
		}
	}
	p.seqs, p.uids = append(p.seqs, seqs...), append(p.uids, uids...)
	if uid {
		return uids
	}
	return seqs
}

func (p *parser) numRange() (start, stop uint32) {
	start = p.seqNumber()
	if p.try(':') {
		return start, p.seqNumber()
	}
	return start, start
}

func (p *parser) seqNumber() uint32 {
	if p.try('*') {
		return 0
	}
	return p.nzNumber()
}

// flag takes a flag: a keyword, or one with a backslash.
func (p *parser) flag() imap.Flag {
	if p.try('\\') {
		return imap.Flag(`\` + p.atom())
	}
	return imap.Flag(p.take(atomChars, "a flag"))
}

// flagList takes a parenthesised list of flags, which may be empty.
func (p *parser) flagList() (list []imap.Flag) {
	p.list(func() { list = append(list, p.flag()) })
	return list
}

// mailbox takes the name of a mailbox and returns it in UTF-8, INBOX in upper
// case.
func (p *parser) mailbox() string {
	start := p.pos
	name := p.astring()
	if p.err != nil {
		return ""
	}
	name, ok := p.decodeName(name)
	if !ok {
		p.failAt(start, "a mailbox name in modified UTF-7")
	}
	return name
}

// reference takes the first argument of LIST and LSUB, in UTF-8.
func (p *parser) reference() string {
	start := p.pos
	name := p.astring()
	if p.err != nil || name == "" {
		return ""
	}
	name, ok := p.decodeName(name)
	if !ok {
		p.failAt(start, "a mailbox name in modified UTF-7")
	}
	return name
}

// listMailbox takes a mailbox name with wildcards, in UTF-8.
func (p *parser) listMailbox() string {
	start := p.pos
	var name string
	switch p.peek() {
	case '"', '{':
		name = p.string()
	default:
		name = p.take(listChars, "a mailbox pattern")
	}
	name, ok := p.decodeName(name)
	if !ok {
		p.failAt(start, "a mailbox pattern in modified UTF-7")
	}
	return name
}

// decodeName decodes a mailbox name from its form on the wire.
func (p *parser) decodeName(name string) (string, bool) {
	p.oldName = ""
	decoded, ok := p.names.decode(name)
	if !ok && p.lenient {
		return name, utf8.ValidString(name)
	}
	if p.names.normal && !norm.NFC.IsNormalString(decoded) {
		p.oldName = decoded
		decoded = norm.NFC.String(decoded)
	}
	return decoded, ok
}

// list takes a parenthesised list of items, which may be empty.
func (p *parser) list(item func()) {
	if p.open(); p.try(')') {
		p.depth--
		return
	}
	p.items(item)
}

// list1 takes a parenthesised list of at least one item.
func (p *parser) list1(item func()) {
	p.open()
	p.items(item)
}

func (p *parser) open() {
	p.expect('(')
	if p.depth++; p.depth > maxDepth {
		p.fail("lists that are nested less deeply")
	}
}

func (p *parser) items(item func()) {
	for !p.failed() {
		item()
		if p.try(')') {
			p.depth--
			return
		}
		p.sp()
		if p.lenient && p.try(')') {
			p.depth--
			return
		}
	}
}
