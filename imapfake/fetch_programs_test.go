package imapfake

import (
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// threeMails are what the programs look at.
func threeMails(b *mailstore.Mailbox) {
	addMail(b, "From: a@example.com\nSubject: first\n\nbody one\n")
	addMail(b, "From: a@example.com\nSubject: second\n\nbody two\n", `\Flagged`)
	addMail(b, "From: a@example.com\nSubject: third\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n")
}

// TestImaplibFetch fetches and searches with Python's imaplib.
func TestImaplibFetch(t *testing.T) {
	t.Attr("client", "imaplib: FETCH and SEARCH with literals")
	srv := NewServer(t)
	inbox(threeMails)(srv)
	host, port, _ := net.SplitHostPort(srv.Addr())
	output(t, "python3", "testdata/imaplib_fetch.py", host, port)
}

// TestCurlFetch fetches and searches with curl.
func TestCurlFetch(t *testing.T) {
	t.Attr("client", "curl: IMAP sections")
	srv := NewServer(t)
	inbox(threeMails)(srv)
	url := "imap://" + srv.Addr() + "/INBOX"
	for _, tt := range []struct {
		args string
		want string
	}{
		{url + ";UID=1", "From: a@example.com\r\nSubject: first\r\n\r\nbody one\r\n"},
		{url + ";UID=2;SECTION=TEXT", "body two\r\n"},
		{url + ";MAILINDEX=2;SECTION=HEADER.FIELDS%20(SUBJECT)", "Subject: second\r\n\r\n"},
		{url + "?FLAGGED", "* SEARCH 2\r\n"},
		{url + "?SUBJECT%20THIRD", "* SEARCH 3\r\n"},
		{url + " -X FETCH\x002\x00(FLAGS)", "* 2 FETCH (FLAGS (\\Flagged \\Seen))\r\n"},
	} {
		args := append([]string{"-sS", "-u", "alice@example.com:secret"}, strings.Fields(tt.args)...)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "\x00", " ")
		}
		if got := output(t, "curl", args...); got != tt.want {
			t.Errorf("curl %s = %q, want %q", tt.args, got, tt.want)
		}
	}
}
