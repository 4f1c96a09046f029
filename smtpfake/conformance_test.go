package smtpfake_test

import (
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// TestConformance has a subtest for each row of the RFCs that the server
// meets. Most are scripts; the others are functions.
func TestConformance(t *testing.T) {
	runScripts(t, "testdata/conformance/*.txt")
	for _, row := range conformanceRows {
		t.Run(row.name, func(t *testing.T) { synctest.Test(t, row.run) })
	}
}

// TestScripts runs the other scripts.
func TestScripts(t *testing.T) { runScripts(t, "testdata/scripts/*.txt") }

var conformanceRows = []struct {
	name string
	run  func(t *testing.T)
}{
	{"smtp-rcpt-100", rcpt100},
	{"smtp-shutdown-421", shutdown421},
	{"smtp-tls-min", tlsMin},
	{"smtp-scram", scramRow},
	{"smtp-dsn-relay", dsnRelay},
}

// newScript returns a script to be used from Go.
func newScript(t *testing.T) *script {
	return &script{t: t, srv: smtpfake.NewServer(t)}
}

func rcpt100(t *testing.T) {
	x := newScript(t)
	x.hello("")
	x.send("MAIL FROM:<alice@example.com>\r\n")
	x.expect("250 2.1.0 ...")
	var all []string
	for i := range 1000 {
		all = append(all, fmt.Sprintf("user%d@example.com", i))
		x.send("RCPT TO:<" + all[i] + ">\r\n")
		x.expect("250 2.1.5 ...")
	}
	x.send("DATA\r\n")
	x.expect("354 ...")
	x.send("hi\r\n.\r\n")
	x.expect("250 2.0.0 ...")
	for _, addr := range all {
		x.stored(addr + ` "hi\r\n"`)
	}
	x.c.Close()
}

// shutdown421 closes the server at several points of a session.
func shutdown421(t *testing.T) {
	for _, before := range []string{
		"",
		"EHLO c\r\n",
		"EHLO c\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.com>\r\n",
		"EHLO c\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n",
		"EHLO c\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nhalf a mail\r\n",
		"EHLO c\r\nAUTH PLAIN\r\n",
		"NOO",
	} {
		x := newScript(t)
		x.send(before)
		synctest.Wait()
		x.srv.Close()
		last := x.readLine()
		for !strings.HasPrefix(last, "421 ") {
			last = x.readLine()
		}
		if want := "421 4.3.2 mail.example.com is shutting down"; last != want {
			t.Errorf("after %q: %q, want %q", before, last, want)
		}
		x.end("")
		x.stored("bob@example.com")
	}
}

func tlsMin(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		x := newScript(t)
		raw, err := x.srv.DialContext(t.Context(), "tcp", "mail.example.com:465")
		if err != nil {
			t.Fatal(err)
		}
		cfg := wire.ClientTLS()
		cfg.ServerName = "mail.example.com"
		cfg.MinVersion, cfg.MaxVersion = version, version
		err = tls.Client(raw, cfg).Handshake()
		if ok := err == nil; ok != (version >= tls.VersionTLS12) {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		raw.Close()
	}
}
