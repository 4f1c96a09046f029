package pop3fake_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// TestDialContext dials by port, in memory.
func TestDialContext(t *testing.T) {
	s := newServer(t, mails...)
	tests := []struct{ addr, want string }{
		{"pop.example.com:110", ""},
		{"pop.example.com:pop3", ""},
		{"pop.example.com:995", ""},
		{"pop.example.com:pop3s", ""},
		{"[::1]:110", ""},
		{"pop.example.com:25", "known are 110 (STLS offered) and 995 (TLS)"},
		{"pop.example.com", "missing port"},
	}
	for _, tt := range tests {
		nc, err := s.DialContext(t.Context(), "tcp", tt.addr)
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v, want %q", tt.addr, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.addr, err)
			continue
		}
		c := newClient(t, nc)
		if strings.HasSuffix(tt.addr, "995") || strings.HasSuffix(tt.addr, "pop3s") {
			c = startTLS(t, c)
		}
		c.reads("+OK")
		c.login()
		c.do("QUIT", "+OK")
	}
}

// TestLoopback does a login at each address.
func TestLoopback(t *testing.T) {
	s := newServer(t, mails...)
	for i, addr := range []string{s.Addr(), s.StartTLSAddr(), s.TLSAddr()} {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, nc)
		if i == 2 {
			c = startTLS(t, c)
		}
		c.reads("+OK")
		if got := hasLine(c.multi("CAPA"), "STLS"); got != (i == 1) {
			t.Errorf("address %d: STLS is %v", i, got)
		}
		c.login()
		c.do("QUIT", "+OK")
		c.ends()
	}
}

// TestFields has a server whose fields are all set.
func TestFields(t *testing.T) {
	s := &pop3fake.Server{Greeting: "hello", Caps: "USER, CAPA, APOP", Hostname: "pop.example.com"}
	defer s.Close()
	if got, want := greeting(t, s), "+OK hello <1.946684800@pop.example.com>"; got != want {
		t.Errorf("greeting %q, want %q", got, want)
	}
	s.Greeting = "changed"
	if got := greeting(t, s); !strings.Contains(got, "hello") {
		t.Errorf("the greeting changed after first use: %q", got)
	}
	alice(s) // the zero Server has made its store
	login(t, s).do("STAT", "+OK 0 0")
}

// TestClose closes servers at work, that were never used, and twice.
func TestClose(t *testing.T) {
	s := newServer(t, mails...)
	c := login(t, s)
	c.do("DELE 1", "+OK")
	s.Close()
	s.Close()
	c.ends()
	checkAllThere(t, s)
	if _, err := s.Dial(t.Context()); err == nil {
		t.Error("Dial works after Close")
	}
	unused := pop3fake.New(nil)
	unused.Close()
	unused.Close()
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for timeout, want := range map[time.Duration]time.Duration{
			0: 10 * time.Minute, time.Second: time.Second, -1: 1000 * time.Hour,
		} {
			s := pop3fake.NewServer(t)
			s.Timeout = timeout
			c := dial(t, s)
			start := time.Now()
			c.nc.SetReadDeadline(start.Add(1000 * time.Hour))
			c.r.ReadByte()
			if got := time.Since(start); got != want {
				t.Errorf("Timeout %v: ended after %v", timeout, got)
			}
		}
	})
}

