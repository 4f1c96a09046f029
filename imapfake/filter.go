package imapfake

import (
	"slices"
	"strings"
)

// A mailboxFilter names mailboxes, as NOTIFY (RFC 5465 section 6) and
// MULTISEARCH (RFC 7377 section 2.2) have it.
type mailboxFilter struct {
	filter string   // in upper case: "SELECTED-DELAYED", "SUBTREE"
	under  []string // the mailboxes of SUBTREE and MAILBOXES
}

// mailboxFilter takes a filter, one of these names.
func (p *parser) mailboxFilter(names ...string) (f mailboxFilter) {
	start := p.pos
	f.filter = p.keyword("a mailbox filter")
	if !slices.Contains(names, f.filter) {
		p.failAt(start, "a mailbox filter such as PERSONAL")
	}
	switch f.filter {
	case "SUBTREE", "SUBTREE-ONE", "MAILBOXES":
		p.sp()
		if p.peek() == '(' {
			p.list1(func() { f.under = append(f.under, p.mailbox()) })
		} else {
			f.under = []string{p.mailbox()}
		}
	}
	return f
}

// fits reports whether a filter other than SELECTED names a mailbox.
func (f *mailboxFilter) fits(name string, subs map[string]bool) bool {
	switch f.filter {
	case "INBOXES":
		return name == "INBOX"
	case "PERSONAL":
		return !strings.HasPrefix(name, othersPrefix)
	case "SUBSCRIBED":
		return subs[name]
	case "SUBTREE", "SUBTREE-ONE":
		return slices.ContainsFunc(f.under, func(top string) bool {
			rest, below := strings.CutPrefix(name, top+"/")
			return name == top || below && (f.filter == "SUBTREE" || !strings.Contains(rest, "/"))
		})
	}
	return slices.Contains(f.under, name)
}
