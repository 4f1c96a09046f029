package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Capabilities of services.
const (
	capApplePush imap.Cap = "XAPPLEPUSHSERVICE"
	capXyzzy     imap.Cap = "XYZZY"
)

// applePushExtension is how a phone asks iCloud, and servers that take after
// it, for push notifications by Apple's service. Nobody has written it down:
// this is what servers that serve it have. Nothing is pushed.
var applePushExtension = extension{
	caps: []imap.Cap{capApplePush},
	commands: []command{
		{name: "XAPPLEPUSHSERVICE", states: authenticated, cap: capApplePush, run: runApplePush},
	},
}

// xyzzyExtension is the command that Gmail lists before login, for those who
// know Adventure.
var xyzzyExtension = extension{
	also: []imap.Cap{capXyzzy},
	commands: []command{
		{name: "XYZZY", states: anyState, cap: capXyzzy, run: runXyzzy},
	},
}

// applePushKeys are the arguments that a phone must give, in any order.
var applePushKeys = []string{
	"aps-version", "aps-account-id", "aps-device-token", "aps-subtopic", "mailboxes",
}

// applePushTopic is the subject of the certificate with which the server would
// push.
const applePushTopic = "com.apple.mail.XServer.00000000-0000-4000-8000-000000000000"

// runApplePush takes pairs of a key and a value, which is a list for
// mailboxes, and answers with the topic to listen for.
func runApplePush(s *session, c *call) error {
	values := make(map[string]string)
	for ok := true; ok; ok = !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		key := strings.ToLower(c.p.astring())
		c.p.sp()
		if key != "mailboxes" {
			values[key] = c.p.astring()
			continue
		}
		values[key] = "listed"
		c.p.list(func() { c.p.mailbox() })
	}
	if err := c.p.end(); err != nil {
		return err
	}
	for _, key := range applePushKeys {
		// Version 1 has no list: it is about INBOX.
		if values[key] == "" && (key != "mailboxes" || values["aps-version"] != "1") {
			return bad("", "%s is missing", key)
		}
	}
	e := &s.enc
	e.raw(`* XAPPLEPUSHSERVICE "aps-version" `)
	e.string(values["aps-version"])
	e.raw(` "aps-topic" "` + applePushTopic + `"`)
	e.line()
	return nil
}

func runXyzzy(s *session, c *call) error {
	c.text = "Nothing happens"
	return c.p.end()
}