// TestCaps has what each set lists before and after login.
func TestCaps(t *testing.T) {
	tests := []struct {
		caps          pop3fake.Caps
		before, after string
	}{
		{"", "TOP,UIDL,RESP-CODES,AUTH-RESP-CODE,PIPELINING,USER,SASL PLAIN", "TOP,UIDL,RESP-CODES,AUTH-RESP-CODE,PIPELINING"},
		{pop3fake.Gmail, "USER,RESP-CODES,EXPIRE 0,LOGIN-DELAY 300,TOP,UIDL,X-GOOGLE-RICO,SASL PLAIN XOAUTH2 OAUTHBEARER",
			"RESP-CODES,EXPIRE 0,LOGIN-DELAY 300,TOP,UIDL,X-GOOGLE-RICO"},
		{pop3fake.ExchangeOnline, "TOP,UIDL,SASL PLAIN XOAUTH2,USER", "TOP,UIDL"},
		{pop3fake.Dovecot, "CAPA,TOP,UIDL,RESP-CODES,PIPELINING,AUTH-RESP-CODE,USER,SASL PLAIN", "CAPA,TOP,UIDL,RESP-CODES,PIPELINING,AUTH-RESP-CODE"},
		{pop3fake.Cyrus, "SASL PLAIN,EXPIRE NEVER,LOGIN-DELAY 0,TOP,UIDL,PIPELINING,RESP-CODES,AUTH-RESP-CODE,USER",
			"EXPIRE NEVER,LOGIN-DELAY 0,TOP,UIDL,PIPELINING,RESP-CODES,AUTH-RESP-CODE,IMPLEMENTATION Cyrus POP3 server"},
		{pop3fake.Everything, "EXPIRE NEVER,UTF8 USER,LANG,TOP,UIDL,RESP-CODES,AUTH-RESP-CODE,PIPELINING,USER,SASL PLAIN",
			"EXPIRE NEVER,UTF8 USER,LANG,IMPLEMENTATION mailfakes,TOP,UIDL,RESP-CODES,AUTH-RESP-CODE,PIPELINING"},
		{"capa, user, !TOP, X-FOO bar", "USER,TOP,X-FOO bar", "TOP,X-FOO bar"},
	}
	for _, tt := range tests {
		s := newServer(t, mails...)
		s.Caps = tt.caps
		if tt.caps == "" || tt.caps == pop3fake.Everything {
			s.Mechanisms = []string{"PLAIN"}
		}
		c := dial(t, s)
		list := func() string {
			return strings.ReplaceAll(strings.TrimSuffix(c.multi("CAPA"), "\r\n"), "\r\n", ",")
		}
		if got := list(); got != tt.before {
			t.Errorf("%s: CAPA\n got %s\nwant %s", tt.caps, got, tt.before)
		}
		c.login()
		if got := list(); got != tt.after {
			t.Errorf("%s: CAPA after login\n got %s\nwant %s", tt.caps, got, tt.after)
		}
	}
}

// TestCapsOff: what isn't offered isn't served.
func TestCapsOff(t *testing.T) {
	s := newServer(t, mails...)
	s.Caps = pop3fake.Bare
	c := dialPort(t, s, "110")
	c.reads("+OK")
	for _, l := range []string{"CAPA", "AUTH", "AUTH PLAIN", "APOP x y", "STLS", "UTF8", "LANG"} {
		c.do(l, "-ERR unknown command")
	}
	c.login()
	for _, l := range []string{"TOP 1 0", "UIDL", "LANG"} {
		c.do(l, "-ERR unknown command")
	}
	c.multi("RETR 1")

	s = newServer(t)
	s.Caps = "CAPA, SASL"
	c = dial(t, s)
	c.do("USER alice@example.com", "-ERR unknown command")
	c.do("PASS secret", "-ERR unknown command")
	c.do("AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "+OK")

	s = newServer(t)
	s.Mechanisms = []string{}
	c = dial(t, s)
	if caps := c.multi("CAPA"); hasLine(caps, "SASL") || c.multi("AUTH") != "" {
		t.Errorf("without mechanisms CAPA is %q", caps)
	}
	c.do("AUTH PLAIN", "-ERR")
}

// TestMisuse: each mistake is told at its first use.
func TestMisuse(t *testing.T) {
	tests := []struct {
		name string
		do   func(s *pop3fake.Server)
		want string
	}{
		{"empty word", func(s *pop3fake.Server) { s.Caps = "TOP,,UIDL"; s.Addr() }, `Caps "TOP,,UIDL"`},
		{"line end", func(s *pop3fake.Server) { s.Caps = "TOP\n"; s.Caps += ",X\ny"; s.Addr() }, "US-ASCII"},
		{"delay", func(s *pop3fake.Server) { s.Caps = "LOGIN-DELAY soon"; s.Addr() }, "number of seconds"},
		{"step", func(s *pop3fake.Server) { s.Inject(wire.Fault{On: "RCPT", Reply: "-ERR"}) }, "RCPT"},
		{"state", func(s *pop3fake.Server) { s.Inject(wire.Fault{State: "selected", Hangup: true}) }, "selected"},
		{"reply", func(s *pop3fake.Server) { s.Inject(wire.Fault{On: "RETR", Reply: "550 no"}) }, "doesn't read like"},
		{"no dot", func(s *pop3fake.Server) { s.Inject(wire.Fault{On: "LIST", Reply: "+OK\n1 120"}) }, "isn't a dot"},
		{"continuation", func(s *pop3fake.Server) { s.Inject(wire.Fault{On: "RETR", Reply: "+ more"}) }, "doesn't read like"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := pop3fake.New(nil)
			defer func() {
				if r := fmt.Sprint(recover()); !strings.HasPrefix(r, "pop3fake: ") || !strings.Contains(r, tt.want) {
					t.Errorf("panic %q, want %q", r, tt.want)
				}
			}()
			tt.do(s)
		})
	}
	s := pop3fake.New(nil)
	for _, f := range []wire.Fault{
		{On: "list", Reply: "+OK\n1 120\n."}, {On: "CAPA", Reply: "+OK\n."}, {On: "+", Reply: "+ AAAA"},
		{On: "STAT", Reply: "+OK"}, {State: "Transaction", Reply: "-ERR"},
	} {
		f.Optional = true
		s.Inject(f)
	}
	s.Close()
}

