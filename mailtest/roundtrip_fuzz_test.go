package mailtest_test

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
)

// FuzzRoundTrip sends any bytes in one of the ways in which mail comes in, and
// reads them in all ways out. They come as they were, but for what the
// protocols do themselves: a text of DATA ends in CRLF, unless it is empty, and
// so does one of RETR and TOP.
func FuzzRoundTrip(f *testing.F) {
	for how, s := range []string{
		"Subject: hi\r\n\r\nhello\r\n", ".\r\n..\r\n\r\n.\r\n.\n", "", "\r", "a\nb\n.\nc", "\x00\xff\r\n.\r\r\n",
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n.\r\n--b--", "\r\n\r\n\r\n", "{3}\r\n) \"\\",
		"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n",
	} {
		f.Add([]byte(s), uint8(how), uint8(7), uint16(3), uint16(5))
	}
	f.Fuzz(func(t *testing.T, raw []byte, how, size uint8, from, count uint16) {
		if len(raw) > 8<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			srv := mailtest.New()
			defer srv.Close()
			srv.SMTP.LMTP = how%2 == 1
			srv.IMAP.Caps = imapfake.Everything
			srv.Account("alice@example.com")
			way := waysIn[int(how/2)%len(waysIn)]
			want := way(t, srv, string(raw), int(size)+1)
			readIMAP(t, srv, want, int(from), int(count)+1)
			readPOP3(t, srv, want, int(count)%8)
			if d := time.Since(start); d != 0 {
				t.Errorf("it took %v", d)
			}
		})
	})
}

// waysIn put a message into the inbox, and return what it must be there.
var waysIn = []func(t *testing.T, srv *mailtest.Server, raw string, size int) string{byData, byBdat, byAppend}

// A traveller is a client's end of a session.
type traveller struct {
	t *testing.T
	w io.WriteCloser
	r *bufio.Reader
}

func newTraveller(t *testing.T, srv *mailtest.Server, port string) *traveller {
	nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
	check(t, err)
	return &traveller{t, nc, bufio.NewReader(nc)}
}

// say sends text, if there is any, and reads up to a line that begins with
// want. It returns what was read, with IMAP's literals.
func (k *traveller) say(text, want string) string {
	k.t.Helper()
	if text != "" {
		_, err := io.WriteString(k.w, text)
		check(k.t, err)
	}
	var all strings.Builder
	for {
		line, err := k.r.ReadString('\n')
		if err != nil {
			k.t.Fatalf("%q: %q, %v; want %q", text, all.String(), err, want)
		}
		all.WriteString(line)
		if strings.HasPrefix(line, want) {
			return all.String()
		}
	}
}

// beginMail begins a mail by SMTP or LMTP.
func beginMail(t *testing.T, srv *mailtest.Server, params string) *traveller {
	k := newTraveller(t, srv, "25")
	k.say("", "220 ")
	k.say(map[bool]string{false: "EHLO c\r\n", true: "LHLO c\r\n"}[srv.SMTP.LMTP], "250 ")
	k.say("MAIL FROM:<a@shop.example>"+params+"\r\n", "250 ")
	k.say("RCPT TO:<alice@example.com>\r\n", "250 ")
	return k
}

func byData(t *testing.T, srv *mailtest.Server, raw string, size int) string {
	k := beginMail(t, srv, "")
	defer k.w.Close()
	if raw != "" && !strings.HasSuffix(raw, "\r\n") {
		raw += "\r\n"
	}
	k.say("DATA\r\n", "354 ")
	text := []byte(strings.ReplaceAll("\r\n"+raw, "\r\n.", "\r\n..")[2:] + ".\r\n")
	for len(text) > size {
		_, err := k.w.Write(text[:size])
		check(t, err)
		text = text[size:]
	}
	k.say(string(text), "250 ")
	k.say("QUIT\r\n", "221 ")
	return raw
}

func byBdat(t *testing.T, srv *mailtest.Server, raw string, size int) string {
	k := beginMail(t, srv, " BODY=BINARYMIME")
	defer k.w.Close()
	rest := raw
	for len(rest) > size {
		k.say(fmt.Sprintf("BDAT %d\r\n%s", size, rest[:size]), "250 ")
		rest = rest[size:]
	}
	k.say(fmt.Sprintf("BDAT %d LAST\r\n%s", len(rest), rest), "250 ")
	return raw
}

