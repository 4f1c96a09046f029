package wire

import (
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTranscript(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		c := dial(t, h, StartTLS)
		c.want("+OK toy")
		time.Sleep(3 * time.Second)
		c.send("STLS")
		c.want("+OK go")
		c.startTLS()
		c.send("LOGIN alice hunter2")
		c.want("+OK")
		c.send("TEXT")
		c.want("+ go")
		c.send(strings.Repeat("x", 5000), "..", ".")
		c.want("+OK 5009 bytes")
		c.send("GET 100")
		c.want("+OK")
		c.br.Discard(100)
		c.want("", ".")
		io.WriteString(c, "A\x00\x1b\xff\u00e9\tB\\Seen\n")
		c.want("-ERR what?")
		want := `S: +OK toy
C: STLS
S: +OK go
*: TLS
C: LOGIN alice ***
S: +OK
C: TEXT
S: + go
C: ... 5009 bytes
S: +OK 5009 bytes
C: GET 100
S: +OK
S: ... 100 bytes
S: 
S: .
C: A\x00\x1b\xffé\tB\Seen\n
S: -ERR what?
`
		if got := h.Transcript().String(); got != want {
			t.Errorf("transcript:\n%s\nwant:\n%s", got, want)
		}
		lines := h.Transcript().Lines()
		for i, l := range lines {
			wantAt := time.Duration(0)
			if i > 0 {
				wantAt = 3 * time.Second
			}
			if l.Conn != 1 || l.TLS != (i >= 3) || l.At != wantAt {
				t.Errorf("line %d: %+v", i, l)
			}
		}
	})
}

func TestTranscriptPerConnection(t *testing.T) {
	h := newToy(t)
	a, b := dial(t, h, Plain), dial(t, h, Plain)
	a.want("+OK toy")
	b.want("+OK toy")
	a.send("NOOP")
	a.want("+OK")
	b.send("QUIT")
	b.want("+OK bye")
	all := h.Transcript()
	if got, want := all.Conn(1).String(), "S: +OK toy\nC: NOOP\nS: +OK\n"; got != want {
		t.Errorf("connection 1:\n%s\nwant:\n%s", got, want)
	}
	if got, want := all.Conn(2).String(), "2 S: +OK toy\n2 C: QUIT\n2 S: +OK bye\n"; got != want {
		t.Errorf("connection 2:\n%s\nwant:\n%s", got, want)
	}
	if got := all.String(); !strings.HasSuffix(got, "1 C: NOOP\n1 S: +OK\n2 C: QUIT\n2 S: +OK bye\n") {
		t.Errorf("both:\n%s", got)
	}
}

// A secret isn't visible at any moment, not even between reading the line and
// masking it.
func TestTranscriptNeverShowsSecret(t *testing.T) {
	read, masked := make(chan bool), make(chan bool)
	h := &Host{Name: "wire", Serve: func(c *Conn) {
		c.ReadLine(100)
		read <- true
		<-masked
		c.Begin(Step{Name: "PASS", Show: "PASS ***"})
		c.WriteString("+OK\r\n")
		c.End()
	}}
	defer h.Close()
	c := dial(t, h, Plain)
	c.send("PASS hunter2")
	<-read
	if got := h.Transcript().String(); got != "" {
		t.Errorf("before Begin:\n%s", got)
	}
	masked <- true
	c.want("+OK")
	if got, want := h.Transcript().String(), "C: PASS ***\nS: +OK\n"; got != want {
		t.Errorf("transcript:\n%s\nwant:\n%s", got, want)
	}
}

func TestTranscriptLongLines(t *testing.T) {
	h := newToy(t)
	c := dial(t, h, Plain)
	c.want("+OK toy")
	c.send("NOOP " + strings.Repeat("x", 3000))
	c.want("-ERR too long")
	want := "C: NOOP " + strings.Repeat("x", 507) + "... 2495 bytes more"
	if got := h.Transcript().Lines()[1]; format([]Line{got}, false) != want+"\n" {
		t.Errorf("line = %q, want %q", got.Text, want)
	}
}

func TestTranscriptBounded(t *testing.T) {
	var tr Transcript
	for range 3*blockLines + 10 {
		tr.add(record{conn: 1, from: 'C'}, []byte("NOOP\r\n"), time.Now())
	}
	lines := tr.Lines()
	if got, want := lines[0].Text, "16384 earlier lines were dropped"; got != want {
		t.Errorf("first line = %q, want %q", got, want)
	}
	if got := len(lines) - 1; got != blockLines+10 {
		t.Errorf("%d lines are kept, want %d", got, blockLines+10)
	}
	big := []byte(strings.Repeat("x", maxLine))
	for range 10000 {
		tr.add(record{conn: 1, from: 'C'}, big, time.Now())
	}
	if n := len(tr.cur.text) + len(tr.old.text); n > 2*blockBytes {
		t.Errorf("%d bytes are kept", n)
	}
}

