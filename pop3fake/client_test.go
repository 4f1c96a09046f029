package pop3fake_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	gopop3 "github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// dialFunc makes a function go-pop3's Dialer.
type dialFunc func() (net.Conn, error)

func (f dialFunc) Dial(network, addr string) (net.Conn, error) { return f() }

// TestGoPop3 does a session with knadh/go-pop3, in memory and on loopback.
func TestGoPop3(t *testing.T) {
	tests := []struct {
		name string
		opt  func(s *pop3fake.Server) gopop3.Opt
	}{
		{"memory", func(s *pop3fake.Server) gopop3.Opt {
			return gopop3.Opt{Dialer: dialFunc(func() (net.Conn, error) { return s.Dial(t.Context()) })}
		}},
		{"port 110", func(s *pop3fake.Server) gopop3.Opt {
			return gopop3.Opt{Dialer: dialFunc(func() (net.Conn, error) {
				return s.DialContext(t.Context(), "tcp", "pop.example.com:110")
			})}
		}},
		{"port 995", func(s *pop3fake.Server) gopop3.Opt {
			return gopop3.Opt{TLSEnabled: true, TLSSkipVerify: true, Dialer: dialFunc(func() (net.Conn, error) {
				return s.DialContext(t.Context(), "tcp", "pop.example.com:995")
			})}
		}},
		{"loopback", func(s *pop3fake.Server) gopop3.Opt { return optAddr(t, s.Addr()) }},
		{"loopback TLS", func(s *pop3fake.Server) gopop3.Opt {
			opt := optAddr(t, s.TLSAddr())
			opt.TLSEnabled, opt.TLSSkipVerify = true, true
			return opt
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, mails...)
			goPop3Session(t, gopop3.New(tt.opt(s)))
		})
	}
}

func optAddr(t *testing.T, addr string) gopop3.Opt {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return gopop3.Opt{Host: host, Port: n}
}

func goPop3Session(t *testing.T, client *gopop3.Client) {
	c, err := client.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Auth("alice@example.com", "secret"); err != nil {
		t.Fatal(err)
	}
	count, size, err := c.Stat()
	if count != 3 || size != octets() || err != nil {
		t.Errorf("Stat = %d, %d, %v", count, size, err)
	}
	list, err := c.List(0)
	if len(list) != 3 || list[2].Size != len(mails[2]) || err != nil {
		t.Errorf("List = %v, %v", list, err)
	}
	uids, err := c.Uidl(0)
	if len(uids) != 3 || uids[0].UID == "" || err != nil {
		t.Errorf("Uidl = %v, %v", uids, err)
	}
	raw, err := c.RetrRaw(1)
	if err != nil || raw.String() != mails[0] {
		t.Errorf("RetrRaw = %q, %v", raw, err)
	}
	m, err := c.Top(1, 0)
	if err != nil || m.Header.Get("Subject") != "one" {
		t.Errorf("Top = %v, %v", m, err)
	}
	if err := c.Dele(1, 2); err != nil {
		t.Error(err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	if c, err = client.NewConn(); err != nil {
		t.Fatal(err)
	}
	if err := c.Auth("alice@example.com", "secret"); err != nil {
		t.Fatal(err)
	}
	if count, _, err := c.Stat(); count != 1 || err != nil {
		t.Errorf("Stat after deletion = %d, %v", count, err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

// program returns a program's path, or skips t.
func program(t *testing.T, name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

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

// TestCurl lists, retrieves and deletes with curl, in all TLS modes.
func TestCurl(t *testing.T) {
	curl := program(t, "curl")
	for _, mode := range []string{"plain", "stls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mails...)
			args := []string{"-sS", "--cacert", caFile(t), "-u", "alice@example.com:secret"}
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