func TestViolations(t *testing.T) {
	s := pop3fake.New(nil)
	defer s.Close()
	alice(s)
	s.Strict = true
	s.Caps = "CAPA, USER"
	c := dial(t, s)
	for _, l := range []string{"HELO", "STAT", "USER", "USER \xff", strings.Repeat("x", 300)} {
		c.do(l, "-ERR")
	}
	c.say("CAPA\n")
	c.reads("-ERR")
	c.say("NOOP\r\nNOOP\r\n")
	c.reads("-ERR")
	c.reads("-ERR")
	c.nc.(interface{ CloseWrite() error }).CloseWrite()
	c.ends()
	var got []string
	for _, v := range s.Violations() {
		got = append(got, v.Rule)
	}
	want := "unknown command, wrong state, wrong arguments, bad characters, line too long, bare LF, pipelines, " +
		"wrong state, wrong state, no QUIT"
	if strings.Join(got, ", ") != want {
		t.Errorf("violations\n got %s\nwant %s", strings.Join(got, ", "), want)
	}
	if v := s.Violations()[0]; v.Text != "HELO" || v.RFC == "" || v.Conn != 1 {
		t.Errorf("violation %v", v)
	}
}

// TestLoginViolations: for each rule about logins a client that breaks it, and
// one that does nearly the same and is right.
func TestLoginViolations(t *testing.T) {
	tests := []struct {
		name, port string
		setup      func(s *pop3fake.Server)
		say        []string
		want       []string
	}{
		{"right", "110", nil, []string{"CAPA", "QUIT"}, nil},
		{"scanner", "110", nil, nil, nil},
		{"no QUIT", "110", nil, []string{"CAPA"}, []string{"no QUIT (RFC 1939 section 6)"}},
		{"login ignored", "", nil, []string{"USER alice@example.com", "PASS wrong", "STAT", "QUIT"},
			[]string{"reply ignored (RFC 1939 section 4): STAT after -ERR to PASS"}},
		{"login tried again", "", nil, []string{"USER alice@example.com", "PASS wrong", "USER alice@example.com",
			"PASS secret", "STAT", "QUIT"}, nil},
		{"login refused and pipelined", "", nil, []string{"USER alice@example.com\r\nPASS wrong\r\nSTAT", "QUIT"},
			[]string{"wrong state (RFC 1939 section 3): STAT"}},
		{"USER ignored", "", func(s *pop3fake.Server) { s.Inject(wire.Fault{On: "USER", Reply: "-ERR no"}) },
			[]string{"USER alice@example.com", "PASS secret", "QUIT"},
			[]string{"reply ignored (RFC 1939 section 4): PASS after -ERR to USER"}},
		{"password refused in the clear", "", func(s *pop3fake.Server) { s.AuthTLSOnly = true },
			[]string{"USER alice@example.com", "QUIT"}, []string{"password in the clear (RFC 8314 section 3): USER"}},
		{"secret, TLS offered", "110", nil, []string{"USER alice@example.com", "PASS secret", "QUIT"},
			[]string{"secret in the clear (RFC 2595 section 4): PASS"}},
		{"response before the challenge", "", nil, []string{"AUTH PLAIN\r\nAGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "QUIT"},
			[]string{"talks before it is asked (RFC 5034 section 4): AUTH"}},
		{"before the greeting", "", nil, []string{"!CAPA", "QUIT"}, []string{"talks before the greeting (RFC 1939 section 4)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, mails...)
				if tt.setup != nil {
					tt.setup(s)
				}
				sayAll(t, s, tt.port, tt.say)
				var got []string
				for _, v := range s.Violations() {
					got = append(got, strings.TrimPrefix(v.String(), "connection 1: "))
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("violations %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// sayAll says each line when the one before is answered, but for those that
// begin with "!".
func sayAll(t *testing.T, s *pop3fake.Server, port string, lines []string) {
	dial := s.Dial
	if port != "" {
		dial = func(ctx context.Context) (net.Conn, error) {
			return s.DialContext(ctx, "tcp", "mail.example.com:"+port)
		}
	}
	nc, err := dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		l, rash := strings.CutPrefix(l, "!")
		if !rash {
			synctest.Wait()
			nc.SetReadDeadline(time.Now().Add(time.Nanosecond))
			io.Copy(io.Discard, nc)
		}
		if _, err := io.WriteString(nc, l+"\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
	nc.Close()
	synctest.Wait()
}

// TestNoViolations: clients that keep to the RFCs.
func TestNoViolations(t *testing.T) {
	s := newServer(t, mails...)
	s.Strict = true
	whole := dial(t, s)
	whole.say(wholeSession)
	io.Copy(io.Discard, whole.nc)
	c := dialPort(t, s, "110")
	c.reads("+OK")
	c.do("STLS", "+OK")
	c = startTLS(t, c)
	c.do("AUTH PLAIN", "+ ")
	c.do("AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "+OK")
	c.do("QUIT", "+OK")
	c.ends()
}

func TestLenient(t *testing.T) {
	s := newServer(t, mails...)
	alice(s).Password = " se  cret"
	s.Lenient = true
	c := dial(t, s)
	for _, l := range []string{"CAPA \r\n", "USER alice@example.com \r\n"} {
		c.say(l)
		c.reads("+OK")
		if strings.HasPrefix(l, "CAPA") {
			c.text()
		}
	}
	c.say("PASS  se  cret\n")
	c.reads("+OK")
	c.say(" LIST  1 \n")
	c.reads("+OK 1 ")
	c.say("LIST é\n")
	c.reads("-ERR message number")
}

// TestTLSCases: what clients meet that ask for TLS, by STLS and from the start.
func TestTLSCases(t *testing.T) {
	for _, tc := range []wire.TLSCase{
		wire.Valid, wire.Expired, wire.WrongHost, wire.SelfSigned, wire.UnknownCA, wire.MissingIntermediate,
		wire.ClientCertRequired, wire.PlaintextInstead,
	} {
		for _, port := range []string{"110", "995"} {
			t.Run(string(tc)+"/"+port, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(t, mails...)
					s.TLS = tc
					c := dialPort(t, s, port)
					if port == "110" {
						c.reads("+OK")
						c.do("STLS", "+OK")
					}
					conf := wire.ClientTLS()
					conf.ServerName = "mail.example.com"
					tc2 := tls.Client(c.nc, conf)
					err := tc2.HandshakeContext(t.Context())
					if err == nil && port == "110" {
						_, err = fmt.Fprint(tc2, "CAPA\r\n")
					}
					if err == nil {
						_, err = tc2.Read(make([]byte, 1))
					}
					if (err == nil) != (tc == wire.Valid) {
						t.Errorf("handshake: %v", err)
					}
				})
			})
		}
	}
}

// TestExternal logs in by a client certificate.
func TestExternal(t *testing.T) {
	s := newServer(t, mails...)
	s.TLS = wire.ClientCertOptional
	s.Mechanisms = []string{"PLAIN", "EXTERNAL"}
	for _, user := range []string{"", "alice@example.com", "mallory@example.com"} {
		nc, err := s.DialContext(t.Context(), "tcp", "mail.example.com:995")
		if err != nil {
			t.Fatal(err)
		}
		conf := wire.ClientTLS()
		conf.ServerName = "mail.example.com"
		if user != "" {
			conf.Certificates = []tls.Certificate{wire.ClientCert(user)}
		}
		c := newClient(t, tls.Client(nc, conf))
		c.reads("+OK")
		want := map[string]string{"": "-ERR mechanism", "alice@example.com": "+OK", "mallory@example.com": "-ERR [AUTH]"}[user]
		if got := hasLine(c.multi("CAPA"), "SASL PLAIN EXTERNAL"); got != (user != "") {
			t.Errorf("%q: EXTERNAL is offered: %v", user, got)
		}
		c.do("AUTH EXTERNAL =", want)
	}
}

// TestHold holds a QUIT while mail is delivered.
func TestHold(t *testing.T) {
	s := newServer(t, mails...)
	h := s.Hold(wire.Fault{On: "QUIT", User: "alice@example.com", State: "transaction"})
	c := login(t, s)
	c.do("DELE 1", "+OK")
	c.say("QUIT\r\n")
	h.Reached(t)
	checkAllThere(t, s)
	addMail(s, "Subject: late\r\n\r\n")
	h.Release()
	c.reads("+OK")
	if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != len(mails) {
		t.Errorf("%d messages", n)
	}
}

// TestPieces sends replies byte by byte.
func TestPieces(t *testing.T) {
	s := newServer(t, mails...)
	s.PieceSize = 1
	c := login(t, s)
	if got := c.multi("RETR 1"); got != mails[0] {
		t.Errorf("RETR = %q", got)
	}
}

// TestSharedStore: two servers on one store share the lock.
func TestSharedStore(t *testing.T) {
	st := new(mailstore.Store)
	a, b := pop3fake.New(st), pop3fake.New(st)
	defer a.Close()
	defer b.Close()
	alice(a)
	login(t, a)
	c := dial(t, b)
	c.do("USER alice@example.com", "+OK")
	c.do("PASS secret", "-ERR [IN-USE]")
}
