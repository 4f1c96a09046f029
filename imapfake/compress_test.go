package imapfake

import (
	"bufio"
	"compress/flate"
	"io"
	"strings"
	"testing"
)

// An inflater is the client's side of a compressed connection.
type inflater struct {
	io.Reader
	w *flate.Writer
}

func (f *inflater) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil {
		err = f.w.Flush()
	}
	return n, err
}

// deflate goes on compressed.
func (c *rawClient) deflate() {
	w, err := flate.NewWriter(c.conn, flate.BestSpeed)
	if err != nil {
		c.t.Fatal(err)
	}
	c.out = &inflater{w: w}
	c.r = bufio.NewReader(flate.NewReader(c.conn))
}

func testCompress(t *testing.T) {
	srv := NewServer(t)
	srv.Caps = Everything
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	body := strings.Repeat("0123456789", 10000)
	addMail(box, "\n"+body)
	for _, port := range []string{"", "993"} {
		c := dialRaw(t, srv, port)
		if port == "993" {
			c.startTLS("mail.example.com")
		}
		c.bring("greeting")
		c.send("0 COMPRESS DEFLATE\r\n")
		c.expect("0 BAD ...")
		c.send("a LOGIN alice@example.com secret\r\nb COMPRESS X\r\nc COMPRESS DEFLATE\r\n")
		c.expect("a OK ...")
		c.expect("b NO ...")
		c.expect("c OK ...")
		c.deflate()
		c.send("d COMPRESS DEFLATE\r\ne EXAMINE INBOX\r\nf FETCH 1 BODY[TEXT]\r\n")
		c.expect("d NO [COMPRESSIONACTIVE] ...")
		c.skip = true
		c.expect("e OK ...")
		c.expectBytes("* 1 FETCH (BODY[TEXT] {100000}\r\n" + body + ")\r\n")
		c.expect("f OK ...")
		c.send("g IDLE\r\n")
		c.expect("+ ...")
		addMail(box, "\nx")
		c.expect("* ... EXISTS")
		c.expect("* ... RECENT")
		c.send("DONE\r\nh LOGOUT\r\n")
		c.expect("g OK ...")
		c.expect("* BYE ...")
		c.expect("h OK ...")
	}
	if n := srv.Counts().BytesOut; n < 200000 {
		t.Errorf("BytesOut = %d: it counts what is compressed", n)
	}
	if got := srv.Transcript().String(); !strings.Contains(got, "C: f FETCH 1 BODY[TEXT]") {
		t.Errorf("transcript doesn't have what is said inside DEFLATE:\n%s", got)
	}
}
