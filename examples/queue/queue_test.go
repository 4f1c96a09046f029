package queue_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/examples/queue"
	"github.com/mailfakes/mailfakes/mailtest"
)

const msg = "From: shop@shop.example\r\nMessage-ID: <1@shop.example>\r\nSubject: hi\r\n\r\nhello\r\n"

// Each row is one line that says how the server misbehaves, and what is to be
// seen of it: the error, the time that the queue took, and the copies that
// arrived.
func TestSend(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name    string
		fault   mailtest.Fault
		wantErr string
		after   time.Duration
		copies  int
	}{
		{name: "accepted at once", copies: 1},
		{name: "greylisted once", fault: mailtest.Fault{On: "RCPT", Nth: 1, Reply: "451 4.7.1 Greylisted"}, after: h, copies: 1},
		{name: "greylisted for ever", fault: mailtest.Fault{On: "RCPT", Reply: "451 4.7.1 Greylisted"}, wantErr: `giving up after 3 tries: 451 "4.7.1 Greylisted"`, after: 3 * h},
		{name: "no such user", fault: mailtest.Fault{On: "RCPT", Arg: "bob@", Reply: "550 5.1.1 No such user"}, wantErr: `550 "5.1.1 No such user"`},
		{name: "too busy to greet", fault: mailtest.Fault{On: "CONNECT", Times: 2, Reply: "421 4.3.2 Busy", Hangup: true}, after: 3 * h, copies: 1},
		{name: "no service here", fault: mailtest.Fault{On: "CONNECT", Reply: "554 5.3.2 No mail here"}, wantErr: `554 "5.3.2 No mail here"`},
		{name: "hung up after the text", fault: mailtest.Fault{On: ".", Nth: 1, Hangup: true}, after: h, copies: 1},
		{name: "reset in the text", fault: mailtest.Fault{On: "DATA", Nth: 1, Mid: 20, Reset: true}, after: h, copies: 1},
		{name: "mailbox full after the text", fault: mailtest.Fault{On: ".", Reply: "452 4.2.2 Full", Times: 1}, after: h, copies: 1},
		{name: "spam after the text", fault: mailtest.Fault{On: ".", Reply: "554 5.7.1 Spam"}, wantErr: `554 "5.7.1 Spam"`},
		{name: "accepted, but the reply was lost", fault: mailtest.Fault{On: ".", Nth: 1, After: true, Hangup: true}, after: h, copies: 2},
		{name: "silence after the greeting", fault: mailtest.Fault{On: "EHLO", Nth: 1, Stall: true}, after: h + 10*time.Minute, copies: 1},
		{name: "half a reply", fault: mailtest.Fault{On: "MAIL", Nth: 1, Cut: 5, Hangup: true}, after: h, copies: 1},
		{name: "one byte a second", fault: mailtest.Fault{On: "DATA", Nth: 1, Rate: 1}, after: 40 * time.Second, copies: 1},
		{name: "hung up at QUIT", fault: mailtest.Fault{On: "QUIT", Hangup: true}, copies: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := mailtest.NewServer(t)
				srv.SMTP.Inject(tt.fault)
				q := &queue.Queue{Dial: srv.SMTP.Dial, Backoff: h, Tries: 3, Timeout: 10 * time.Minute}
				start := time.Now()
				err := q.Send(t.Context(), "shop@shop.example", "bob@example.com", msg)
				if got := errText(err); got != tt.wantErr {
					t.Errorf("Send = %q, want %q", got, tt.wantErr)
				}
				if got := time.Since(start); got.Round(time.Minute) != tt.after.Round(time.Minute) {
					t.Errorf("Send took %v, want %v", got, tt.after)
				}
				bob := srv.Account("bob@example.com")
				if got := len(bob.Pending()); got != tt.copies {
					t.Errorf("%d copies arrived, want %d", got, tt.copies)
				}
				for range tt.copies {
					bob.Next(t).Check(t, mailtest.Want{
						Subject: "hi", Text: "hello\n",
						Header: map[string]string{"Message-ID": "<1@shop.example>"},
					})
				}
			})
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The caller's context ends the waiting, and a try that hangs.
func TestSendCanceled(t *testing.T) {
	for name, fault := range map[string]mailtest.Fault{
		"in the backoff": {On: "RCPT", Reply: "451 4.7.1 Greylisted"},
		"in a try":       {On: "RCPT", Stall: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := mailtest.NewServer(t)
				srv.SMTP.Inject(fault)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				q := &queue.Queue{Dial: srv.SMTP.Dial, Backoff: time.Hour, Tries: 3}
				err := q.Send(ctx, "shop@shop.example", "bob@example.com", msg)
				if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("Send = %v, want that time is over", err)
				}
			})
		})
	}
}

// While the queue waits for the server's word, the test does something.
func TestSendHeld(t *testing.T) {
	srv := mailtest.NewServer(t)
	hold := srv.SMTP.Hold(mailtest.Fault{On: ".", After: true})
	q := &queue.Queue{Dial: srv.SMTP.Dial}
	done := make(chan error)
	go func() { done <- q.Send(t.Context(), "shop@shop.example", "bob@example.com", msg) }()

	hold.Reached(t)
	// It is delivered, but the sender doesn't know yet.
	if m := srv.Account("bob@example.com").Next(t); !strings.Contains(m.Subject, "hi") {
		t.Errorf("subject %q", m.Subject)
	}
	hold.Release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
