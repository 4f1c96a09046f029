package pop3fake_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// program returns a program's path, or skips t. Only curl is quick enough to
// run each time.
func program(t *testing.T, name string) string {
	t.Helper()
	if name != "curl" && os.Getenv("MAILTEST_PROGRAMS") == "" {
		t.Skipf("%s runs only where MAILTEST_PROGRAMS is set, as .ci/run interop does", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// bareCurl are arguments for curl that keep a ~/.curlrc and a proxy in the
// environment out.
var bareCurl = []string{"-q", "--noproxy", "*"}

// run runs a program and returns its output.
func run(t *testing.T, path string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(path), args, err, out)
	}
	return string(out)
}

// caFile returns a file with the test CA's certificate.
func caFile(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, wire.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPoplib runs testdata/session.py, which does a session with Python's
// poplib.
func TestPoplib(t *testing.T) {
	t.Attr("client", "poplib: each of its methods, in the clear, STLS and TLS")
	python := program(t, "python3")
	for _, mode := range []string{"plain", "stls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mails[0], mails[2])
			addr := map[string]func() string{"plain": s.Addr, "stls": s.StartTLSAddr, "tls": s.TLSAddr}[mode]()
			host, port, _ := net.SplitHostPort(addr)
			out := run(t, python, "testdata/session.py", mode, host, port, caFile(t))
			if want := "done\n"; out != want {
				t.Errorf("session.py says %q, want %q\n%s", out, want, s.Transcript())
			}
			if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != 1 {
				t.Errorf("%d messages are left, want 1", n)
			}
		})
	}
}

// TestPoplibExtensions runs testdata/extensions.py: apop and utf8.
func TestPoplibExtensions(t *testing.T) {
	t.Attr("client", "poplib: APOP, UTF8")
	python := program(t, "python3")
	s := newServer(t, mails[0], "Subject: grüße\r\n\r\n")
	s.Caps = pop3fake.Everything
	s.Store.Account("jürgen@example.com").Password = "paßwort"
	host, port, _ := net.SplitHostPort(s.Addr())
	if out := run(t, python, "testdata/extensions.py", host, port); out != "done\n" {
		t.Errorf("extensions.py says %q\n%s", out, s.Transcript())
	}
}

// TestCurlLogin logs in with curl by each way that curl has.
func TestCurlLogin(t *testing.T) {
	t.Attr("client", "curl: POP3 with USER, APOP, PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER")
	curl := program(t, "curl")
	tests := []struct {
		name string
		args []string
		want string // in the transcript
	}{
		{"USER", []string{"-u", "alice@example.com:secret"}, "C: PASS ***"},
		{"APOP", []string{"--login-options", "AUTH=+APOP", "-u", "alice@example.com:secret"}, "C: APOP alice@example.com ***"},
		{"PLAIN", []string{"--login-options", "AUTH=PLAIN", "-u", "alice@example.com:secret"}, "C: AUTH PLAIN\n"},
		{"PLAIN, initial response", []string{"--sasl-ir", "--login-options", "AUTH=PLAIN", "-u", "alice@example.com:secret"}, "C: AUTH PLAIN ***"},
		{"LOGIN", []string{"--login-options", "AUTH=LOGIN", "-u", "alice@example.com:secret"}, "C: AUTH LOGIN"},
		{"CRAM-MD5", []string{"--login-options", "AUTH=CRAM-MD5", "-u", "alice@example.com:secret"}, "C: AUTH CRAM-MD5"},
		{"best", []string{"-u", "alice@example.com:secret"}, "C: AUTH CRAM-MD5"},
		{"XOAUTH2", []string{"--oauth2-bearer", "token", "-u", "alice@example.com:"}, "C: AUTH XOAUTH2"},
		{"OAUTHBEARER", []string{"--oauth2-bearer", "token", "-u", "alice@example.com:"}, "C: AUTH OAUTHBEARER"},
		{"bad XOAUTH2", []string{"--oauth2-bearer", "x", "-u", "alice@example.com:"}, "S: + eyJzdGF0dXMiOiI0MDEi"},
		{"bad OAUTHBEARER", []string{"--oauth2-bearer", "x", "-u", "alice@example.com:"}, "-ERR [AUTH]"},
		{"bad APOP", []string{"--login-options", "AUTH=+APOP", "-u", "alice@example.com:x"}, "-ERR [AUTH]"},
	}
	ca := caFile(t)
	for _, tt := range tests {
		for _, mode := range []string{"plain", "stls"} {
			t.Run(tt.name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				s := newServer(t, mails...)
				s.Caps = pop3fake.Everything
				alice(s).Tokens = []string{"token"}
				if tt.name == "USER" { // curl takes it if there is nothing else
					s.Caps = "CAPA, USER, STLS"
				}
				if strings.HasSuffix(tt.name, "XOAUTH2") {
					s.Mechanisms = []string{"XOAUTH2"}
				}
				args := slices.Concat(bareCurl, []string{"-sS", "--cacert", ca}, tt.args)
				if mode == "stls" {
					args = append(args, "--ssl-reqd", "pop3://"+s.StartTLSAddr()+"/")
				} else {
					args = append(args, "pop3://"+s.Addr()+"/")
				}
				if strings.HasPrefix(tt.name, "bad") {
					runError(t, curl, args...)
				} else if got := run(t, curl, args...); got != listing(1, 2, 3) {
					t.Errorf("LIST = %q", got)
				}
				if got := s.Transcript().String(); !strings.Contains(got, tt.want) || strings.Contains(got, "secret") {
					t.Errorf("the transcript hasn't %q\n%s", tt.want, got)
				}
			})
		}
	}
}

// runError runs a program that must fail.
func runError(t *testing.T, path string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if out, err := exec.CommandContext(ctx, path, args...).CombinedOutput(); err == nil {
		t.Errorf("%s %q doesn't fail: %s", filepath.Base(path), args, out)
	}
}

// TestCurl lists, retrieves and deletes with curl, in all TLS modes.
func TestCurl(t *testing.T) {
	t.Attr("client", "curl: POP3 LIST, UIDL, RETR, DELE in the clear, STLS and TLS")
	curl := program(t, "curl")
	for _, mode := range []string{"plain", "stls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mails...)
			args := append(bareCurl, "-sS", "--cacert", caFile(t), "-u", "alice@example.com:secret")
			url := "pop3://" + s.Addr()
			switch mode {
			case "stls":
				args, url = append(args, "--ssl-reqd"), "pop3://"+s.StartTLSAddr()
			case "tls":
				url = "pop3s://" + s.TLSAddr()
			}
			if got, want := run(t, curl, append(args, url+"/")...), listing(1, 2, 3); got != want {
				t.Errorf("LIST = %q, want %q", got, want)
			}
			for i, m := range mails {
				got := run(t, curl, append(args, fmt.Sprintf("%s/%d", url, i+1))...)
				if got != withCRLF(m) && got != m {
					t.Errorf("RETR %d = %q, want %q", i+1, got, m)
				}
			}
			if got := run(t, curl, append(args, "-X", "UIDL", url+"/")...); strings.Count(got, "\r\n") != 3 {
				t.Errorf("UIDL = %q", got)
			}
			run(t, curl, append(args, "-I", "-X", "DELE 2", url+"/")...)
			if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != 2 {
				t.Errorf("%d messages are left, want 2", n)
			}
		})
	}
}
