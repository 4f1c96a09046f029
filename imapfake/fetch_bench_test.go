package imapfake

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// benchMail is a multipart of about 1 KiB, as mails are.
var benchMail = []byte(strings.ReplaceAll(`Received: from mx.example.com (mx.example.com [192.0.2.1])
 by mail.example.com with ESMTPS id 4711; Mon, 2 Feb 2026 10:00:00 +0100
Date: Mon, 2 Feb 2026 10:00:00 +0100
From: "Alice Example" <alice@example.com>
To: Bob Example <bob@example.com>, carol@example.com
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from the benchmark
Message-ID: <4711.1@example.com>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

`+strings.Repeat("The quick brown fox jumps over the lazy dog.\n", 6)+`
--=_b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>`+strings.Repeat("The quick brown fox jumps over the lazy dog.=\n", 6)+`</p>
--=_b--
`, "\n", "\r\n"))

// A benchClient is a logged-in client with a mailbox selected.
type benchClient struct {
	conn net.Conn
	r    *bufio.Reader
}

// run sends a command and reads up to its tagged OK, of any size.
func (c *benchClient) run(b *testing.B, command string) {
	b.Helper()
	if _, err := fmt.Fprintf(c.conn, "zz99 %s\r\n", command); err != nil {
		b.Fatal(err)
	}
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			b.Fatal(err)
		}
		if bytes.HasPrefix(line, []byte("zz99 ")) {
			if !bytes.HasPrefix(line, []byte("zz99 OK")) {
				b.Fatalf("%s: %s", command, line)
			}
			return
		}
	}
}

func newBenchClient(b *testing.B, conn net.Conn, user string) *benchClient {
	b.Cleanup(func() { conn.Close() })
	c := &benchClient{conn, bufio.NewReaderSize(conn, 64<<10)}
	if _, err := c.r.ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	c.run(b, "LOGIN "+user+" secret")
	c.run(b, "SELECT INBOX")
	return c
}

// A benchServer is one of two servers with an INBOX of n messages.
type benchServer struct {
	dial    func() (net.Conn, error)
	user    string
	deliver func() // adds a message to INBOX
}

func (s *benchServer) client(b *testing.B) *benchClient {
	conn, err := s.dial()
	if err != nil {
		b.Fatal(err)
	}
	return newBenchClient(b, conn, s.user)
}

// fakeServer is this server.
func fakeServer(b *testing.B, n int) *benchServer {
	srv := New(nil)
	srv.Caps = Everything
	b.Cleanup(srv.Close)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	deliver := func() { box.Append(message.New("", nil, bytes.Clone(benchMail)), nil, time.Unix(0, 0)) }
	for range n {
		deliver()
	}
	dial := func() (net.Conn, error) { return srv.Dial(context.Background()) }
	return &benchServer{dial, "alice@example.com", deliver}
}

func benchFake(b *testing.B, n int) *benchClient { return fakeServer(b, n).client(b) }

// floorServer is go-imap's own server, over the same pipe.
func floorServer(b *testing.B, n int) *benchServer {
	user := imapmemserver.NewUser("alice", "secret")
	user.Create("INBOX", nil)
	deliver := func() {
		_, err := user.Append("INBOX", literal{bytes.NewReader(benchMail)}, &imap.AppendOptions{Time: time.Unix(0, 0)})
		if err != nil {
			b.Fatal(err)
		}
	}
	for range n {
		deliver()
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
	})
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close() })
	return &benchServer{l.dial, "alice", deliver}
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// pipeListener is a listener for connections in memory.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipeListener) dial() (net.Conn, error) {
	client, server := wire.Pipe()
	l.conns <- server
	return client, nil
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.done); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// benchServers runs a benchmark with each server and mailboxes of three
// sizes.
func benchServers(b *testing.B, run func(b *testing.B, srv *benchServer)) {
	for _, n := range []int{1000, 10_000, 100_000} {
		for _, srv := range []struct {
			name string
			make func(*testing.B, int) *benchServer
		}{{"fake", fakeServer}, {"floor", floorServer}} {
			b.Run(fmt.Sprintf("%d/%s", n, srv.name), func(b *testing.B) {
				s := srv.make(b, n)
				b.ReportAllocs()
				run(b, s)
			})
		}
	}
}

// benchBoth runs a command on the fake and on go-imap's own server.
func benchBoth(b *testing.B, command string) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		c := srv.client(b)
		c.run(b, command) // what is parsed once, is parsed
		for b.Loop() {
			c.run(b, command)
		}
	})
}

func BenchmarkFetchFlags(b *testing.B)         { benchBoth(b, "FETCH 1:* FLAGS") }
func BenchmarkFetchEnvelope(b *testing.B)      { benchBoth(b, "FETCH 1:* ENVELOPE") }
func BenchmarkFetchBodyStructure(b *testing.B) { benchBoth(b, "FETCH 1:* BODYSTRUCTURE") }
func BenchmarkFetchBody(b *testing.B)          { benchBoth(b, "FETCH 1:* BODY.PEEK[]") }
func BenchmarkSearchText(b *testing.B)         { benchBoth(b, `SEARCH TEXT "lazy cat"`) }
func BenchmarkSearchUnseen(b *testing.B)       { benchBoth(b, "SEARCH UNSEEN") }
func BenchmarkFetchOne(b *testing.B)           { benchBoth(b, "UID FETCH 500 FLAGS") }
func BenchmarkSearchOne(b *testing.B)          { benchBoth(b, "UID SEARCH UID 500") }

// BenchmarkSort has no floor: go-imap's server has no SORT.
func BenchmarkSort(b *testing.B) {
	for _, command := range []string{"SORT (SUBJECT REVERSE DATE) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL"} {
		name, _, _ := strings.Cut(command, " ")
		b.Run(name, func(b *testing.B) {
			c := benchFake(b, 10_000)
			c.run(b, command)
			for b.Loop() {
				c.run(b, command)
			}
		})
	}
}
