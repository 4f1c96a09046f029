package imapfake

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A dice is a fuzzer's bytes as a source of random numbers: one for each
// number. When they are used up it counts on.
type dice struct {
	rest []byte
	n    uint64 // so many bytes too few
}

// Uint64 implements rand.Source. A byte stands in all places, since IntN goes
// by the highest or by the lowest bits.
func (d *dice) Uint64() uint64 {
	var b uint64
	if len(d.rest) == 0 {
		d.n++
		b = d.n % 256
	} else {
		b = uint64(d.rest[0])
		d.rest = d.rest[1:]
	}
	return b * 0x0101010101010101
}

// bytes returns up to most bytes as they stand.
func (d *dice) bytes(most int) []byte {
	n := min(int(d.Uint64()&0xff)%(most+1), len(d.rest))
	p := d.rest[:n]
	d.rest = d.rest[n:]
	return p
}

// oddCommands are commands that leave the selected mailbox and what is in it
// as they are, and the status that they must get; "" is for those that depend
// on what there is.
var oddCommands = []struct{ text, want string }{
	{"FROB", "BAD"}, {"FETCH", "BAD"}, {"FETCH 1", "BAD"}, {"FETCH 0 FLAGS", "BAD"}, {"FETCH 99999 FLAGS", "BAD"},
	{"UID FETCH 99999 FLAGS", "OK"}, {"UID FETCH 1:* (FLAGS", "BAD"}, {"UID FETCH 1:* FROB", "BAD"},
	{"UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (Subject)]<0.5> ENVELOPE BODYSTRUCTURE)", ""},
	{"FETCH 1:* (UID BODY.PEEK[1.2.MIME])", ""}, {"FETCH *:1 RFC822.SIZE", ""}, {"STORE 1 FLAGS (\\Recent)", "BAD"},
	{"STORE 1 FLAGS (\\Frob)", "BAD"}, {"UID STORE 99999 +FLAGS (x)", "OK"}, {"SELECT", "BAD"}, {"LOGIN a b", "BAD"},
	{"LOGIN {1+}\r\na {1+}\r\nb", "BAD"}, {"AUTHENTICATE PLAIN", "BAD"}, {"STARTTLS", "BAD"}, {"NOOP x", "BAD"},
	{"SEARCH", "BAD"}, {"SEARCH CHARSET x ALL", "NO"}, {"UID SEARCH ((((ALL))))", "OK"},
	{"SEARCH " + strings.Repeat("(", 60), "BAD"}, {"UID SEARCH OR TEXT {1+}\r\nx NOT DELETED", "OK"},
	{"UID SEARCH RETURN (MIN COUNT) UNSEEN", "OK"}, {"UID SORT (REVERSE DATE) UTF-8 ALL", "OK"},
	{"UID THREAD REFERENCES UTF-8 ALL", "OK"}, {"UID SORT () UTF-8 ALL", "BAD"}, {"LIST \"\" *", "OK"}, {"LIST x", "BAD"},
	{"LIST (SUBSCRIBED) \"\" (% x/%) RETURN (STATUS (MESSAGES))", "OK"}, {"STATUS x (MESSAGES UNSEEN UIDNEXT)", "OK"},
	{"STATUS nobox (MESSAGES)", "NO"}, {"STATUS x ()", "BAD"}, {"UID COPY 99999 x", "OK"}, {"UID COPY 1:* nobox", "NO"},
	{"APPEND nobox {3+}\r\nabc", "NO"}, {"APPEND INBOX {0+}\r\n", "NO"}, {"APPEND INBOX (\\Frob) {3+}\r\nabc", "BAD"},
	{"APPEND INBOX \"xx\" {3+}\r\nabc", "BAD"}, {"APPEND INBOX {3+}\r\nabc x", "BAD"}, {"APPEND INBOX {3}", "+"},
	{"CREATE x", "NO"}, {"CREATE \"\"", "NO"}, {"DELETE INBOX", "NO"}, {"RENAME nobox y", "NO"}, {"SUBSCRIBE x", "OK"},
	{"CAPABILITY", "OK"}, {"NAMESPACE", "OK"}, {"ID NIL", "OK"}, {"ID x", "BAD"}, {"LOGOUT x", "BAD"}, {"IDLE x", "BAD"},
	{"ENABLE FROB", "BAD"}, {"GETQUOTAROOT INBOX", "OK"}, {"GETMETADATA x /private/comment", ""}, {"UID FROB 1", "BAD"},
	{"CHECK", "OK"}, {"NOOP\x00", "BAD"}, {"\xff", "BAD"}, {"", "BAD"}, {"FROB {5+}\r\na X Y", "BAD"}, {"FROB {3}", "BAD"},
	{"CANCELUPDATE", "BAD"}, {"CANCELUPDATE \"none\"", "NO"}, {"UIDBATCHES 1", "NO"}, {"UIDBATCHES 500 1:3", "OK"},
	{"URLFETCH x \"imap://a@b/INBOX/;uid=1;urlauth=anonymous:internal:00\"", "OK"}, {"GENURLAUTH x INTERNAL", "BAD"},
	{"RESETKEY x", "OK"}, {"NOTIFY SET (FROB NONE)", "BAD"}, {"NOTIFY SET (SELECTED (MessageNew))", "BAD"},
	{"XAPPLEPUSHSERVICE aps-version 2", "BAD"}, {"SEARCH 99999", "OK"}, {"ESEARCH IN (PERSONAL) ALL", "OK"},
	{"SEARCH RETURN (PARTIAL 1:2 PARTIAL 1:2) ALL", "BAD"}, {"UID SEARCH RETURN (PARTIAL -1:-2 COUNT) ALL", "OK"},
}

