package smtpfake_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/smtpfake"
)

// submit sends a mail from alice to the recipients and returns the error in
// short, by its step.
func submit(t *testing.T, srv *smtpfake.Server, from string, to ...string) string {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(nc, "mail.example.com")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Quit()
	if err := c.Mail(from); err != nil {
		return "MAIL: " + replyText(err)
	}
	for _, addr := range to {
		if err := c.Rcpt(addr); err != nil {
			return "RCPT: " + replyText(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return "DATA: " + replyText(err)
	}
	w.Write([]byte("Subject: hi\r\n\r\nhello\r\n"))
	if err := w.Close(); err != nil {
		return "text: " + replyText(err)
	}
	return ""
}

// replyText returns the server's reply that a client has got.
func replyText(err error) string {
	var e *textproto.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%d %s", e.Code, e.Msg)
	}
	return err.Error()
}

func TestRules(t *testing.T) {
	tests := []struct {
		name string
		rule smtpfake.Rule
		from string
		to   string
		want string
	}{
		{"no such user", smtpfake.Rule{RcptTo: "bob@example.com", Reply: "550 5.1.1 No such user"},
			"alice@example.com", "BOB@example.com", "RCPT: 550 5.1.1 No such user"},
		{"another user", smtpfake.Rule{RcptTo: "bob@example.com", Reply: "550 5.1.1 No such user"},
			"alice@example.com", "carol@example.com", ""},
		{"domain", smtpfake.Rule{RcptTo: "@other.example"},
			"alice@example.com", "bob@Other.example", "RCPT: 550 5.7.1 Refused"},
		{"subdomain", smtpfake.Rule{RcptTo: "@other.example"},
			"alice@example.com", "bob@sub.other.example", ""},
		{"sender", smtpfake.Rule{MailFrom: "@spam.example", Reply: "554 5.7.1 Go away"},
			"x@spam.example", "bob@example.com", "MAIL: 554 5.7.1 Go away"},
		{"null sender", smtpfake.Rule{MailFrom: "<>", Reply: "550 5.7.1 No bounces"},
			"", "bob@example.com", "MAIL: 550 5.7.1 No bounces"},
		{"not the null sender", smtpfake.Rule{MailFrom: "<>"},
			"alice@example.com", "bob@example.com", ""},
		{"everybody", smtpfake.Rule{Reply: "421 4.3.2 Closing"},
			"alice@example.com", "bob@example.com", "MAIL: 421 4.3.2 Closing"},
		{"sender and recipient", smtpfake.Rule{MailFrom: "alice@example.com", RcptTo: "bob@example.com"},
			"alice@example.com", "bob@example.com", "RCPT: 550 5.7.1 Refused"},
		{"another sender", smtpfake.Rule{MailFrom: "carol@example.com", RcptTo: "bob@example.com"},
			"alice@example.com", "bob@example.com", ""},
		{"after the text", smtpfake.Rule{RcptTo: "bob@example.com", AfterText: true, Reply: "554 5.6.0 Spam"},
			"alice@example.com", "bob@example.com", "text: 554 5.6.0 Spam"},
		{"sender after the text", smtpfake.Rule{MailFrom: "alice@example.com", AfterText: true, Reply: "451 4.3.0 Later"},
			"alice@example.com", "bob@example.com", "text: 451 4.3.0 Later"},
		{"first counts", smtpfake.Rule{RcptTo: "bob@example.com", Reply: "250 2.1.5 Welcome"},
			"alice@example.com", "bob@example.com", ""},
		{"two lines", smtpfake.Rule{Reply: "550-5.7.1 No\n550 5.7.1 and never"},
			"alice@example.com", "bob@example.com", "MAIL: 550 5.7.1 No\n5.7.1 and never"},
		{"accepts", smtpfake.Rule{RcptTo: "bob@example.com", Reply: "252 2.1.5 Perhaps"},
			"alice@example.com", "bob@example.com", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := smtpfake.NewServer(t)
			srv.Rules = []smtpfake.Rule{tt.rule}
			if got := submit(t, srv, tt.from, tt.to); got != tt.want {
				t.Errorf("error %q, want %q", got, tt.want)
			}
			if n := len(messages(srv)); (n == 1) != (tt.want == "") {
				t.Errorf("%d messages are stored", n)
			}
		})
	}
}

