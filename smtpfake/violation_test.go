package smtpfake_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// TestViolations has for each rule a client that breaks it, and next to it one
// that does nearly the same and is right.
func TestViolations(t *testing.T) {
	const (
		mail = "MAIL FROM:<alice@example.com>"
		rcpt = "RCPT TO:<bob@example.com>"
	)
	long := strings.Repeat("x", 506)
	plain := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00alice@example.com\x00correct horse"))
	needTLS := func(s *smtpfake.Server) { s.RequireTLS = true }
	noPipe := func(s *smtpfake.Server) { s.Disable = []string{"PIPELINING"} }
	refuse := func(on string) func(s *smtpfake.Server) {
		return func(s *smtpfake.Server) { s.Inject(wire.Fault{On: on, Reply: "451 4.3.0 Later"}) }
	}
	tests := []struct {
		name  string
		setup func(s *smtpfake.Server)
		say   []string // each is written at once, when the last is answered
		want  []string
	}{
		{"nothing wrong", nil, []string{"EHLO c", mail, rcpt, "DATA", "hi\r\n..x\r\n.", "QUIT"}, nil},
		{"scanner", nil, nil, nil},
		{"no QUIT", nil, []string{"EHLO c"}, []string{"no QUIT (RFC 5321 section 4.1.1.10)"}},
		{"no QUIT after 421", func(s *smtpfake.Server) { s.Inject(wire.Fault{On: "NOOP", Reply: "421 4.3.2 Bye"}) },
			[]string{"EHLO c", "NOOP"}, nil},
		{"before the greeting", nil, []string{"!EHLO c", "QUIT"}, []string{"talks before the greeting (RFC 5321 section 3.1)"}},
		{"bare LF", nil, []string{"EHLO c", "NOOP\n", "QUIT"}, []string{"bare LF (RFC 5321 section 2.3.8): NOOP"}},
		{"unknown command", nil, []string{"EHLO c", "FOO bar", "QUIT"},
			[]string{"unknown command (RFC 5321 section 4.2.4): FOO bar"}},
		{"syntax", nil, []string{"EHLO c", "MAIL FROM: <alice@example.com>", "QUIT"},
			[]string{"syntax (RFC 5321 section 4.1.2): MAIL FROM: <alice@example.com>"}},
		{"order", nil, []string{"EHLO c", "DATA", "QUIT"}, []string{"out of order (RFC 5321 section 4.1.4): DATA "}},
		{"parameter", nil, []string{"EHLO c", "MAIL FROM:<> FOO=1", "QUIT"},
			[]string{"unknown parameter (RFC 5321 section 4.1.1.11): MAIL FROM:<> FOO=1"}},
		{"not offered", nil, []string{"EHLO c", "ETRN x", "QUIT"}, []string{"not offered (RFC 5321 section 2.2.1): ETRN x"}},
		{"long command", nil, []string{"EHLO c", "NOOP " + long, "QUIT"},
			[]string{"line too long (RFC 5321 section 4.5.3.1.4): NOOP " + long[:75]}},
		{"long parameters", nil, []string{"EHLO c", mail, rcpt + " NOTIFY=NEVER ORCPT=rfc822;" + long[:450], "QUIT"}, nil},
		{"text", nil, []string{"EHLO c", mail, rcpt, "DATA", "a\nb\rc\r\n" + fmt.Sprintf("%0999d", 0) + "\r\n.", "QUIT"}, []string{
			"bare LF in the text (RFC 5321 section 2.3.8): line 1 of the text",
			"bare CR in the text (RFC 5321 section 2.3.8): line 2 of the text",
			"text line too long (RFC 5321 section 4.5.3.1.6): line 3 of the text",
		}},
		{"text of 998", nil, []string{"EHLO c", mail, rcpt, "DATA", fmt.Sprintf("%0998d\r\n.", 0), "QUIT"}, nil},
		{"secret in a line", nil, []string{"EHLO c", "MAIL FROM:<>", "AUTH PLAIN AAAA", "QUIT"},
			[]string{"out of order (RFC 5321 section 4.1.4): AUTH PLAIN ***"}},

		{"text before 354", nil, []string{"EHLO c", mail, rcpt, "DATA\r\nhi\r\n.", "QUIT"},
			[]string{"talks before it is asked (RFC 2920 section 3.1): the text"}},
		{"response before 334", nil, []string{"EHLO c", "AUTH LOGIN\r\nYWxpY2VAZXhhbXBsZS5jb20=", "Y29ycmVjdCBob3JzZQ==", "QUIT"},
			[]string{"talks before it is asked (RFC 2920 section 3.1): AUTH"}},
		{"response to 334", nil, []string{"EHLO c", "AUTH LOGIN", "YWxpY2VAZXhhbXBsZS5jb20=", "Y29ycmVjdCBob3JzZQ==", "QUIT"}, nil},

		{"pipelining not offered", noPipe, []string{"EHLO c", mail + "\r\n" + rcpt, "QUIT"}, []string{
			"out of order (RFC 5321 section 4.1.4): MAIL FROM:<alice@example.com>",
			"pipelining not offered (RFC 2920 section 3.1): RCPT TO:<bob@example.com>"}},
		{"pipelining after HELO", nil, []string{"HELO c", mail + "\r\n" + rcpt, "QUIT"},
			[]string{"pipelining not offered (RFC 2920 section 3.1): RCPT TO:<bob@example.com>"}},
		{"pipelining before EHLO", nil, []string{"EHLO c\r\n" + mail, "QUIT"},
			[]string{"pipelined after EHLO (RFC 2920 section 3.1): MAIL FROM:<alice@example.com>"}},
		{"pipelining", nil, []string{"EHLO c", mail + "\r\n" + rcpt + "\r\nDATA", "hi\r\n.\r\n" + mail + "\r\nRSET\r\nQUIT"}, nil},

		{"unstuffed dot", nil, []string{"EHLO c", mail, rcpt, "DATA", "hi\r\n.x\r\n.", "QUIT"},
			[]string{"unstuffed dot (RFC 5321 section 4.5.2): line 2 of the text"}},
		{"unstuffed dot alone", nil, []string{"EHLO c", mail, rcpt, "DATA", "hi\r\n.\r\nDear Bob\r\nbye\r\n.", "QUIT"},
			[]string{"unstuffed dot (RFC 5321 section 4.5.2): after the end of the text: DEAR"}},
		{"text after DATA was refused", refuse("DATA"), []string{"EHLO c", mail, rcpt, "DATA", "Subject: hi\r\n\r\nhi\r\n.", "QUIT"},
			[]string{"text though DATA was refused (RFC 5321 section 3.3): after the end of the text: SUBJECT:"}},
		{"RSET after DATA was refused", refuse("DATA"), []string{"EHLO c", mail, rcpt, "DATA", "RSET", "QUIT"}, nil},

		{"8-bit text", nil, []string{"EHLO c", mail, rcpt, "DATA", "Subject: a\r\n\r\ngrün\r\n.", "QUIT"},
			[]string{"8-bit text without BODY=8BITMIME (RFC 6152 section 3): line 3 of the text"}},
		{"8-bit text declared", nil, []string{"EHLO c", mail + " BODY=8BITMIME", rcpt, "DATA", "Subject: a\r\n\r\ngrün\r\n.", "QUIT"}, nil},
		{"8-bit header", nil, []string{"EHLO c", mail + " BODY=8BITMIME", rcpt, "DATA", "Subject: grün\r\n\r\n.", "QUIT"},
			[]string{"8-bit header without SMTPUTF8 (RFC 6532 section 3.1): line 1 of the text"}},
		{"8-bit header declared", nil, []string{"EHLO c", mail + " BODY=8BITMIME SMTPUTF8", rcpt, "DATA", "Subject: grün\r\n\r\n.", "QUIT"}, nil},

		{"MAIL ignored", refuse("MAIL"), []string{"EHLO c", mail, rcpt, "QUIT"},
			[]string{"reply ignored (RFC 5321 section 4.2): RCPT after 451 to MAIL"}},
		{"MAIL refused and pipelined", refuse("MAIL"), []string{"EHLO c", mail + "\r\n" + rcpt, "QUIT"},
			[]string{"out of order (RFC 5321 section 4.1.4): RCPT TO:<bob@example.com>"}},
		{"RCPT ignored", refuse("RCPT"), []string{"EHLO c", mail, rcpt, "DATA", "QUIT"},
			[]string{"reply ignored (RFC 5321 section 4.2): DATA after 451 to RCPT"}},
		{"one RCPT refused", func(s *smtpfake.Server) { s.Inject(wire.Fault{On: "RCPT", Nth: 2, Reply: "550 5.1.1 No"}) },
			[]string{"EHLO c", mail, rcpt, "RCPT TO:<carol@example.com>", "DATA", "hi\r\n.", "QUIT"}, nil},
		{"greeting ignored", func(s *smtpfake.Server) { s.Greeting = "554 Not here" }, []string{"EHLO c", "QUIT"},
			[]string{"reply ignored (RFC 5321 section 4.2): EHLO after 554 to CONNECT"}},
		{"HELO after EHLO was refused", refuse("EHLO"), []string{"EHLO c", "HELO c", mail, "QUIT"}, nil},

		{"STARTTLS", nil, []string{"25", "EHLO c", "STARTTLS", "TLS", "EHLO c", plain, mail, "QUIT"}, nil},
		{"no EHLO after STARTTLS", nil, []string{"25", "EHLO c", "STARTTLS", "TLS", mail, "QUIT"},
			[]string{"no EHLO after STARTTLS (RFC 3207 section 4.2): MAIL FROM:<alice@example.com>"}},
		{"AUTH in the clear", needTLS, []string{"25", "EHLO c", "AUTH CRAM-MD5", "QUIT"},
			[]string{"AUTH in the clear (RFC 4954 section 4): AUTH CRAM-MD5"}},
		{"AUTH in the clear where only the password must not", func(s *smtpfake.Server) { s.AuthTLSOnly = true },
			[]string{"EHLO c", "AUTH PLAIN", "QUIT"}, []string{"AUTH in the clear (RFC 4954 section 4): AUTH PLAIN"}},
		{"secret, TLS offered", nil, []string{"25", "EHLO c", plain, "QUIT"},
			[]string{"secret in the clear (RFC 4954 section 4): AUTH"}},
		{"secret in a response", nil, []string{"25", "EHLO c", "AUTH LOGIN", "YWxpY2VAZXhhbXBsZS5jb20=", "Y29ycmVjdCBob3JzZQ==", "QUIT"},
			[]string{"secret in the clear (RFC 4954 section 4): +"}},
		{"secret as it is", nil, []string{"25", "EHLO alice@example.com", "NOOP correct horse", "QUIT"},
			[]string{"secret in the clear (RFC 4954 section 4): NOOP"}},
		{"secret in the text", nil, []string{"25", "EHLO c", mail, rcpt, "DATA", "it is correct horse\r\n.", "QUIT"},
			[]string{"secret in the clear (RFC 4954 section 4): text"}},
		{"secret in the text in base64", nil, []string{"25", "EHLO c", mail, rcpt, "DATA",
			base64.StdEncoding.EncodeToString([]byte("it is correct horse!"))[:22] + "\r\n" +
				base64.StdEncoding.EncodeToString([]byte("it is correct horse!"))[22:] + "\r\n.", "QUIT"},
			[]string{"secret in the clear (RFC 4954 section 4): text"}},
		{"secret, no TLS to be had", nil, []string{"EHLO c", plain, "QUIT"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := smtpfake.NewServer(t)
				srv.Store.Account("alice@example.com").Password = "correct horse"
				if tt.setup != nil {
					tt.setup(srv)
				}
				testViolations(t, srv, tt.say, tt.want)
			})
		})
	}
}

