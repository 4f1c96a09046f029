package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// capXList is XLIST, Gmail's LIST from before RFC 6154.
const capXList imap.Cap = "XLIST"

var xlistExtension = extension{
	caps: []imap.Cap{capXList},
	commands: []command{
		{name: "XLIST", states: authenticated, cap: capXList, run: runXList},
	},
}

// xlistAttrs are XLIST's names of special uses where they differ.
var xlistAttrs = map[string]string{
	`\All`: `\AllMail`, `\Flagged`: `\Starred`, `\Junk`: `\Spam`,
}

// runXList is XLIST: LIST without options, with the special uses as
// attributes. INBOX is one of them.
func runXList(s *session, c *call) error {
	ref, pattern, err := parseListArgs(c.p)
	if err != nil {
		return err
	}
	l := &listing{s: s, matchers: []matcher{newMatcher(ref, pattern)}, showChildren: true}
	names := l.names()
	l.markChildren(names)
	for _, n := range names {
		if l.matches(n.name) && l.selects(n) {
			s.writeList("XLIST", l.xlistAttributes(n), n.name)
		}
	}
	return nil
}

func (l *listing) xlistAttributes(n *listName) []imap.MailboxAttr {
	list := l.baseAttrs(n)
	if n.box == nil {
		return list
	}
	if n.name == "INBOX" {
		return append(list, `\Inbox`)
	}
	for _, use := range strings.Fields(n.box.Use()) {
		if x, ok := xlistAttrs[use]; ok {
			use = x
		}
		list = append(list, imap.MailboxAttr(use))
	}
	return list
}
