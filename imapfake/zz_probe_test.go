package imapfake

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func TestZZProbe(t *testing.T) {
	data, err := os.ReadFile(os.Getenv("PROBE"))
	if err != nil {
		t.Skip()
	}
	srv := New(nil)
	defer srv.Close()
	srv.Caps = Everything
	a := srv.Store.Account("alice@example.com")
	for i := 1; i <= 4; i++ {
		a.Mailbox("INBOX").Add(fmt.Sprintf("Subject: m%d\nFrom: bob@example.com\nMessage-ID: <%d@x>\n\nbody %d\n", i, i, i))
	}
	type cl struct {
		raw *rawClient
		n   int
	}
	conns := map[string]*cl{}
	for _, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if line == "reset" {
			srv = New(nil)
			srv.Caps = Everything
			a = srv.Store.Account("alice@example.com")
			for i := 1; i <= 4; i++ {
				a.Mailbox("INBOX").Add(fmt.Sprintf("Subject: m%d\nFrom: bob@example.com\nMessage-ID: <%d@x>\n\nbody %d\n", i, i, i))
			}
			conns = map[string]*cl{}
			fmt.Println("---- reset")
			continue
		}
		head, text, _ := strings.Cut(line, ": ")
		if head == "caps" {
			srv.Caps = Caps{After: text}
			continue
		}
		c := conns[head]
		if c == nil {
			c = &cl{raw: dialRaw(t, srv, "")}
			c.raw.bring("login")
			c.raw.conn.SetDeadline(time.Time{})
			conns[head] = c
		}
		c.n++
		tag := fmt.Sprintf("%s%d", head, c.n)
		text = c.raw.unquote(text)
		fmt.Printf("%s> %s %s\n", head, tag, text)
		c.raw.send(tag + " " + text + "\r\n")
		read(c.raw.r, tag)
	}
}

func read(r *bufio.Reader, tag string) {
	for {
		line, err := r.ReadString('\n')
		fmt.Printf("    %s\n", strings.TrimRight(line, "\r\n"))
		if err != nil || strings.HasPrefix(line, tag+" ") || strings.HasPrefix(line, "+") {
			return
		}
	}
}
