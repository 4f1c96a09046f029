package mailtest_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest"
)

var update = flag.Bool("update", false, "write the golden files")

// failures are tests that fail, each in a way of its own. They run in a
// process of their own; what they print is testdata/failures.txt.
var failures = []struct {
	name string
	run  func(t *testing.T, srv *mailtest.Server)
}{
	{"no connection", func(t *testing.T, srv *mailtest.Server) {
		srv.Account("bob@example.com").Next(t)
	}},
	{"no mail", func(t *testing.T, srv *mailtest.Server) {
		talk(t, srv, "220").Close()
		srv.Account("bob@example.com").Next(t)
	}},
	{"mail for another", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		srv.Account("bob@example.com").Next(t)
	}},
	{"mail for many others", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome", "dora@example.com", "alice@example.com", "carol@example.com", "eve@example.com", "frank@example.com")
		srv.Account("bob@example.com").Next(t)
	}},
	{"all read", func(t *testing.T, srv *mailtest.Server) {
		for range 3 {
			sendPlain(t, srv, "Welcome", "bob@example.com")
		}
		for range 4 {
			srv.Account("bob@example.com").Next(t)
		}
	}},
	{"none fits", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Bob", "bob@example.com")
		sendPlain(t, srv, "Your receipt", "bob@example.com")
		srv.Account("bob@example.com").NextFunc(t, func(m *mailtest.Message) bool {
			return strings.Contains(m.Subject, "password")
		})
	}},
	{"none as wanted", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Your receipt", "bob@example.com")
		sendPlain(t, srv, "Your code is 1234", "bob@example.com")
		srv.Account("bob@example.com").NextMatch(t, mailtest.Want{Subject: "Your code", Text: "Hello.\n"})
	}},
	{"one connection of several", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		sendPlain(t, srv, "Welcome, Bob", "Bob@example.com")
		srv.Account("bob@example.com").Next(t)
		srv.Account("bob@example.com").Next(t)
	}},
	{"more mail", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		srv.Account("alice@example.com").Next(t)
		srv.Account("alice@example.com").NoMore(t)
	}},
	{"more mail for several, failing twice", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome", "alice@example.com", "bob@example.com")
		sendPlain(t, srv, "Welcome", "carol@example.com")
		srv.NoMore(t)
		srv.Store.NextMatch(t, mailtest.Want{RcptTo: []string{"dora@example.com"}})
	}},
	{"no mail on a connection", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome", "alice@example.com")
		srv.Store.NextFunc(t, func(m *mailtest.Message) bool { return m.Via.Conn == 2 })
	}},
	{"open transaction", func(t *testing.T, srv *mailtest.Server) {
		nc := talk(t, srv, "220", "HELO client.example", "250", "MAIL FROM:<app@shop.example>", "250")
		defer nc.Close()
		srv.NoMore(t)
	}},
	{"unexpected content", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		srv.Next(t).Check(t, mailtest.Want{MailFrom: "bounces@shop.example", Subject: "Welcome, Bob"})
	}},
	{"server without mail", func(t *testing.T, srv *mailtest.Server) {
		srv.Next(t)
	}},
	{"server all read", func(t *testing.T, srv *mailtest.Server) {
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
		srv.Next(t)
		srv.Next(t)
	}},
	{"refused", func(t *testing.T, srv *mailtest.Server) {
		srv.SMTP.Inject(mailtest.Fault{On: "RCPT", Reply: "550 5.1.1 No such user"})
		talk(t, srv, "220", "HELO client.example", "250", "MAIL FROM:<app@shop.example>", "250", "RCPT TO:<bob@example.com>", "550").Close()
		srv.Account("bob@example.com").Next(t)
	}},
	{"fault that never struck", func(t *testing.T, srv *mailtest.Server) {
		srv.IMAP.Inject(mailtest.Fault{On: "NOOP", Reply: "NO Later"})
		sendPlain(t, srv, "Welcome, Alice", "alice@example.com")
	}},
	{"shared server", func(t *testing.T, _ *mailtest.Server) {
		shared := mailtest.New()
		t.Cleanup(shared.Close)
		sendPlain(t, shared, "Welcome, Alice", "alice@example.com")
		user := shared.NewAccount(t)
		sendPlain(t, shared, "Welcome, Bob", user.Addr)
		user.Next(t).Check(t, mailtest.Want{Subject: "Welcome, Alice"})
	}},
	{"a year in a bubble", func(t *testing.T, _ *mailtest.Server) {
		synctest.Test(t, func(t *testing.T) {
			mailtest.NewServer(t).Account("bob@example.com").Next(t)
		})
	}},
}

// TestFailure is the other process: here it does nothing.
func TestFailure(t *testing.T) {
	if os.Getenv("MAILTEST_FAILURES") == "" {
		return
	}
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			srv := mailtest.NewServer(t)
			srv.Store.Timeout = 10 * time.Millisecond
			f.run(t, srv)
		})
	}
}

// TestFailureReports compares what failing tests print with the golden file.
func TestFailureReports(t *testing.T) {
	got := runFailures(t)
	const golden = "testdata/failures.txt"
	if *update {
		check(t, os.WriteFile(golden, got, 0o666))
	}
	want, err := os.ReadFile(golden)
	check(t, err)
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got), -update writes it:\n%s", golden, d)
	}
}

func runFailures(t *testing.T, args ...string) []byte {
	t.Helper()
	args = append([]string{"-test.run=^TestFailure$"}, args...)
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "MAILTEST_FAILURES=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("the failing tests passed:\n%s", out)
	}
	return normalise(t, out)
}

var (
	position = regexp.MustCompile(`(failures_test\.go):(\d+):`)
	ownLine  = regexp.MustCompile(`\b(server|account)\.go:\d+:`)
	took     = regexp.MustCompile(` \(\d+\.\d+s\)`)
	reply    = regexp.MustCompile(`(S: \d\d\d[ -]).*`)
)

// normalise replaces a line number by the text of the line, so that the golden
// file shows that the user's line is named, and drops what changes.
func normalise(t *testing.T, out []byte) []byte {
	src, err := os.ReadFile("failures_test.go")
	check(t, err)
	lines := strings.Split(string(src), "\n")
	out = position.ReplaceAllFunc(out, func(p []byte) []byte {
		m := position.FindSubmatch(p)
		n, _ := strconv.Atoi(string(m[2]))
		return []byte(string(m[1]) + "[" + strings.TrimSpace(lines[n-1]) + "]:")
	})
	out = ownLine.ReplaceAll(out, []byte("$1.go:N:"))
	out = reply.ReplaceAll(out, []byte("$1..."))
	return took.ReplaceAll(out, nil)
}

// A test's own directory must not be in a golden file.
func TestNormalised(t *testing.T) {
	text, err := os.ReadFile("testdata/failures.txt")
	check(t, err)
	wd, err := filepath.Abs(".")
	check(t, err)
	if bytes.Contains(text, []byte(wd)) || bytes.Contains(text, []byte("127.0.0.1:")) {
		t.Error("the golden file has a path or a port")
	}
}
