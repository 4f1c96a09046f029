package smtpfake_test

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// TestViolations looks at what is told of clients.
func TestViolations(t *testing.T) {
	const hello = "EHLO c\r\n"
	const mail = hello + "MAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.com>\r\n"
	tests := []struct {
		name, send string
		want       []string
	}{
		{"nothing wrong", mail + "DATA\r\nhi\r\n.\r\nQUIT\r\n", nil},
		{"scanner", "", nil},
		{"no QUIT", hello, []string{"no QUIT (RFC 5321 section 4.1.1.10)"}},
		{"bare LF", hello + "NOOP\nQUIT\r\n", []string{"bare LF (RFC 5321 section 2.3.8): NOOP"}},
		{"unknown command", hello + "FOO bar\r\nQUIT\r\n",
			[]string{"unknown command (RFC 5321 section 4.2.4): FOO bar"}},
		{"syntax", hello + "MAIL FROM: <alice@example.com>\r\nQUIT\r\n",
			[]string{"syntax (RFC 5321 section 4.1.2): MAIL FROM: <alice@example.com>"}},
		{"order", hello + "DATA\r\nQUIT\r\n", []string{"out of order (RFC 5321 section 4.1.4): DATA "}},
		{"parameter", hello + "MAIL FROM:<> FOO=1\r\nQUIT\r\n",
			[]string{"unknown parameter (RFC 5321 section 4.1.1.11): MAIL FROM:<> FOO=1"}},
		{"not offered", hello + "ETRN x\r\nQUIT\r\n", []string{"not offered (RFC 5321 section 2.2.1): ETRN x"}},
		{"text", mail + "DATA\r\na\nb\rc\r\n" + fmt.Sprintf("%0999d", 0) + "\r\n.\r\nQUIT\r\n", []string{
			"bare LF in the text (RFC 5321 section 2.3.8): line 1 of the text",
			"bare CR in the text (RFC 5321 section 2.3.8): line 2 of the text",
			"text line too long (RFC 5321 section 4.5.3.1.6): line 3 of the text",
		}},
		{"secret", hello + "MAIL FROM:<>\r\nAUTH PLAIN AAAA\r\nQUIT\r\n",
			[]string{"out of order (RFC 5321 section 4.1.4): AUTH PLAIN ***"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testViolations(t, tt.send, tt.want) })
		})
	}
}

func testViolations(t *testing.T, send string, want []string) {
	srv := smtpfake.NewServer(t)
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Write([]byte(send)); err != nil {
		t.Fatal(err)
	}
	nc.(*wire.PipeConn).CloseWrite()
	synctest.Wait()
	nc.Close()
	var got []string
	for _, v := range srv.Violations() {
		v.Conn = 0
		got = append(got, v.String()[len("connection 0: "):])
	}
	if !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

// recordTB keeps what is reported.
type recordTB struct {
	testing.TB
	errs []string
}

func (t *recordTB) Helper() {}

func (t *recordTB) Errorf(format string, args ...any) {
	t.errs = append(t.errs, fmt.Sprintf(format, args...))
}

// TestStrict makes a violation fail the test, and only a Strict server.
func TestStrict(t *testing.T) {
	for _, strict := range []bool{false, true} {
		srv := smtpfake.New(nil)
		srv.Strict = strict
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(nc, "FOO\r\nQUIT\r\n")
		io.Copy(io.Discard, nc)
		nc.Close()
		srv.Close()
		var r recordTB
		srv.Check(&r)
		var want []string
		if strict {
			want = []string{"smtpfake: client's fault: connection 1: unknown command (RFC 5321 section 4.2.4): FOO "}
		}
		if !slices.Equal(r.errs, want) {
			t.Errorf("Strict %v: %q, want %q", strict, r.errs, want)
		}
	}
}