// quietOnes are commands during which no EXPUNGE may come (RFC 3501 section
// 7.4.1).
var quietOnes = regexp.MustCompile(`^(FETCH|STORE|SEARCH)\b`)

// odd runs an odd command, or one that is no command at all.
func (h *history) odd(d *dice) {
	o := oddCommands[h.rng.IntN(len(oddCommands))]
	if h.rng.IntN(8) == 0 {
		o.text, o.want = "X"+strings.Map(inLine, string(d.bytes(30))), "BAD"
	}
	h.quiet = quietOnes.MatchString(o.text)
	reply := h.run("%s", o.text)
	if o.want == "+" {
		reply = h.cancelAppend(reply, d)
	} else if o.want == "" && regexp.MustCompile(`^(OK|NO|BAD) `).MatchString(reply) {
		o.want = reply
	}
	h.quiet = false
	if !strings.HasPrefix(reply, o.want) {
		h.fail("%q: %s, want %s", o.text, reply, o.want)
	}
	h.learn()
}

// inLine takes from a rune what would make it more than a part of a line.
func inLine(r rune) rune {
	if r == '\r' || r == '\n' || r == '{' {
		return '.'
	}
	return r
}

// cancelAppend sends the literal that was asked for, and then what makes the
// command invalid.
func (h *history) cancelAppend(reply string, d *dice) string {
	if !strings.HasPrefix(reply, "+ ") {
		h.fail("APPEND: %s, want +", reply)
	}
	h.conn.Write([]byte("abc frob\r\n"))
	tag := fmt.Sprint(h.name, h.tag, " ")
	for {
		line := h.line()
		if reply, ok := strings.CutPrefix(line, tag); ok {
			if !strings.HasPrefix(reply, "BAD") {
				h.fail("APPEND: %s, want BAD", reply)
			}
			return "+"
		}
		h.take(line)
	}
}

// untagged sends a line that has no tag: the server can't but answer without.
func (h *history) untagged() {
	lines := []string{"", "* NOOP", " NOOP", "+ x", "(", "\x00", "a\"b NOOP"}
	h.send(lines[h.rng.IntN(len(lines))])
	for {
		line := h.line()
		if strings.HasPrefix(line, "* BAD ") {
			h.learn()
			return
		}
		h.take(line)
	}
}

var appendUID = regexp.MustCompile(`^OK \[APPENDUID \d+ (\d+)\]`)

// appendAny stores a message of any bytes, and notes where.
func (h *history) appendAny(d *dice, kept map[string]string) {
	raw := string(d.bytes(100))
	if raw == "" {
		raw = "\r\n"
	}
	form := "{%d+}"
	if strings.Contains(raw, "\x00") {
		form = "~{%d+}"
	}
	box := []string{"INBOX", "x"}[h.rng.IntN(2)]
	reply := h.run("APPEND %s "+form+"\r\n%s", box, len(raw), raw)
	m := appendUID.FindStringSubmatch(reply)
	if m == nil {
		h.fail("APPEND: %s", reply)
	}
	kept[box+" "+m[1]] = raw
	h.learn()
}