// What a reply of many pieces says is one line.
func TestTranscriptPieces(t *testing.T) {
	h := &Host{Name: "wire", Serve: func(c *Conn) {
		for _, s := range []string{"2", "50", " ok\r", "\n25", "0 fine\r\n5", "51"} {
			c.WriteString(s)
			c.Flush()
		}
	}}
	c := dial(t, h, Plain)
	c.wantEnd("250 ok\r\n250 fine\r\n551")
	h.Close()
	if got, want := h.Transcript().String(), "S: 250 ok\nS: 250 fine\nS: 551\n"; got != want {
		t.Errorf("transcript:\n%s\nwant:\n%s", got, want)
	}
}

func BenchmarkPingPong(b *testing.B) {
	pingPong := func(c io.ReadWriter, b *testing.B) {
		buf := make([]byte, 100)
		c.Read(buf)
		for b.Loop() {
			io.WriteString(c, "NOOP\r\n")
			c.Read(buf)
		}
	}
	b.Run("floor=BarePipe", func(b *testing.B) {
		c, s := Pipe()
		go func() {
			buf := make([]byte, 100)
			s.Write([]byte("+OK toy\r\n"))
			for {
				if _, err := s.Read(buf); err != nil {
					return
				}
				s.Write([]byte("+OK\r\n"))
			}
		}()
		pingPong(c, b)
		c.Close()
	})
	for name, off := range map[string]bool{"off": true, "on": false} {
		b.Run("transcript="+name, func(b *testing.B) {
			h := &Host{Name: "toy", Serve: serveToy}
			h.transcript.off = off
			defer h.Close()
			c, _ := h.Dial(b.Context(), Plain)
			defer c.Close()
			b.ReportAllocs()
			pingPong(c, b)
		})
	}
}

func BenchmarkPipelined(b *testing.B) {
	for name, off := range map[string]bool{"off": true, "on": false} {
		b.Run("transcript="+name, func(b *testing.B) {
			h := &Host{Name: "toy", Serve: serveToy}
			h.transcript.off = off
			defer h.Close()
			c, _ := h.Dial(b.Context(), Plain)
			defer c.Close()
			io.ReadFull(c, make([]byte, 9))
			batch := []byte(strings.Repeat("NOOP\r\n", 100))
			buf := make([]byte, 500)
			for b.Loop() {
				c.Write(batch)
				io.ReadFull(c, buf)
			}
		})
	}
}

// Lines that come together are kept as if they came one by one.
func TestTranscriptTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []byte
	var one, together Transcript
	now := time.Now()
	r := record{conn: 2, from: 'S'}
	for range 2 * blockLines {
		n := rng.IntN(60)
		if rng.IntN(100) == 0 {
			n = maxLine - 20 + rng.IntN(40)
		}
		line := strings.Repeat("x", n) + []string{"\r\n", "\n", "\r\r\n"}[rng.IntN(20)/18+rng.IntN(20)/19]
		one.add(r, []byte(line), now)
		all = append(all, line...)
	}
	together.addLines(r, all, now)
	want, got := one.Lines(), together.Conn(2).Lines()
	n := min(len(want), len(got)) - 1 // without what is said of lines that were dropped
	if n < blockLines {
		t.Fatalf("%d lines are kept, want %d at least", n, blockLines)
	}
	if want, got := want[len(want)-n:], got[len(got)-n:]; !slices.Equal(want, got) {
		t.Errorf("the last %d lines differ", n)
	}
}

// What can't be sent any more isn't in the transcript, however it is written.
func TestTranscriptAfterTheEnd(t *testing.T) {
	big := []byte(strings.Repeat("0123456789\r\n", directOutput/10))
	h := &Host{Name: "toy", Serve: func(c *Conn) {
		c.ReadLine(100) // until the client has gone
		for i := range 4 {
			c.Write(big)
			c.WriteString("small " + strconv.Itoa(i) + "\r\n")
			c.WriteData(big)
			c.Flush()
		}
	}}
	dial(t, h, Plain).Close()
	h.Close()
	lines := h.Transcript().Lines()
	end := slices.IndexFunc(lines, func(l Line) bool { return strings.HasPrefix(l.Text, "not sent: ") })
	if end < 0 || end != len(lines)-1 {
		t.Errorf("of %d lines, what couldn't be sent is number %d", len(lines), end+1)
	}
}
