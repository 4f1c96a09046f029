package pop3fake_test

import (
	"net"
	"strconv"
	"testing"

	gopop3 "github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/pop3fake"
)

// dialFunc makes a function go-pop3's Dialer.
type dialFunc func() (net.Conn, error)

func (f dialFunc) Dial(network, addr string) (net.Conn, error) { return f() }

// TestGoPop3 does a session with knadh/go-pop3, in memory and on loopback.
func TestGoPop3(t *testing.T) {
	t.Attr("client", "go-pop3: STAT, LIST, UIDL, RETR, TOP, DELE; in memory and on loopback, in the clear and TLS")
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