// TestGreylist tries again on the clock of a bubble.
func TestGreylist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := smtpfake.NewServer(t)
		srv.Rules = []smtpfake.Rule{{RcptTo: "@example.com", Greylist: 5 * time.Minute}}
		const grey = "RCPT: 451 4.7.1 Greylisted, try again in 5m0s"
		try := func(from, to, want string) {
			t.Helper()
			if got := submit(t, srv, from, to); got != want {
				t.Errorf("after %v: error %q, want %q", time.Now(), got, want)
			}
		}
		try("alice@example.com", "bob@example.com", grey)
		try("alice@example.com", "bob@other.example", "")
		time.Sleep(5*time.Minute - time.Second)
		try("alice@example.com", "bob@example.com", grey)
		try("carol@example.com", "bob@example.com", grey)
		time.Sleep(time.Second)
		try("Alice@example.com", "bob@example.com", "")
		try("carol@example.com", "bob@example.com", grey)
		time.Sleep(24 * time.Hour)
		try("alice@example.com", "bob@example.com", "")
	})
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := smtpfake.NewServer(t)
		srv.Rules = []smtpfake.Rule{
			{MailFrom: "alice@example.com", Limit: 2, Per: time.Hour, Reply: "450 4.7.1 Slow down"},
			{RcptTo: "rare@example.com", Limit: 1},
		}
		try := func(from, to, want string) {
			t.Helper()
			if got := submit(t, srv, from, to); got != want {
				t.Errorf("at %v: error %q, want %q", time.Now(), got, want)
			}
		}
		try("alice@example.com", "bob@example.com", "")
		time.Sleep(30 * time.Minute)
		try("alice@example.com", "bob@example.com", "")
		try("alice@example.com", "bob@example.com", "MAIL: 450 4.7.1 Slow down")
		try("carol@example.com", "bob@example.com", "")
		time.Sleep(30 * time.Minute)
		try("alice@example.com", "bob@example.com", "")
		try("alice@example.com", "bob@example.com", "MAIL: 450 4.7.1 Slow down")
		try("carol@example.com", "rare@example.com", "")
		try("carol@example.com", "rare@example.com", "RCPT: 451 4.7.1 Too many messages, try again later")
	})
}

// TestLimitTogether: connections that were let in at MAIL together share the
// limit at the end of the text.
func TestLimitTogether(t *testing.T) {
	srv := smtpfake.NewServer(t)
	srv.Rules = []smtpfake.Rule{{Limit: 2, Reply: "450 4.7.1 Slow down"}}
	srv.Store.Account("full@example.com").Quota.Messages = 1
	srv.Store.Account("full@example.com").Mailbox("INBOX").Add("Subject: full\n\n")
	var clients []*smtp.Client
	for _, to := range []string{"full@example.com", "bob@example.com", "bob@example.com", "bob@example.com"} {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := smtp.NewClient(nc, "mail.example.com")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := errors.Join(c.Mail("alice@example.com"), c.Rcpt(to)); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	for i, want := range []string{"552 5.2.2 Mailbox full", "", "", "450 4.7.1 Slow down"} {
		w, err := clients[i].Data()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := w.Close(); err != nil {
			got = replyText(err)
		}
		if got != want {
			t.Errorf("client %d: %q, want %q", i+1, got, want)
		}
	}
}

// TestLimitLMTP: what is refused for all recipients, or for the one that a rule
// limits, isn't let through.
func TestLimitLMTP(t *testing.T) {
	x := newScript(t)
	x.srv.LMTP = true
	x.srv.Rules = []smtpfake.Rule{
		{RcptTo: "gone@example.com", AfterText: true}, {Limit: 1}, {RcptTo: "gone@example.com", Limit: 1},
	}
	x.hello("")
	for _, to := range [][]string{{"gone"}, {"gone", "bob"}, {"gone"}} {
		say := func(line, want string) {
			x.send(line)
			x.expect(want)
		}
		if to[0] == "gone" && len(messages(x.srv)) == 1 {
			say("MAIL FROM:<alice@example.com>\r\n", "451 4.7.1 ...")
			break
		}
		say("MAIL FROM:<alice@example.com>\r\n", "250 ...")
		for _, name := range to {
			say("RCPT TO:<"+name+"@example.com>\r\n", "250 ...")
		}
		say("DATA\r\n", "354 ...")
		say("hi\r\n.\r\n", "550 5.7.1 Refused")
		if len(to) > 1 {
			x.expect("250 2.1.5 ...")
		}
	}
}

func TestBadRules(t *testing.T) {
	for _, reply := range []string{"No", "550", "55 x", "354 go on", "550 a\rb", "550-a\nb"} {
		t.Run(reply, func(t *testing.T) {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "smtpfake: Rule.Reply ") {
					t.Errorf("panic %q", r)
				}
			}()
			srv := smtpfake.New(nil)
			srv.Rules = []smtpfake.Rule{{Reply: reply}}
			srv.Addr()
		})
	}
}

func TestBadBounce(t *testing.T) {
	defer func() {
		if r, _ := recover().(string); r != "smtpfake: Rule.Reply 250 2.0.0 Ok: a Bounce tells of 4xx or 5xx" {
			t.Errorf("panic %q", r)
		}
	}()
	srv := smtpfake.New(nil)
	srv.Rules = []smtpfake.Rule{{Bounce: true, Reply: "250 2.0.0 Ok"}}
	srv.Addr()
}

func TestBadDisable(t *testing.T) {
	defer func() {
		r, _ := recover().(string)
		if want := `smtpfake: Disable has "ETRN", which is not offered: offered are PIPELINING,`; !strings.HasPrefix(r, want) {
			t.Errorf("panic %q, want %q", r, want)
		}
	}()
	srv := smtpfake.New(nil)
	srv.Disable = []string{"ETRN"}
	srv.Addr()
}
