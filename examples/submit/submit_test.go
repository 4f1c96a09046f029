package main

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

const text = "From: alice@example.com\r\nSubject: hi\r\n\r\nhello\r\n"

const bob, carol = "bob@example.com", "carol@example.com"

// sendings are what can go wrong.
var sendings = []struct {
	name  string
	setup func(srv *mailtest.Server)
	port  int
	want  string        // error
	after time.Duration // how long it took
	got   []string      // who has got the mail
}{
	{name: "STARTTLS", port: 587, got: []string{bob, carol}},
	{name: "TLS", port: 465, got: []string{bob, carol}},
	{
		name: "wrong password", port: 587,
		setup: func(srv *mailtest.Server) { srv.Account("alice@example.com").Password = "other" },
		want:  `log in: 535 "5.7.8 Authentication credentials invalid"`,
	},
	{
		name: "login not possible at first", port: 587,
		setup: inject(mailtest.Fault{On: "AUTH", Nth: 1, Reply: "454 4.7.0 Temporary authentication failure"}),
		after: time.Minute, got: []string{bob, carol},
	},
	{
		name: "STARTTLS taken away", port: 587,
		setup: func(srv *mailtest.Server) { srv.SMTP.Disable = []string{"STARTTLS"} },
		want:  ErrNoTLS.Error(),
	},
	{
		name: "untrusted certificate", port: 587,
		setup: func(srv *mailtest.Server) { srv.SMTP.TLS = wire.UnknownCA },
		want:  "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	},
	{
		name: "greylisted", port: 587,
		setup: rules(smtpfake.Rule{Greylist: 2 * time.Minute}),
		after: 3 * time.Minute, got: []string{bob, carol},
	},
	{
		name: "one recipient greylisted", port: 587,
		setup: rules(smtpfake.Rule{RcptTo: carol, Greylist: 2 * time.Minute}),
		after: 3 * time.Minute, got: []string{bob, carol},
	},
	{
		name: "one recipient unknown", port: 465,
		setup: rules(smtpfake.Rule{RcptTo: bob, Reply: "550 5.1.1 No such user"}),
		want:  `refused for bob@example.com: 550 "5.1.1 No such user"`, got: []string{carol},
	},
	{
		name: "no recipient known", port: 587,
		setup: func(srv *mailtest.Server) { srv.SMTP.RejectUnknown = true },
		want:  `refused for bob@example.com, carol@example.com: 550 "5.1.1 No such user: <bob@example.com>"`,
	},
	{
		name: "too many recipients at once", port: 587,
		setup: func(srv *mailtest.Server) { srv.SMTP.MaxRecipients = 1 },
		after: time.Minute, got: []string{bob, carol},
	},
	{
		name: "too big", port: 587,
		setup: func(srv *mailtest.Server) { srv.SMTP.MaxMessageBytes = 10 },
		want:  fmt.Sprintf(`552 "the message has %d bytes, the server takes 10"`, len(text)),
	},
	{
		name: "sender not allowed", port: 587,
		setup: rules(smtpfake.Rule{MailFrom: "alice@example.com", Reply: "550 5.7.60 Not allowed to send as this sender"}),
		want:  `550 "5.7.60 Not allowed to send as this sender"`,
	},
	{
		name: "refused after the text", port: 587,
		setup: rules(smtpfake.Rule{AfterText: true, Reply: "554 5.6.0 Not wanted"}),
		want:  `554 "5.6.0 Not wanted"`,
	},
	{
		name: "server closing", port: 587,
		setup: inject(mailtest.Fault{On: "MAIL", Nth: 1, Reply: "421 4.3.2 Closing", Hangup: true}),
		after: time.Minute, got: []string{bob, carol},
	},
	{
		name: "lost before the text", port: 465,
		setup: inject(mailtest.Fault{On: "DATA", Nth: 1, Hangup: true}),
		after: time.Minute, got: []string{bob, carol},
	},
	{
		name: "lost after the text", port: 465,
		setup: inject(mailtest.Fault{On: ".", After: true, Hangup: true}),
		want:  ErrUnknown.Error() + " (EOF)", got: []string{bob, carol},
	},
	{
		name: "lost after the reply", port: 587,
		setup: inject(mailtest.Fault{On: "QUIT", Hangup: true}),
		got:   []string{bob, carol},
	},
	{
		name: "never well", port: 587,
		setup: inject(mailtest.Fault{On: "EHLO", Reply: "421 4.3.2 Overloaded", Hangup: true}),
		want:  "gave up after 3 tries: EOF", after: 3 * time.Minute,
	},
	{
		name: "silent server", port: 587,
		setup: inject(mailtest.Fault{On: "RCPT", Nth: 1, Stall: true}),
		after: 11 * time.Minute, got: []string{bob, carol},
	},
}

// TestSend has each row in a bubble, so that the waits between the tries take no
// time.
func TestSend(t *testing.T) {
	for _, tt := range sendings {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := mailtest.NewServer(t)
				srv.SMTP.RequireAuth = true
				srv.Account("alice@example.com")
				if tt.setup != nil {
					tt.setup(srv)
				}
				c := &Client{
					Addr: fmt.Sprintf("mail.example.com:%d", tt.port), Dial: srv.DialContext, TLS: srv.ClientTLS(),
					User: "alice@example.com", Password: "secret",
					Tries: 3, Backoff: time.Minute,
				}
				start := time.Now()
				err := c.Send(t.Context(), "alice@example.com", []string{bob, carol}, []byte(text))
				if got := errText(err); got != tt.want {
					t.Errorf("Send = %q, want %q", got, tt.want)
				}
				if got := time.Since(start); got != tt.after {
					t.Errorf("Send took %v, want %v", got, tt.after)
				}
				checkGot(t, srv, tt.got)
			})
		})
	}
}

func inject(f mailtest.Fault) func(*mailtest.Server) {
	return func(srv *mailtest.Server) { srv.SMTP.Inject(f) }
}

func rules(list ...smtpfake.Rule) func(*mailtest.Server) {
	return func(srv *mailtest.Server) { srv.SMTP.Rules = list }
}

// checkGot checks that each of these accounts, and nobody else, has got the
// mail once, over TLS and from alice.
func checkGot(t *testing.T, srv *mailtest.Server, want []string) {
	t.Helper()
	n := 0
	for _, a := range srv.Store.Accounts() {
		n += len(a.Pending())
	}
	if n != len(want) {
		t.Errorf("%d copies came, want %d", n, len(want))
	}
	for _, addr := range want {
		m := srv.Account(addr).Next(t)
		m.Check(t, mailtest.Want{MailFrom: "alice@example.com", Subject: "hi", Text: "hello\n"})
		if m.Via.TLS == nil || m.Via.User != "alice@example.com" {
			t.Errorf("%s: came in the clear, or without a login", addr)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
