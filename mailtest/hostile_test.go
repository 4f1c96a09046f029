package mailtest_test

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A hostileRow is something that servers have been seen to do, or that an
// attacker in between does, as one fault; and what becomes of a client that is
// careful, and of one that isn't.
type hostileRow struct {
	name     string
	mode     string // "", "starttls", "tls"
	fault    mailtest.Fault
	careful  string
	careless string
}

const day = 24 * time.Hour

// TestHostile runs in virtual time: "hangs" is a client that has said nothing
// for a day.
func TestHostile(t *testing.T) {
	run := func(protocol string, rows []hostileRow, work func(l *link, mode string) string) {
		for _, r := range rows {
			t.Run(protocol+"/"+r.name, func(t *testing.T) {
				for careful, want := range map[bool]string{true: r.careful, false: r.careless} {
					if got := r.play(t, protocol, careful, work); got != want {
						t.Errorf("careful %v: %q, want %q", careful, got, want)
					}
				}
				if r.careful == r.careless {
					t.Error("care makes no difference")
				}
			})
		}
	}
	run("smtp", hostileSMTP, sendMail)
	run("imap", hostileIMAP, func(l *link, mode string) string { return readMail(l, mode, fetchAll) })
	run("append", hostileAppend, func(l *link, mode string) string { return readMail(l, mode, appendMail) })
	run("idle", hostileIdle, func(l *link, mode string) string { return readMail(l, mode, idle) })
	run("pop3", hostilePOP3, popMail)
	if n := len(hostileSMTP) + len(hostileIMAP) + len(hostileAppend) + len(hostileIdle) + len(hostilePOP3); n < 60 {
		t.Errorf("%d rows, want 60", n)
	}
}

// play lets a client meet the fault, and returns what it says of it.
func (r hostileRow) play(t *testing.T, protocol string, careful bool, work func(*link, string) string) (got string) {
	synctest.Test(t, func(t *testing.T) {
		srv := mailtest.New()
		defer srv.Close()
		inbox := srv.Account("alice@example.com").Mailbox("INBOX")
		inbox.Add("Subject: one\n\nhello\n")
		inbox.Add("Subject: two\n\n.\n.hello\n")
		ports := map[string]string{"smtp": "25", "smtptls": "465", "pop3": "110", "pop3tls": "995", "imap": "143", "imaptls": "993"}
		name := protocol
		server := faulty(srv.IMAP)
		switch protocol {
		case "smtp":
			server = srv.SMTP
		case "pop3":
			server = srv.POP3
		default:
			name = "imap"
		}
		server.Inject(r.fault)
		if r.mode == "tls" {
			name += "tls"
		}
		nc, err := server.DialContext(t.Context(), "tcp", "mail.example.com:"+ports[name])
		check(t, err)
		l := &link{nc: nc, r: bufio.NewReaderSize(nc, 8192), careful: careful}
		done := make(chan string, 1)
		go func() {
			defer func() {
				if recover() != nil {
					done <- "panic"
				}
			}()
			if r.mode == "tls" {
				if err := l.startTLS(); err != nil {
					done <- l.outcome("", err)
					return
				}
			}
			done <- work(l, r.mode)
		}()
		select {
		case got = <-done:
		case <-time.After(day):
			got = "hangs"
		}
		nc.Close()
		srv.Close()
		if got == "hangs" {
			<-done
		}
	})
	return got
}

// replace edits a reply.
func replace(old, new string) func(*wire.Exchange, []byte) []byte {
	re := regexp.MustCompile(old)
	return func(_ *wire.Exchange, p []byte) []byte { return re.ReplaceAll(p, []byte(new)) }
}

// before and behind put text around a reply's last line.
func before(text string) func(*wire.Exchange, []byte) []byte {
	return func(_ *wire.Exchange, p []byte) []byte {
		i := bytes.LastIndexByte(p[:len(p)-1], '\n') + 1
		return []byte(string(p[:i]) + text + string(p[i:]))
	}
}

