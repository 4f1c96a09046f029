package imapfake

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A push comes at the moment of the change, on a fake clock as well, and
// doesn't put off the autologout timer.
func TestNotifyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t)
		srv.Caps = Everything
		a := srv.Store.Account("alice@example.com")
		c := dialRaw(t, srv, "")
		c.conn.SetDeadline(time.Now().Add(time.Hour))
		c.bring("login")
		c.send("a NOTIFY SET (PERSONAL (MessageNew MessageExpunge))\r\n")
		c.expect("a OK ...")
		start := time.Now()
		go func() {
			time.Sleep(29 * time.Minute)
			a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
		}()
		c.expect("* STATUS INBOX (MESSAGES 1 ...")
		if got := time.Since(start); got != 29*time.Minute {
			t.Errorf("pushed after %v", got)
		}
		c.expect("* BYE ...")
		if got := time.Since(start); got != 30*time.Minute {
			t.Errorf("autologout after %v", got)
		}
	})
}

// Whatever is added while pushes go out, the client hears of the last.
func TestNotifyLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t)
		srv.Caps = Everything
		a := srv.Store.Account("alice@example.com")
		c := dialRaw(t, srv, "")
		c.bring("select")
		c.send("a NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge)) (PERSONAL (MessageNew MessageExpunge))\r\n")
		c.expect("a OK ...")
		const boxes, mails = 4, 50
		for i := range boxes {
			go func() {
				for range mails {
					a.Mailbox(fmt.Sprintf("Box%d", i)).Add("Subject: hi\n\nx\n")
					a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
				}
			}()
		}
		missing := map[string]bool{
			fmt.Sprintf("* %d FETCH (UID %d)", boxes*mails, boxes*mails): true,
		}
		for i := range boxes {
			missing[fmt.Sprintf("* STATUS Box%d (MESSAGES %d", i, mails)] = true
		}
		for len(missing) > 0 {
			line, err := c.r.ReadString('\n')
			if err != nil {
				t.Fatalf("%v; not told of %v", err, missing)
			}
			for m := range missing {
				if strings.HasPrefix(line, m) {
					delete(missing, m)
				}
			}
		}
	})
}

// Faults strike pushes, and the server closes while a client waits for them.
func TestNotifyFaults(t *testing.T) {
	srv := NewServer(t)
	srv.Caps = Everything
	a := srv.Store.Account("alice@example.com")
	c := dialRaw(t, srv, "")
	c.bring("login")
	c.send("a NOTIFY SET (PERSONAL (MessageNew MessageExpunge))\r\n")
	c.expect("a OK ...")
	srv.Inject(wire.Fault{On: wire.StepPush, Nth: 1, Reply: "OK [ALERT] hello"})
	a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
	c.expect("* OK [ALERT] hello")
	a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
	c.expect("* STATUS INBOX (MESSAGES 2 ...")
	srv.Close()
	c.expect("* BYE ...")
}

// Pushes go through TLS as replies do, between commands.
func TestNotifyTLS(t *testing.T) {
	srv := NewServer(t)
	srv.Caps = Everything
	a := srv.Store.Account("alice@example.com")
	c := dialRaw(t, srv, "993")
	c.startTLS("mail.example.com")
	c.bring("login")
	c.send("a NOTIFY SET (PERSONAL (MessageNew MessageExpunge))\r\n")
	c.expect("a OK ...")
	for i := range 3 {
		a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
		c.expect(fmt.Sprintf("* STATUS INBOX (MESSAGES %d ...", i+1))
		c.send("b NOOP\r\n")
		c.expect("b OK ...")
	}
}
