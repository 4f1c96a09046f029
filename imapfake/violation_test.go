package imapfake

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// TestViolations has for each rule a client that breaks it, and next to it one
// that does nearly the same and is right.
func TestViolations(t *testing.T) {
	const login = "a LOGIN alice@example.com secret"
	refuse := func(on string) func(s *Server) {
		return func(s *Server) { s.Inject(wire.Fault{On: on, Reply: "NO [UNAVAILABLE] Later"}) }
	}
	tlsOnly := func(s *Server) { s.AuthTLSOnly = true }
	tests := []struct {
		name  string
		setup func(s *Server)
		say   []string // each is written at once, when the last is answered; see sayAll
		want  []string
	}{
		{"right", nil, []string{login, "b SELECT INBOX", "c FETCH 1:* UID", "d LOGOUT"}, nil},
		{"scanner", nil, nil, nil},
		{"no LOGOUT", nil, []string{login}, []string{"no LOGOUT (RFC 3501 section 3.4)"}},
		{"no LOGOUT after BYE", func(s *Server) { s.Inject(wire.Fault{On: "NOOP", Raw: []byte("* BYE bye\r\n")}) },
			[]string{"a NOOP"}, nil},
		{"bare LF", nil, []string{"a NOOP\n", "b LOGOUT"}, []string{
			"bare LF (RFC 3501 section 2.2): NOOP", "malformed command (RFC 3501 section 9): a NOOP"}},
		{"malformed", nil, []string{"a NOOP x", "b LOGOUT"}, []string{"malformed command (RFC 3501 section 9): a NOOP x"}},
		{"long line", nil, []string{login, "b SELECT INBOX", "c SEARCH" + strings.Repeat(" SEEN", 1700), "d LOGOUT"},
			[]string{"line too long (RFC 7162 section 4): SEARCH"}},

		{"literal before it is asked", nil, []string{"a LOGIN {17}\r\nalice@example.com secret", "b LOGOUT"},
			[]string{"talks before it is asked (RFC 3501 section 7.5): literal"}},
		{"literal", nil, []string{"a LOGIN {17}", "alice@example.com secret", "b LOGOUT"}, nil},
		{"literal without waiting", nil, []string{"a LOGIN {17+}\r\nalice@example.com secret", "b LOGOUT"}, nil},
		{"response before it is asked", nil, []string{"a AUTHENTICATE PLAIN\r\nAGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "b LOGOUT"},
			[]string{"talks before it is asked (RFC 3501 section 7.5): AUTH"}},
		{"DONE before it is asked", nil, []string{login, "b IDLE\r\nDONE", "c LOGOUT"},
			[]string{"talks before it is asked (RFC 3501 section 7.5): DONE"}},

		{"LOGIN is disabled", tlsOnly, []string{login, "b LOGOUT"}, []string{
			"secret in the clear (RFC 3501 section 11.2): LOGIN",
			"LOGIN though it is disabled (RFC 3501 section 6.2.3): a LOGIN alice@example.com ***"}},
		{"password in the clear", tlsOnly, []string{"a AUTHENTICATE PLAIN", "b LOGOUT"},
			[]string{"password in the clear (RFC 8314 section 3): a AUTHENTICATE PLAIN"}},
		{"secret, TLS offered", nil, []string{"143", login, "b LOGOUT"},
			[]string{"secret in the clear (RFC 3501 section 11.2): LOGIN"}},
		{"secret in a literal, TLS offered", nil, []string{"143", "a LOGIN alice@example.com {6}", "secret", "b LOGOUT"},
			[]string{"secret in the clear (RFC 3501 section 11.2): LOGIN"}},
		{"secret in base64, TLS offered", nil, []string{"143", "a AUTHENTICATE PLAIN", "AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "b LOGOUT"},
			[]string{"secret in the clear (RFC 3501 section 11.2): +"}},

		{"LOGIN ignored", refuse("LOGIN"), []string{login, "b SELECT INBOX", "c LOGOUT"},
			[]string{"reply ignored (RFC 3501 section 2.2.2): b SELECT INBOX"}},
		{"SELECT ignored", refuse("SELECT"), []string{login, "b SELECT INBOX", "c FETCH 1 UID", "d LOGOUT"},
			[]string{"reply ignored (RFC 3501 section 2.2.2): c FETCH 1 UID"}},
		{"SELECT refused and pipelined", refuse("SELECT"), []string{login, "b SELECT INBOX\r\nc FETCH 1 UID", "d LOGOUT"},
			[]string{"command that is not valid now (RFC 3501 section 3): c FETCH 1 UID"}},
		{"LOGIN tried again", nil, []string{"a LOGIN alice@example.com wrong", login, "b SELECT INBOX", "c LOGOUT"}, nil},

		{"IDLE for 29 minutes", nil, []string{login, "b IDLE", "~29m", "DONE", "c LOGOUT"}, nil},
		{"IDLE for longer", nil, []string{login, "b IDLE", "~40m", "DONE", "c LOGOUT"},
			[]string{"IDLE for more than 29 minutes (RFC 2177 section 3): 40m0s"}},
		{"command during IDLE", nil, []string{login, "b IDLE", "c NOOP", "d LOGOUT"},
			[]string{"command during IDLE (RFC 2177 section 3): c NOOP"}},

		{"numbers after an expunge", nil, []string{login, "b SELECT INBOX", "x1", "c NOOP", "d FETCH 1:2 UID", "e LOGOUT"}, nil},
		{"numbers pipelined across an expunge", nil, []string{login, "b SELECT INBOX", "x1", "c NOOP\r\nd FETCH 1 UID", "e LOGOUT"},
			[]string{"sequence number across an expunge (RFC 3501 section 5.5): d FETCH 1 UID"}},
		{"UIDs pipelined across an expunge", nil, []string{login, "b SELECT INBOX", "x1", "c NOOP\r\nd UID FETCH 2 UID", "e LOGOUT"}, nil},
		{"old numbers after an expunge", nil, []string{login, "b SELECT INBOX", "x1", "c NOOP", "d FETCH 3 UID", "e LOGOUT"},
			[]string{"sequence number across an expunge (RFC 3501 section 7.4.1): d FETCH 3 UID"}},

		{"UIDs of an old UIDVALIDITY", nil, []string{login, "b SELECT INBOX", "c UNSELECT", "v", "d SELECT INBOX", "e UID FETCH 3:* UID", "f LOGOUT"},
			[]string{"UID across a UIDVALIDITY change (RFC 3501 section 2.3.1.1): e UID FETCH 3:* UID"}},
		{"UIDs asked for anew", nil, []string{login, "b SELECT INBOX", "c UNSELECT", "v", "d SELECT INBOX", "e UID SEARCH ALL",
			"f UID FETCH 3 UID", "g LOGOUT"}, nil},
		{"UIDs of the same UIDVALIDITY", nil, []string{login, "b SELECT INBOX", "c UNSELECT", "d SELECT INBOX", "e UID FETCH 3:* UID", "f LOGOUT"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := NewServer(t)
				box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
				for range 3 {
					box.Add("Subject: a\n\nhi\n")
				}
				if tt.setup != nil {
					tt.setup(srv)
				}
				sayAll(t, srv, tt.say)
				var got []string
				for _, v := range srv.Violations() {
					got = append(got, strings.TrimPrefix(v.String(), "connection 1: "))
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("violations %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// sayAll says one thing after the other, when the one before is answered, but
// for what begins with "!". "143" offers TLS, "~" waits, "x1" expunges the
// first message and "v" changes UIDVALIDITY.
func sayAll(t *testing.T, srv *Server, say []string) {
	dial := srv.Dial
	if len(say) > 0 && say[0] == "143" {
		dial = func(ctx context.Context) (net.Conn, error) {
			return srv.DialContext(ctx, "tcp", "mail.example.com:143")
		}
		say = say[1:]
	}
	nc, err := dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	for _, s := range say {
		s, rash := strings.CutPrefix(s, "!")
		if !rash {
			synctest.Wait()
			nc.SetReadDeadline(time.Now().Add(time.Nanosecond))
			io.Copy(io.Discard, nc)
		}
		switch {
		case s[0] == '~':
			d, _ := time.ParseDuration(s[1:])
			time.Sleep(d - time.Nanosecond)
			continue
		case s == "x1":
			box.Expunge([]uint32{1})
			continue
		case s == "v":
			box.SetUIDValidity(99)
			continue
		case !strings.HasSuffix(s, "\n"):
			s += "\r\n"
		}
		if _, err := io.WriteString(nc, s); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
	nc.Close()
	synctest.Wait()
}