var hostileSMTP = []hostileRow{
	// A. Transport and timing
	{"any-accept-silent", "", mailtest.Fault{On: "CONNECT", Stall: true}, "try again: timeout", "hangs"},
	{"any-close-before-greeting", "", mailtest.Fault{On: "CONNECT", Hangup: true}, "try again", "failed"},
	{"any-stall-mid-reply", "", mailtest.Fault{On: "EHLO", Cut: 20, Stall: true}, "try again: timeout", "hangs"},
	{"any-slow-drip-greeting", "", mailtest.Fault{On: "CONNECT", Reply: "220-" + strings.Repeat("x", 500) + "\n220 ready", Rate: 1}, "try again: timeout", "sent"},
	{"any-endless-line", "", mailtest.Fault{On: "CONNECT", Raw: bytes.Repeat([]byte("x"), 1000), Repeat: -1}, "protocol error: too much", "out of memory"},
	{"any-endless-reply", "", mailtest.Fault{On: "EHLO", Raw: []byte("250-X\r\n"), Repeat: -1}, "protocol error: reply", "out of memory"},
	{"any-bare-lf", "", mailtest.Fault{On: "MAIL", Edit: replace("\r\n", "\n")}, "protocol error: line end", "sent"},
	{"any-rst-mid-upload", "", mailtest.Fault{On: "DATA", Mid: 5000, Reset: true}, "outcome unknown", "failed"},
	{"any-stop-reading", "", mailtest.Fault{On: "MAIL", StopReading: true}, "try again: timeout", "hangs"},
	// B. TLS
	{"tls-expired", "tls", mailtest.Fault{On: "TLS", TLS: wire.Expired}, "no TLS", "sent"},
	{"tls-wrong-host", "tls", mailtest.Fault{On: "TLS", TLS: wire.WrongHost}, "no TLS", "sent"},
	{"tls-self-signed", "starttls", mailtest.Fault{On: "TLS", TLS: wire.SelfSigned}, "no TLS", "sent"},
	{"tls-unknown-ca", "starttls", mailtest.Fault{On: "TLS", TLS: wire.UnknownCA}, "no TLS", "sent"},
	{"tls-handshake-silent", "tls", mailtest.Fault{On: "TLS", Stall: true}, "try again: timeout", "hangs"},
	{"tls-no-close-notify", "tls", mailtest.Fault{On: "MAIL", Cut: 6, NoCloseNotify: true}, "try again", "failed"},
	// C. STARTTLS
	{"stls-stripped", "starttls", mailtest.Fault{On: "EHLO", Nth: 1, Edit: replace("250-STARTTLS\r\n", "")}, "no TLS", "sent, password in the clear"},
	{"stls-advertised-refused", "starttls", mailtest.Fault{On: "STARTTLS", Reply: "454 4.7.0 Not now"}, "try again: 454", "sent, password in the clear"},
	{"stls-wrong-positive", "starttls", mailtest.Fault{On: "STARTTLS", Reply: "502 5.5.1 No"}, "refused: 502", "sent, password in the clear"},
	{"stls-inject-replies", "starttls", mailtest.Fault{On: "STARTTLS", RawAfter: []byte("250-evil\r\n250 AUTH PLAIN\r\n")}, "protocol error: injected before TLS", "failed"},
	{"stls-ok-then-silent", "starttls", mailtest.Fault{On: "TLS", Stall: true}, "try again: timeout", "hangs"},
	// D. Login
	{"auth-bad-password", "tls", mailtest.Fault{On: "AUTH", Reply: "535 5.7.8 No"}, "refused: 535", "failed"},
	{"auth-tempfail", "tls", mailtest.Fault{On: "AUTH", Reply: "454 4.7.0 Later"}, "try again: 454", "failed"},
	{"auth-not-offered", "tls", mailtest.Fault{On: "EHLO", Edit: replace("250([- ])AUTH [^\r]*", "250${1}X-NONE")}, "no way to log in", "sent"},
	{"auth-235-then-530", "tls", mailtest.Fault{On: "MAIL", Reply: "530 5.7.0 Log in first"}, "refused: 530", "failed"},
	{"auth-close-on-fail", "tls", mailtest.Fault{On: "AUTH", Hangup: true}, "try again", "failed"},
	// E. SMTP
	{"smtp-greeting-421-close", "", mailtest.Fault{On: "CONNECT", Reply: "421 4.3.2 Busy", Hangup: true}, "try again: 421", "failed"},
	{"smtp-multiline-code-change", "", mailtest.Fault{On: "RCPT", Raw: []byte("550-no\r\n")}, "protocol error: reply", "sent"},
	{"smtp-multiline-no-end", "", mailtest.Fault{On: "RCPT", Raw: []byte("250-ok\r\n"), Stall: true}, "try again: timeout", "hangs"},
	{"smtp-reply-no-text", "", mailtest.Fault{On: "MAIL", Edit: replace(".*\r", "250\r")}, "sent", "failed"},
	{"smtp-rcpt-451-greylist", "", mailtest.Fault{On: "RCPT", Reply: "451 4.7.1 Greylisted"}, "try again: 451", "failed"},
	{"smtp-data-250", "", mailtest.Fault{On: "DATA", Edit: replace("354", "250")}, "protocol error: 250", "failed"},
	{"smtp-eod-close-no-reply", "", mailtest.Fault{On: ".", After: true, Hangup: true}, "outcome unknown", "failed"},
	{"smtp-eod-silent", "", mailtest.Fault{On: ".", After: true, Stall: true}, "outcome unknown", "hangs"},
	{"smtp-quit-close", "", mailtest.Fault{On: "QUIT", Hangup: true}, "sent", "failed"},
	{"smtp-quit-silent", "", mailtest.Fault{On: "QUIT", Silent: true, Stall: true}, "sent", "hangs"},
	// L. Several connections
	{"pool-reuse-after-421", "", mailtest.Fault{On: "RCPT", Reply: "421 4.3.2 Closing", Hangup: true}, "try again: 421", "failed"},
	{"pool-limit", "", mailtest.Fault{On: "CONNECT", Reply: "421 4.7.0 Too many connections", Hangup: true}, "try again: 421", "failed"},
}

