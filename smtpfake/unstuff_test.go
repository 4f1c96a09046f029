package smtpfake

import (
	"bytes"
	"math"
	"strconv"
	"testing"
	"time"
)

// stuffed does what a client does to a text.
func stuffed(text []byte) []byte {
	var out []byte
	for line := range bytes.SplitAfterSeq(text, []byte("\r\n")) {
		if bytes.HasPrefix(line, []byte(".")) {
			out = append(out, '.')
		}
		out = append(out, line...)
	}
	return append(out, ".\r\n"...)
}

// FuzzUnstuff checks that every text comes out as it went in, however the
// network cuts it, and that what follows it isn't touched.
func FuzzUnstuff(f *testing.F) {
	for _, seed := range []string{
		"", "hello", ".", "..", ".\r", "\r", "\n", "\r\n", "\r\n.", "\r\n\r\n.\r\n", "a\r\r\n.\r\n",
		".\rX", ".\n.\r\r\n", "\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "a\r\n..\r\n.b\r\n",
	} {
		for cut := range 5 {
			f.Add([]byte(seed), uint8(cut))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint8) {
		if len(text) > 0 {
			text = append(text, "\r\n"...)
		}
		got, rest := unstuff(t, append(stuffed(text), "NOOP\r\n"...), int(cut))
		if !bytes.Equal(got, text) {
			t.Errorf("text %q, want %q", got, text)
		}
		if string(rest) != "NOOP\r\n" {
			t.Errorf("left %q", rest)
		}
	})
}

// unstuff feeds an unstuffer with cut bytes at a time, 0 is all at once. It
// returns the text and what follows it.
func unstuff(t *testing.T, wire []byte, cut int) (text, rest []byte) {
	u := newUnstuffer(0, 1<<20)
	if cut == 0 {
		cut = len(wire)
	}
	for len(wire) > 0 {
		p := wire[:min(cut, len(wire))]
		n, done := u.feed(p)
		wire = wire[n:]
		if done {
			return u.text, wire
		}
		if n != len(p) {
			t.Fatalf("took %d of %q", n, p)
		}
	}
	t.Fatal("no end of the text found")
	return nil, nil
}

func TestUnstuffLimit(t *testing.T) {
	for size := 95; size <= 105; size++ {
		u := newUnstuffer(0, 100)
		wire := append(bytes.Repeat([]byte("x"), size-2), "\r\n.\r\n"...)
		n, done := u.feed(wire)
		if n != len(wire) || !done || u.over != (size > 100) {
			t.Errorf("%d octets: took %d, done %v, over %v", size, n, done, u.over)
		}
	}
}

// A client that never stops meets a limit, though none is set.
func TestLimitsOfEndlessClients(t *testing.T) {
	s := &session{cfg: &Server{}, tx: &transaction{rcpts: make([]recipient, manyRecipients)}}
	if got := s.overLimits(&s.tx.rcpts[len(s.tx.rcpts)-1]); got != "" {
		t.Errorf("%d recipients: %s", manyRecipients, got)
	}
	s.tx.rcpts = append(s.tx.rcpts, recipient{})
	if got := s.overLimits(&s.tx.rcpts[len(s.tx.rcpts)-1]); got != "452 4.5.3 Too many recipients: the limit is 100000" {
		t.Errorf("%d recipients: %s", manyRecipients+1, got)
	}
	s.tx.rcptSize = manyRcptOctets
	if got := s.addRcpt("TO:<bob@example.com>"); got != "452 4.5.3 Too many recipients: the limit is 4194304 octets of RCPT" {
		t.Errorf("more than %d octets: %s", manyRcptOctets, got)
	}
	// Their domains aren't counted anew for each.
	s = &session{cfg: &Server{MaxRecipientDomains: 1}, tx: new(transaction)}
	for range 20_000 {
		if got := s.addRcpt("TO:<bob@Example.com>"); got != "" {
			t.Fatalf("recipient %d: %s", len(s.tx.rcpts)+1, got)
		}
	}
	if got := s.addRcpt("TO:<bob@other.example>"); got != "452 4.5.3 Too many recipient domains: the limit is 1" {
		t.Errorf("another domain: %s", got)
	}
	var st ruleState
	for i := range 2*manyTries + 1 {
		st.waitingLocked(strconv.Itoa(i), time.Hour)
	}
	if n := len(st.seen); n == 0 || n > manyTries {
		t.Errorf("%d first tries are remembered", n)
	}
	for limit, want := range map[int64]int64{0: 128 << 20, 10: 10, -1: math.MaxInt64} {
		s.cfg.MaxMessageBytes = limit
		if got := s.maxText(); got != want {
			t.Errorf("MaxMessageBytes %d: texts may have %d octets, want %d", limit, got, want)
		}
	}
}

// TestUnstuffOver: of a text that is too long there are the first lines, whole,
// lest checks find in it what the client hasn't sent.
func TestUnstuffOver(t *testing.T) {
	wire := []byte("one\r\ntwo\r\nthree\r\n.x\r\n.\r\n")
	for limit := range 16 {
		for cut := 1; cut <= len(wire); cut++ {
			u := newUnstuffer(0, int64(limit))
			for p := wire; len(p) > 0; {
				n, _ := u.feed(p[:min(cut, len(p))])
				p = p[n:]
			}
			if !u.over || !bytes.HasPrefix(wire, u.text) || len(u.text) > limit ||
				len(u.text) > 0 && !bytes.HasSuffix(u.text, []byte("\r\n")) || u.bare != 0 {
				t.Errorf("limit %d, %d at a time: %q, over %v, bare %d", limit, cut, u.text, u.over, u.bare)
			}
		}
	}
}