func byAppend(t *testing.T, srv *mailtest.Server, raw string, size int) string {
	if raw == "" {
		raw = "x" // APPEND has no form for an empty message
	}
	k := newTraveller(t, srv, "143")
	defer k.w.Close()
	k.say("a LOGIN alice@example.com secret\r\n", "a OK")
	k.say(fmt.Sprintf("b APPEND INBOX ~{%d}\r\n", len(raw)), "+ ")
	k.say(raw+"\r\n", "b OK")
	return raw
}

// readIMAP fetches the message in all ways that give bytes.
func readIMAP(t *testing.T, srv *mailtest.Server, want string, from, count int) {
	t.Helper()
	k := newTraveller(t, srv, "143")
	defer k.w.Close()
	k.say("a LOGIN alice@example.com secret\r\n", "a OK")
	k.say("b SELECT INBOX\r\n", "b OK")
	piece := want[min(from, len(want)):min(from+count, len(want))]
	for item, want := range map[string]string{
		"RFC822.SIZE":   fmt.Sprint(len(want)),
		"BINARY.SIZE[]": fmt.Sprint(len(want)),
		"BODY.PEEK[]":   want, "BINARY.PEEK[]": want, "RFC822": want,
		fmt.Sprintf("BODY.PEEK[]<%d.%d>", from, count):   piece,
		fmt.Sprintf("BINARY.PEEK[]<%d.%d>", from, count): piece,
	} {
		if got := k.fetch(item); got != want {
			t.Errorf("%s is %q, want %q", item, got, want)
		}
	}
	if both := k.fetch("BODY.PEEK[HEADER]") + k.fetch("BODY.PEEK[TEXT]"); both != want {
		t.Errorf("HEADER and TEXT are %q, want %q", both, want)
	}
	k.say("c LOGOUT\r\n", "c OK")
}

// fetch returns the value of an item of message 1.
func (k *traveller) fetch(item string) string {
	k.t.Helper()
	_, err := io.WriteString(k.w, "f FETCH 1 "+item+"\r\n")
	check(k.t, err)
	line, err := k.r.ReadString('\n')
	check(k.t, err)
	var n int
	value := ""
	if i := strings.LastIndexByte(line, '{'); i >= 0 {
		_, err = fmt.Sscanf(line[i:], "{%d}\r\n", &n)
		check(k.t, err)
		buf := make([]byte, n)
		_, err = io.ReadFull(k.r, buf)
		check(k.t, err)
		value = string(buf)
	} else {
		value = strings.TrimSuffix(line[strings.LastIndexByte(line, ' ')+1:], ")\r\n")
		value = strings.ReplaceAll(value, `""`, "")
	}
	k.say("", "f OK")
	return value
}

// readPOP3 retrieves the message, and the begin of it.
func readPOP3(t *testing.T, srv *mailtest.Server, want string, lines int) {
	t.Helper()
	k := newTraveller(t, srv, "110")
	defer k.w.Close()
	k.say("USER alice@example.com\r\n", "+OK send")
	k.say("PASS secret\r\n", "+OK")
	if got, want := k.say("LIST 1\r\n", "+OK"), fmt.Sprintf("+OK 1 %d\r\n", len(want)); got != want {
		t.Errorf("LIST: %q, want %q", got, want)
	}
	if want != "" && !strings.HasSuffix(want, "\r\n") {
		want += "\r\n"
	}
	if got := k.text("RETR 1\r\n"); got != want {
		t.Errorf("RETR: %q, want %q", got, want)
	}
	top := k.text(fmt.Sprintf("TOP 1 %d\r\n", lines))
	if !strings.HasPrefix(want, top) && !strings.HasPrefix(want, strings.TrimSuffix(top, "\r\n")) {
		t.Errorf("TOP: %q is not the begin of %q", top, want)
	}
	if got := k.text("TOP 1 99999\r\n"); got != want {
		t.Errorf("TOP of all lines: %q, want %q", got, want)
	}
	k.say("QUIT\r\n", "+OK")
}

// text returns a multi-line response without its stuffing.
func (k *traveller) text(command string) string {
	k.t.Helper()
	k.say(command, "+OK")
	var text strings.Builder
	for line := ""; ; line = "" {
		for !strings.HasSuffix(line, "\r\n") {
			more, err := k.r.ReadString('\n')
			if err != nil {
				k.t.Fatalf("%s%s: %v", command, text.String(), err)
			}
			line += more
		}
		if line == ".\r\n" {
			return text.String()
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
}