var hostileIMAP = []hostileRow{
	// C. STARTTLS
	{"stls-preauth", "starttls", mailtest.Fault{On: "CONNECT", Edit: replace(`\* OK`, "* PREAUTH")}, "no TLS", "failed"},
	{"stls-inject-login-ok", "starttls", mailtest.Fault{On: "STARTTLS", RawAfter: []byte("l OK LOGIN completed\r\n")}, "protocol error: injected before TLS", "0 messages"},
	// F. Session
	{"imap-greeting-bye", "", mailtest.Fault{On: "CONNECT", Reply: "BYE [UNAVAILABLE] busy", Hangup: true}, "try again: BYE", "failed"},
	{"imap-wrong-tag", "", mailtest.Fault{On: "SELECT", Tag: "ZZZ9"}, "protocol error: tag", "2 messages"},
	{"imap-no-tagged-reply", "", mailtest.Fault{On: "SELECT", Edit: replace(`e OK [^\n]*\n`, ""), Stall: true}, "try again: timeout", "hangs"},
	{"imap-tagged-bad-word", "", mailtest.Fault{On: "SELECT", Edit: replace(`e OK`, "e MAYBE OK")}, "protocol error: status", "2 messages"},
	{"imap-bye-midcommand", "", mailtest.Fault{On: "UID FETCH", Raw: []byte("* BYE Connection is closed. 13\r\n"), Hangup: true}, "try again: BYE", "failed"},
	// G. Mailbox state
	{"imap-uidvalidity-changed", "", mailtest.Fault{On: "SELECT", Edit: replace(`UIDVALIDITY \d+`, "UIDVALIDITY 99")}, "resync", "2 messages"},
	{"imap-uidvalidity-missing", "", mailtest.Fault{On: "SELECT", Edit: replace(`\* OK \[UIDVALIDITY[^\n]*\n`, "")}, "protocol error: UIDVALIDITY", "2 messages"},
	{"imap-exists-huge", "", mailtest.Fault{On: "SELECT", Edit: replace(`\* 2 EXISTS`, "* 4294967295 EXISTS")}, "protocol error: EXISTS", "out of memory"},
	{"imap-expunge-out-of-range", "", mailtest.Fault{On: "UID FETCH", Raw: []byte("* 9 EXPUNGE\r\n* 9 EXPUNGE\r\n* 9 EXPUNGE\r\n")}, "protocol error: EXPUNGE", "panic"},
	{"imap-fetch-seq-above-exists", "", mailtest.Fault{On: "UID FETCH", Raw: []byte("* 7 FETCH (UID 7 BODY[] {0}\r\n)\r\n")}, "2 messages", "3 messages"},
	{"imap-fetch-missing-item", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`(?s) BODY\[\] \{\d+\}\r\n.*?\r\n\)`, ")")}, "try again: incomplete", "2 messages"},
	{"imap-fetch-nothing-ok", "", mailtest.Fault{On: "UID FETCH", Reply: "OK done"}, "try again: incomplete", "0 messages"},
	// H. Syntax
	{"imap-uid-zero", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`UID 2`, "UID 0")}, "try again: incomplete", "2 messages"},
	{"imap-fetch-body-nil", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`(?s)BODY\[\] \{\d+\}\r\n.*?\r\n\)`, "BODY[] NIL)")}, "try again: incomplete", "2 messages"},
	{"imap-literal-overflow", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`\{\d+\}`, "{-1}")}, "protocol error: literal", "failed"},
	{"any-bare-lf", "", mailtest.Fault{On: "SELECT", Edit: replace("\r\n", "\n")}, "protocol error: line end", "2 messages"},
	{"imap-blank-line", "", mailtest.Fault{On: "SELECT", Raw: []byte("\r\n")}, "2 messages", "failed"},
	{"imap-code-unknown", "", mailtest.Fault{On: "SELECT", Reply: "NO [NOTOKAY] No"}, "try again: NO NOTOKAY", "failed"},
	{"imap-code-without-ok", "", mailtest.Fault{On: "SELECT", Edit: replace(`\* OK \[UIDVALIDITY`, "* [UIDVALIDITY")}, "protocol error: UIDVALIDITY", "2 messages"},
	{"imap-fetch-literal-forms", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`\{(\d+)\}`, "{${1}+}")}, "protocol error: tag", "failed"},
	// I. Resources
	{"imap-literal-huge-announced", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`\{\d+\}`, "{4000000000}"), Stall: true}, "protocol error: literal", "out of memory"},
	{"imap-literal-cut", "", mailtest.Fault{On: "UID FETCH", Cut: 45, Stall: true}, "try again: timeout", "hangs"},
	{"imap-literal-too-short", "", mailtest.Fault{On: "UID FETCH", Edit: replace(`\{23\}`, "{3}")}, "protocol error: tag", "failed"},
	{"imap-untagged-flood", "", mailtest.Fault{On: "UID FETCH", Raw: []byte("* 1 RECENT\r\n"), Repeat: -1}, "protocol error: too much", "out of memory"},
	{"imap-long-line-quoted", "", mailtest.Fault{On: "SELECT", Edit: before("* OK \"" + strings.Repeat("x", 2<<20) + "\"\r\n")}, "protocol error: too much", "out of memory"},
	// L. Several connections
	{"pool-limit", "", mailtest.Fault{On: "LOGIN", Reply: "NO [LIMIT] Too many connections"}, "try again: NO LIMIT", "failed"},
	{"pool-concurrent-expunge", "", mailtest.Fault{On: "UID FETCH", Reply: "NO [EXPUNGEISSUED] Some messages are gone"}, "try again: NO EXPUNGEISSUED", "failed"},
}