func testViolations(t *testing.T, srv *smtpfake.Server, say, want []string) {
	dial := srv.Dial
	if len(say) > 0 && say[0] == "25" {
		dial = func(ctx context.Context) (net.Conn, error) { return srv.DialContext(ctx, "tcp", "mail.example.com:25") }
		say = say[1:]
	}
	nc, err := dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := &talker{t: t, nc: nc}
	for _, s := range say {
		client.say(s)
	}
	synctest.Wait()
	client.nc.Close()
	synctest.Wait()
	var got []string
	for _, v := range srv.Violations() {
		v.Conn = 0
		got = append(got, v.String()[len("connection 0: "):])
	}
	if !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

// A talker is a client that reads all that it is sent before it says more.
type talker struct {
	t  *testing.T
	nc net.Conn
}

// say says one thing when the last has been answered; "TLS" does the
// handshake, and what begins with "!" isn't waited for.
func (c *talker) say(s string) {
	s, rash := strings.CutPrefix(s, "!")
	if !rash {
		c.read()
	}
	if s == "TLS" {
		conf := wire.ClientTLS()
		conf.ServerName = "mail.example.com"
		tc := tls.Client(c.nc, conf)
		if err := tc.Handshake(); err != nil {
			c.t.Fatal(err)
		}
		c.nc = tc
		return
	}
	if !strings.HasSuffix(s, "\n") {
		s += "\r\n"
	}
	if _, err := io.WriteString(c.nc, s); err != nil {
		c.t.Fatal(err)
	}
}

// read reads all that has been sent.
func (c *talker) read() {
	synctest.Wait()
	c.nc.SetReadDeadline(time.Now().Add(time.Nanosecond))
	io.Copy(io.Discard, c.nc)
	c.nc.SetReadDeadline(time.Time{})
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
		r := bufio.NewReader(nc)
		for _, cmd := range []string{"FOO\r\n", "QUIT\r\n"} {
			if _, err := r.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			io.WriteString(nc, cmd)
		}
		io.Copy(io.Discard, r)
		nc.Close()
		srv.Close()
		var rec recordTB
		srv.Check(&rec)
		var want []string
		if strict {
			want = []string{"smtpfake: client's fault: connection 1: unknown command (RFC 5321 section 4.2.4): FOO "}
		}
		if !slices.Equal(rec.errs, want) {
			t.Errorf("Strict %v: %q, want %q", strict, rec.errs, want)
		}
	}
}
