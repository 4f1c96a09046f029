package imapfake

import (
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// FuzzSearch compiles criteria and runs them over odd mails. What they find
// and what their negation finds must be all messages.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"ALL", "1:3,*", "UID 2:*", "NOT SEEN", "OR (SEEN 2) NOT FROM a", "CHARSET UTF-8 TEXT é", `SUBJECT ""`,
		`HEADER Content-Type "x"`, "SENTSINCE 1-Feb-2026", "LARGER 10 SMALLER 99", "BODY b", "KEYWORD x", "(((ALL)))",
		"OR", "NOT", "()", "CHARSET x", "UID", "0", `TEXT "\`,
	} {
		f.Add(s)
	}
	box := new(mailstore.Store).Account("alice@example.com").Mailbox("INBOX")
	for i, m := range oddMails {
		box.Append(message.New("", nil, []byte(m)), []string{`\Seen`, "x"}[:i%3], time.Unix(0, 0))
	}
	view := newView(box, true, false)
	s := &session{cfg: &config{registry: newRegistry(newOffer(Everything).set)}, view: view}
	f.Fuzz(func(t *testing.T, text string) {
		find := func(text string) (list []uint32, ok bool) {
			p := newParser(text)
			p.utf8 = true
			q, err := parseSearch(s, p)
			if err != nil {
				return nil, false
			}
			q.run(view, func(x *searched) { list = append(list, x.seq) })
			return list, true
		}
		found, ok := find(text)
		if !ok || strings.HasPrefix(strings.ToUpper(text), "CHARSET") {
			return
		}
		others, ok := find("NOT (" + text + ")")
		if !ok {
			return // nested too deeply
		}
		if len(found)+len(others) != len(oddMails) {
			t.Errorf("%q finds %v, NOT finds %v", text, found, others)
		}
	})
}