// J. APPEND
var hostileAppend = []hostileRow{
	{"imap-append-no-plus", "", mailtest.Fault{On: "LITERAL", Stall: true}, "try again: timeout", "hangs"},
	{"imap-append-toobig-early", "", mailtest.Fault{On: "LITERAL", Reply: "NO [TOOBIG] Too big"}, "try again: NO TOOBIG", "failed"},
	{"imap-append-ok-lost", "", mailtest.Fault{On: "APPEND", After: true, Hangup: true}, "outcome unknown", "failed"},
	{"imap-append-bye-mid", "", mailtest.Fault{On: "LITERAL", Raw: []byte("* BYE going down\r\n"), Hangup: true, Silent: true}, "try again: BYE", "failed"},
}

// J. IDLE
var hostileIdle = []hostileRow{
	{"imap-idle-no-plus", "", mailtest.Fault{On: "IDLE", Stall: true}, "try again: timeout", "hangs"},
	{"imap-idle-refused", "", mailtest.Fault{On: "IDLE", Reply: "NO not here"}, "polled", "failed"},
	{"imap-idle-drop-29", "", mailtest.Fault{On: "IDLE", RawAfter: []byte("* BYE idle for too long\r\n"), Hangup: true, Answered: true}, "try again: BYE", "failed"},
	{"imap-idle-silent-death", "", mailtest.Fault{On: "IDLE", Stall: true, Answered: true}, "try again: timeout", "hangs"},
}

