package club_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/examples/club"
	"github.com/mailfakes/mailfakes/mailtest"
)

// newClub returns a club whose mail goes to a server in memory. The club's
// configuration is as in production: names, ports, TLS and a password.
func newClub(t *testing.T) (*club.Club, *mailtest.Server) {
	srv := mailtest.NewServer(t)
	srv.SMTP.RequireAuth = true
	srv.Account("bounces@club.example").Password = "open sesame"
	return club.New(club.Config{
		SMTP:     "smtp.club.example:587",
		IMAP:     "imap.club.example:993",
		Password: "open sesame",
		TLS:      srv.ClientTLS(),
		Dial:     srv.DialContext,
	}), srv
}

// join makes addr a member whose address is confirmed.
func join(t *testing.T, c *club.Club, srv *mailtest.Server, addr, name string) {
	t.Helper()
	if err := c.Join(t.Context(), addr, name); err != nil {
		t.Fatal(err)
	}
	if err := c.Confirm(srv.Account(addr).Next(t).Link(t, "/confirm")); err != nil {
		t.Fatal(err)
	}
}

func TestJoin(t *testing.T) {
	c, srv := newClub(t)
	alice := srv.Account("alice@example.com")
	if err := c.Join(t.Context(), "alice@example.com", "Alice & Zoë"); err != nil {
		t.Fatal(err)
	}

	msg := alice.Next(t)
	msg.Check(t, mailtest.Want{
		MailFrom: "bounces@club.example",
		From:     "The Club <hello@club.example>",
		To:       []string{"Alice & Zoë <alice@example.com>"},
		Subject:  "Welcome to the club, Alice & Zoë",
		Has:      []string{"Hello Alice & Zoë,", "Hello Alice &amp; Zoë,", "Confirm your address"},
		Header:   map[string]string{"List-Unsubscribe": ""}, // it is no bulk mail
	})
	msg.CheckLint(t, mailtest.Lint{}) // what spam filters and old clients mind
	link := msg.Link(t, "/confirm")
	if err := c.Confirm(link); err != nil {
		t.Errorf("Confirm: %v", err)
	}
	if err := c.Confirm(link); !errors.Is(err, club.ErrUnknown) {
		t.Errorf("Confirm again = %v, want %v", err, club.ErrUnknown)
	}
	srv.NoMore(t)
}

// Whatever goes wrong, Join says so, and nobody becomes a member.
func TestJoinFails(t *testing.T) {
	tests := []struct {
		name  string
		setup func(*mailtest.Server)
		want  string
	}{
		{"unknown address", func(s *mailtest.Server) { s.SMTP.RejectUnknown = true }, "5.1.1"},
		{"wrong password", func(s *mailtest.Server) { s.Account("bounces@club.example").Password = "changed" }, "535"},
		{"later", func(s *mailtest.Server) {
			s.SMTP.Inject(mailtest.Fault{On: "MAIL", Reply: "451 4.3.2 Come back later"})
		}, "Come back later"},
		{"refused after the text", func(s *mailtest.Server) {
			s.SMTP.Inject(mailtest.Fault{On: ".", Reply: "554 5.7.1 Looks like spam"})
		}, "spam"},
		{"connection lost", func(s *mailtest.Server) {
			s.SMTP.Inject(mailtest.Fault{On: "DATA", Hangup: true})
		}, "EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, srv := newClub(t)
			tt.setup(srv)
			err := c.Join(t.Context(), "alice@example.com", "Alice")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Join = %v, want an error with %q", err, tt.want)
			}
			if err := c.ForgotPassword(t.Context(), "alice@example.com"); err != nil {
				t.Error(err)
			}
			srv.NoMore(t) // no welcome, and no code for somebody who isn't a member
		})
	}
}