// pipeline sends commands in one write: their tagged replies come in the same
// order, one each.
func (h *history) pipeline() {
	var say strings.Builder
	var tags, commands []string
	for range 2 + h.rng.IntN(6) {
		o := oddCommands[h.rng.IntN(len(oddCommands))]
		if set := h.some(true); h.rng.IntN(2) == 0 && set != "" {
			o.text = fmt.Sprintf("UID STORE %s +FLAGS ($a)", set)
		}
		if strings.HasSuffix(o.text, "}") || strings.Contains(o.text, "UID BODY") {
			o.text = "NOOP"
		}
		h.tag++
		tag := h.name + strconv.Itoa(h.tag)
		tags, commands = append(tags, tag), append(commands, o.text)
		say.WriteString(tag + " " + o.text + "\r\n")
	}
	h.log = append(h.log, "C: "+say.String())
	h.conn.Write([]byte(say.String()))
	for i, tag := range tags {
		h.quiet = quietOnes.MatchString(commands[i])
		h.maxSeen, h.code = 0, 0
		line := h.line()
		for ; !strings.HasPrefix(line, tag+" "); line = h.line() {
			if !strings.HasPrefix(line, "* ") {
				h.fail("%q, waiting for %s", line, tag)
			}
			h.take(line)
		}
		h.take("* " + strings.TrimPrefix(line, tag+" "))
		h.settle()
	}
	h.quiet = false
	h.learn()
}

// FuzzCommands throws sessions together, of three clients on one account, out
// of commands that are valid and of others, with mails of any bytes. Each
// command gets its one tagged reply, with the right status, in the order of
// the commands; what a client is told of its mailbox is right at any time; and
// mails are stored byte for byte, and stay.
func FuzzCommands(f *testing.F) {
	rng := rand.NewChaCha8([32]byte{1})
	for n := range 12 {
		b := make([]byte, 40*n)
		rng.Read(b)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, throw []byte) {
		if len(throw) > 1<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			defer reportProtocol(t)
			start := time.Now()
			d := &dice{rest: throw}
			list := newHistories(t, 0, 3)
			kept := make(map[string]string)
			defer func() {
				for _, h := range list {
					h.conn.Close()
				}
			}()
			for len(d.rest) > 0 {
				h := list[int(d.Uint64()&0xff)%len(list)]
				h.rng = rand.New(d)
				switch n := h.rng.IntN(10); {
				case n < 4:
					h.step()
				case n < 7:
					h.odd(d)
				case n < 8:
					h.appendAny(d, kept)
				case n < 9:
					h.pipeline()
				default:
					h.untagged()
				}
			}
			for _, h := range list {
				h.check(h.srv)
			}
			checkKept(t, list[0].srv, kept)
			if d := time.Since(start); d != 0 {
				t.Errorf("the server hung for %v", d)
			}
		})
	})
}

// checkKept compares what is stored with what was appended: under its UID if
// that is still there, and of the rest only what histories put there.
func checkKept(t *testing.T, srv *Server, kept map[string]string) {
	t.Helper()
	raws := []string{"\r\nx", "x"}
	for _, raw := range kept {
		raws = append(raws, raw)
	}
	for _, name := range []string{"INBOX", "x"} {
		last := uint32(0)
		for _, e := range srv.Store.Account("alice@example.com").Mailbox(name).Snapshot().All() {
			raw := string(e.Msg.Raw)
			if want, ok := kept[fmt.Sprint(name, " ", e.UID)]; ok && raw != want {
				t.Errorf("%s, UID %d: %q, want %q", name, e.UID, raw, want)
			}
			if !slices.Contains(raws, raw) {
				t.Errorf("%s, UID %d: %q, which nobody has stored", name, e.UID, raw)
			}
			if e.UID <= last {
				t.Errorf("%s: UID %d after %d", name, e.UID, last)
			}
			last = e.UID
		}
	}
}