var hostilePOP3 = []hostileRow{
	// C. STLS
	{"stls-inject-capability", "starttls", mailtest.Fault{On: "STLS", RawAfter: []byte("+OK\r\nPLAIN\r\n.\r\n")}, "protocol error: injected before TLS", "failed"},
	// K. POP3
	{"pop3-greeting-err", "", mailtest.Fault{On: "CONNECT", Reply: "-ERR [SYS/TEMP] later"}, "try again: [SYS/TEMP]", "failed"},
	{"pop3-in-use", "", mailtest.Fault{On: "PASS", Reply: "-ERR [IN-USE] locked"}, "try again: [IN-USE]", "failed"},
	{"pop3-status-partial", "", mailtest.Fault{On: "USER", Edit: replace(`\+OK`, "+O")}, "protocol error: status", "2 messages moved"},
	{"pop3-stat-short", "", mailtest.Fault{On: "STAT", Edit: replace(`\+OK.*`, "+OK\r")}, "protocol error: STAT", "panic"},
	{"pop3-stat-huge", "", mailtest.Fault{On: "STAT", Edit: replace(`OK 2 `, "OK 2000000000 ")}, "protocol error: STAT", "out of memory"},
	{"pop3-uidl-empty-uid", "", mailtest.Fault{On: "UIDL", Edit: replace(`(?m)^2 .*`, "2\r")}, "protocol error: UIDL", "panic"},
	{"pop3-uidl-duplicate", "", mailtest.Fault{On: "UIDL", Edit: replace(`00000002`, "00000001")}, "protocol error: UIDL", "2 messages moved"},
	{"pop3-retr-no-dot-close", "", mailtest.Fault{On: "RETR", Cut: -3, Hangup: true}, "try again", "failed"},
	{"any-stall-mid-reply", "", mailtest.Fault{On: "RETR", Cut: -3, Stall: true}, "try again: timeout", "hangs"},
	{"pop3-retr-unstuffed-dot", "", mailtest.Fault{On: "RETR", Arg: "2", Edit: replace(`(?m)^\.\.`, ".")}, "protocol error: after the dot", "failed"},
	{"pop3-quit-err", "", mailtest.Fault{On: "QUIT", Reply: "-ERR [SYS/TEMP] some were not removed"}, "2 messages copied, deletion unknown", "failed"},
	{"pop3-quit-close", "", mailtest.Fault{On: "QUIT", Hangup: true}, "2 messages copied, deletion unknown", "failed"},
	{"pop3-retr-endless", "", mailtest.Fault{On: "RETR", Raw: []byte("hello\r\n"), Repeat: -1}, "protocol error: status", "failed"},
}