func TestResetPassword(t *testing.T) {
	tests := []struct {
		name string
		wait time.Duration
		typo bool
		want error
	}{
		{name: "at once"},
		{name: "in time", wait: 15 * time.Minute},
		{name: "too late", wait: 15*time.Minute + time.Second, want: club.ErrCode},
		{name: "wrong code", typo: true, want: club.ErrCode},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, srv := newClub(t)
				join(t, c, srv, "alice@example.com", "Alice")
				if err := c.ForgotPassword(t.Context(), "alice@example.com"); err != nil {
					t.Fatal(err)
				}
				code := srv.Account("alice@example.com").Next(t).Find(t, `\b\d{6}\b`)
				if tt.typo {
					code = "0" + code
				}
				time.Sleep(tt.wait)
				if err := c.ResetPassword("alice@example.com", code, "new"); !errors.Is(err, tt.want) {
					t.Errorf("ResetPassword = %v, want %v", err, tt.want)
				}
			})
		})
	}
}

func TestDigest(t *testing.T) {
	c, srv := newClub(t)
	join(t, c, srv, "alice@example.com", "Alice")
	join(t, c, srv, "bob@example.com", "Bob")
	if err := c.Join(t.Context(), "eve@example.com", "Eve"); err != nil { // never confirms
		t.Fatal(err)
	}
	srv.Account("eve@example.com").Next(t)

	minutes := club.File{Name: "Protokoll März.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7 ...")}
	table := club.File{Name: "scores.csv", Type: "text/csv", Data: []byte("name,score\nAlice,3\n")}
	if err := c.SendDigest(t.Context(), "March", minutes, table); err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"alice@example.com", "bob@example.com"} {
		msg := srv.Account(addr).Next(t)
		msg.CheckLint(t, mailtest.Lint{Bulk: true})
		msg.Check(t, mailtest.Want{
			RcptTo:  []string{addr}, // nobody sees the others
			Subject: "The club in March",
			Header: map[string]string{
				"List-Unsubscribe":      "<https://club.example/leave?m=" + strings.Replace(addr, "@", "%40", 1) + ">",
				"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			},
			Attachments: []mailtest.Attachment{
				{Name: minutes.Name, Type: minutes.Type, Data: minutes.Data},
				{Name: table.Name, Type: table.Type, Data: table.Data},
			},
		})
	}
	srv.NoMore(t)
}

// Bob's server greylists: his digest comes an hour later, in no time at all.
func TestDigestGreylisted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, srv := newClub(t)
		join(t, c, srv, "alice@example.com", "Alice")
		join(t, c, srv, "bob@example.com", "Bob")
		srv.SMTP.Inject(mailtest.Fault{On: "RCPT", Arg: "bob@", Nth: 1, Reply: "451 4.7.1 Greylisted"})
		srv.SMTP.Inject(mailtest.Fault{On: "RCPT", Arg: "bob@", Nth: 2, Reply: "451 4.7.1 Greylisted"})

		start := time.Now()
		if err := c.SendDigest(t.Context(), "April"); err != nil {
			t.Fatal(err)
		}
		if got, want := time.Since(start), time.Hour+5*time.Minute; got != want {
			t.Errorf("SendDigest took %v, want %v", got, want)
		}
		for _, addr := range []string{"alice@example.com", "bob@example.com"} {
			srv.Account(addr).Next(t).Check(t, mailtest.Want{Subject: "The club in April"})
		}
		srv.NoMore(t)
	})
}

// testdata/bounces has the INBOX of bounces@club.example: a report on Bob, one
// that mail to Alice is late, and a letter from a member.
func TestBounces(t *testing.T) {
	c, srv := newClub(t)
	join(t, c, srv, "alice@example.com", "Alice")
	join(t, c, srv, "bob@example.com", "Bob")
	if err := srv.Store.Seed(os.DirFS("testdata/bounces")); err != nil {
		t.Fatal(err)
	}
	if err := c.HandleBounces(t.Context()); err != nil {
		t.Fatal(err)
	}

	inbox := srv.Account("bounces@club.example").Mailbox("INBOX")
	left := inbox.Messages()
	if len(left) != 1 || left[0].Subject != "Where is my digest?" {
		t.Fatalf("INBOX = %v, want the letter alone", left)
	}
	if inbox.Entry(left[0]).Has(`\Seen`) {
		t.Error("the letter is marked as read")
	}
	if err := c.SendDigest(t.Context(), "May"); err != nil {
		t.Fatal(err)
	}
	srv.Account("alice@example.com").Next(t)
	srv.NoMore(t) // nothing for Bob
}
