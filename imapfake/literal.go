package imapfake

import (
	"bytes"
	"math"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// literalPlusExtension is LITERAL+ (RFC 7888): literals that come without
// being asked for. LITERAL- is the same for those up to 4096 bytes.
var literalPlusExtension = extension{
	caps:    []imap.Cap{imap.CapLiteralPlus},
	also:    []imap.Cap{imap.CapLiteralMinus},
	preauth: true,
}

// A mark is {n} or {n+} at the end of a line: a literal follows.
type mark struct {
	start  int   // of the {, in the line
	size   int64 // -1 if it is out of range
	plus   bool  // it comes without being asked for
	binary bool  // ~{n}
}

// literalMark finds a mark at the end of a line.
func literalMark(line []byte) (m mark, ok bool) {
	rest := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(rest) == len(line) || !bytes.HasSuffix(rest, []byte("}")) {
		return m, false
	}
	m.start = bytes.LastIndexByte(rest, '{')
	if m.start < 0 {
		return m, false
	}
	inner := rest[m.start+1 : len(rest)-1]
	m.plus = bytes.HasSuffix(inner, []byte("+"))
	m.binary = m.start > 0 && rest[m.start-1] == '~'
	inner = bytes.TrimSuffix(inner, []byte("+"))
	if len(inner) == 0 || len(bytes.Trim(inner, "0123456789")) > 0 {
		return m, false
	}
	n, _, fits := parseDigits(inner, 0, math.MaxInt64)
	if m.size = int64(n); !fits {
		m.size = -1
	}
	return m, true
}

// readLiteral reads a literal into the command, or refuses it: then its bytes
// and the rest of the command are dropped, and never run (RFC 7888 section 4).
// It reports whether the command goes on.
func (s *session) readLiteral(c *call, m mark) (goes bool, err error) {
	refusal := s.refuses(c, m)
	if m.plus && m.size < 0 {
		return false, errTooMuch
	}
	if refusal != nil && !m.plus {
		return false, s.refuse(c, refusal)
	}
	if refusal != nil {
		if err := s.skipCommand(m.size); err != nil {
			return false, err
		}
		return false, s.refuse(c, refusal)
	}
	return s.takeLiteral(c, m)
}

// refuse replies to a command that ends at a literal.
func (s *session) refuse(c *call, refusal error) error {
	if s.conn.Begin(c.step()) {
		s.reply(c, refusal)
		s.enc.flush()
	}
	return s.conn.End()
}

// takeLiteral asks for a literal and reads it.
func (s *session) takeLiteral(c *call, m mark) (goes bool, err error) {
	st := c.step()
	st.Name, st.Arg = wire.StepLiteral, st.Name+" "+st.Arg
	run := s.conn.Begin(st)
	if run && !m.plus {
		s.conn.CheckUnasked("literal")
		s.conn.WriteString("+ Ready for literal data\r\n")
	}
	if err := s.conn.End(); err != nil {
		return false, err
	}
	if !run {
		if m.plus {
			return false, s.skipCommand(m.size)
		}
		return false, nil
	}
	data, err := s.readData(m.size)
	s.checkLiteral(c, data)
	c.p.lits = append(c.p.lits, data)
	return err == nil, err
}

// refuses returns why a literal isn't let in, or nil.
func (s *session) refuses(c *call, m mark) error {
	if err := s.admit(c); err != nil {
		return err
	}
	if m.plus && !s.plusAllowed(m) {
		return bad("", "literal {%d+}: send {%d} and wait", m.size, m.size)
	}
	if c.cmd.literal != nil {
		if err := c.cmd.literal(s, c, m); err != nil {
			return err
		}
	} else if m.size < 0 || m.size > maxLiteral {
		return no(imap.ResponseCodeTooBig, "literal is over %d bytes", maxLiteral)
	}
	if m.size > s.room(c) {
		return no(imap.ResponseCodeTooBig, "literals of the command are too long together")
	}
	return nil
}

// room returns how long the next literal of a command may be for all that have
// come before, so that a command without end doesn't take all memory.
func (s *session) room(c *call) int64 {
	n := int64(maxLiterals)
	if c.cmd.literal != nil {
		n = max(maxMessage, s.cfg.maxMessage())
	}
	for _, data := range c.p.lits {
		n -= int64(len(data))
	}
	return n
}

// plusAllowed reports whether the capabilities let a literal come unasked.
func (s *session) plusAllowed(m mark) bool {
	return s.cfg.Lenient || s.has(imap.CapLiteralPlus) ||
		s.has(imap.CapLiteralMinus) && m.size <= maxLiteralMinus
}

// readData reads a literal's bytes. What is made room for grows with what has
// come, whatever size the client has announced.
func (s *session) readData(n int64) ([]byte, error) {
	data := make([]byte, min(n, maxLiteral))
	got := 0
	for {
		if _, err := s.conn.ReadFull(data[got:]); err != nil {
			return nil, err
		}
		if got = len(data); int64(got) == n {
			return data, nil
		}
		data = slices.Grow(data, int(min(n-int64(got), int64(got))))
		data = data[:min(int64(cap(data)), n)]
	}
}

// skipCommand drops a literal of n bytes and the rest of its command.
func (s *session) skipCommand(n int64) error {
	for {
		if err := s.conn.Discard(n); err != nil {
			return err
		}
		line, err := s.readLine()
		if err != nil {
			return err
		}
		m, ok := literalMark(line)
		if !ok || !m.plus {
			return nil
		}
		if m.size < 0 {
			return errTooMuch
		}
		n = m.size
	}
}
