package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

var subscribeExtension = extension{
	commands: []command{
		{name: "SUBSCRIBE", states: authenticated, run: runSubscribe},
		{name: "UNSUBSCRIBE", states: authenticated, run: runUnsubscribe},
		{name: "LSUB", states: authenticated, rev1: true, run: runLsub},
	},
}

// runSubscribe is SUBSCRIBE (RFC 3501 section 6.3.6). The mailbox need not
// exist.
func runSubscribe(s *session, c *call) error { return s.subscribe(c, true) }

// runUnsubscribe is UNSUBSCRIBE (RFC 3501 section 6.3.7).
func runUnsubscribe(s *session, c *call) error { return s.subscribe(c, false) }

func (s *session) subscribe(c *call, on bool) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	if name == "" {
		return no(imap.ResponseCodeCannot, "Mailbox name is not allowed")
	}
	if err := limitName(name); err != nil {
		return err
	}
	if on && len(s.account.Subscribed()) >= maxMailboxes {
		return beyond("There are too many subscriptions: the limit is %d", maxMailboxes)
	}
	s.account.Subscribe(name, on)
	s.notify.subscribed(name, on)
	return nil
}

// runLsub is LSUB (RFC 3501 section 6.3.9). Of a subscribed name that % stops
// short of, the part that it matches is returned, as \Noselect.
func runLsub(s *session, c *call) error {
	ref, pattern, err := parseListArgs(c.p)
	if err != nil {
		return err
	}
	m := newMatcher(ref, pattern)
	done := make(map[string]bool)
	subscribed := s.account.Subscribed()
	for _, name := range subscribed {
		if m.match(name) {
			done[name] = true
		}
	}
	for _, name := range subscribed {
		if done[name] {
			s.writeList("LSUB", nil, name)
		}
		for i, b := range name {
			if !strings.Contains(pattern, "%") {
				break
			}
			if parent := name[:i]; b == '/' && !done[parent] && m.match(parent) {
				done[parent] = true
				s.writeList("LSUB", []imap.MailboxAttr{imap.MailboxAttrNoSelect}, parent)
			}
		}
	}
	return nil
}

// parseListArgs takes a reference and a pattern.
func parseListArgs(p *parser) (ref, pattern string, err error) {
	p.sp()
	ref = p.reference()
	p.sp()
	pattern = p.listMailbox()
	return ref, pattern, p.end()
}

// A matcher matches names against the pattern of LIST and LSUB: % stands for
// any text but the delimiter, * for any text.
type matcher struct {
	pattern string
	inbox   string // the pattern in upper case, for INBOX in any case
}

// newMatcher returns the matcher of a pattern behind a reference (RFC 3501
// section 6.3.8). A pattern that begins with the delimiter starts anew. INBOX
// is in any case also before what is below it, as it is in names.
func newMatcher(ref, pattern string) matcher {
	if strings.HasPrefix(pattern, "/") {
		ref = ""
	}
	pattern = ref + pattern
	if first, rest, ok := strings.Cut(pattern, "/"); ok && strings.EqualFold(first, "INBOX") {
		pattern = "INBOX/" + rest
	}
	return matcher{pattern, strings.ToUpper(pattern)}
}

func (m matcher) match(name string) bool {
	if name == "INBOX" {
		return glob(m.inbox, name)
	}
	return glob(m.pattern, name)
}

// glob matches by going back to the last wildcards only: the time it takes is
// bounded by the product of the lengths.
func glob(pattern, name string) bool {
	p, n := 0, 0
	star, starName := -1, 0 // the last *, and where its text ends
	pct, pctName := -1, 0   // the last % after it
	for n < len(name) || p < len(pattern) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, starName, pct = p, n, -1
			p++
			continue
		case p < len(pattern) && pattern[p] == '%':
			pct, pctName = p, n
			p++
			continue
		case p < len(pattern) && n < len(name) && pattern[p] == name[n]:
			p, n = p+1, n+1
			continue
		case pct >= 0 && pctName < len(name) && name[pctName] != '/':
			pctName++
			p, n = pct+1, pctName
			continue
		case star >= 0 && starName < len(name):
			starName++
			p, n, pct = star+1, starName, -1
			continue
		}
		return false
	}
	return true
}
