package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Capabilities of RFC 9208 for which package imap has no names.
const (
	capQuotaStorage imap.Cap = "QUOTA=RES-STORAGE"
	capQuotaMessage imap.Cap = "QUOTA=RES-MESSAGE"
	capQuotaMailbox imap.Cap = "QUOTA=RES-MAILBOX"
)

// quotaExtension is QUOTA (RFC 9208). An account with limits is a quota root
// of the name "" for itself; for others it has that of its INBOX.
var quotaExtension = extension{
	caps: []imap.Cap{
		imap.CapQuota, capQuotaStorage, capQuotaMessage, capQuotaMailbox, imap.CapQuotaSet,
	},
	commands: []command{
		{name: "GETQUOTA", states: authenticated, cap: imap.CapQuota, run: runGetQuota},
		{name: "GETQUOTAROOT", states: authenticated, cap: imap.CapQuota, run: runGetQuotaRoot},
		{name: "SETQUOTA", states: authenticated, cap: imap.CapQuotaSet, run: runSetQuota},
	},
	statusItems: []statusItem{
		{name: "DELETED", cap: capQuotaMessage,
			write: func(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
				s.enc.num(uint64(v.Deleted))
			}},
		{name: "DELETED-STORAGE", cap: capQuotaStorage, write: writeDeletedStorage},
	},
}

// writeDeletedStorage writes how many bytes EXPUNGE would free.
func writeDeletedStorage(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	n := 0
	if v.Deleted > 0 {
		for _, e := range v.All() {
			if e.Has(string(imap.FlagDeleted)) {
				n += len(e.Msg.Raw)
			}
		}
	}
	s.enc.num(uint64(n))
}

// runGetQuota is GETQUOTA (RFC 9208 section 4.1.1).
func runGetQuota(s *session, c *call) error {
	c.p.sp()
	root := c.p.astring()
	if err := c.p.end(); err != nil {
		return err
	}
	a := s.quotaRoot(root)
	if a == nil || a.Limit() == (mailstore.Quota{}) {
		return no(imap.ResponseCodeNonExistent, "No such quota root")
	}
	s.writeQuota(root, a)
	return nil
}

// runGetQuotaRoot is GETQUOTAROOT (RFC 9208 section 4.1.2). A mailbox of the
// client's own need not exist.
func runGetQuotaRoot(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	a, _ := s.locate(name)
	box, err := s.lookup(name, "r")
	if err != nil && (box != nil || a != s.account || err != errNonExistent) {
		return err
	}
	limited := a.Limit() != mailstore.Quota{}
	e := &s.enc
	e.raw("* QUOTAROOT ")
	e.mailbox(name)
	if limited {
		e.sp()
		e.astring(s.rootName(a))
	}
	e.line()
	if limited {
		s.writeQuota(s.rootName(a), a)
	}
	return nil
}

// rootName returns the name of an account as a quota root.
func (s *session) rootName(a *mailstore.Account) string {
	if a == s.account {
		return ""
	}
	return othersPrefix + a.Addr
}

// quotaRoot returns the account that is a quota root, nil if the session must
// not know of it.
func (s *session) quotaRoot(root string) *mailstore.Account {
	if root == "" {
		return s.account
	}
	if box := s.find(root); box != nil && s.rootName(box.Account()) == root && s.may(box, "r") {
		return box.Account()
	}
	return nil
}

// A resource is one of RFC 9208 section 5 in an account's quota.
type resource struct {
	name  string
	unit  int64 // of the numbers in the protocol
	value func(q *mailstore.Quota) int64
	set   func(q *mailstore.Quota, n int64)
}

// resources are what can be limited.
var resources = []resource{
	{"STORAGE", 1024, func(q *mailstore.Quota) int64 { return q.Bytes },
		func(q *mailstore.Quota, n int64) { q.Bytes = n }},
	{"MESSAGE", 1, func(q *mailstore.Quota) int64 { return int64(q.Messages) },
		func(q *mailstore.Quota, n int64) { q.Messages = int(n) }},
	{"MAILBOX", 1, func(q *mailstore.Quota) int64 { return int64(q.Mailboxes) },
		func(q *mailstore.Quota, n int64) { q.Mailboxes = int(n) }},
}

// writeQuota writes a QUOTA response with what is limited. A part of 1024
// bytes counts as a whole.
func (s *session) writeQuota(root string, a *mailstore.Account) {
	e := &s.enc
	used, limit := a.Used(), a.Limit()
	e.raw("* QUOTA ")
	e.astring(root)
	sep := " ("
	for _, r := range resources {
		n := r.value(&limit)
		if n == 0 {
			continue
		}
		e.raw(sep)
		sep = " "
		e.raw(r.name)
		e.sp()
		e.num(uint64((r.value(&used) + r.unit - 1) / r.unit))
		e.sp()
		e.num(uint64((max(n, 0) + r.unit - 1) / r.unit))
	}
	e.byte(')')
	e.line()
}

// runSetQuota is SETQUOTA (RFC 9208 section 4.1.3). The limits of resources
// that it doesn't name are lifted. Real servers let administrators do that
// only.
func runSetQuota(s *session, c *call) error {
	c.p.sp()
	root := c.p.astring()
	c.p.sp()
	var q mailstore.Quota
	unknown := ""
	c.p.list(func() {
		name := strings.ToUpper(c.p.atom())
		c.p.sp()
		if n := c.p.number64(); !setLimit(&q, name, int64(n)) {
			unknown = name
		}
	})
	if err := c.p.end(); err != nil {
		return err
	}
	switch {
	case root != "":
		return no(imap.ResponseCodeNoPerm, "Only the quota root \"\" can be changed")
	case unknown != "":
		return no(imap.ResponseCodeCannot, "There is no resource %s", unknown)
	}
	s.account.SetQuota(q)
	if q != (mailstore.Quota{}) {
		s.writeQuota(root, s.account)
	}
	return nil
}

// setLimit sets the limit of a resource. 0 lets nothing in, for which the
// store has negative numbers.
func setLimit(q *mailstore.Quota, name string, n int64) bool {
	for _, r := range resources {
		if r.name == name {
			r.set(q, max(n*r.unit, 0)-isZero(n))
			return true
		}
	}
	return false
}

func isZero(n int64) int64 {
	if n == 0 {
		return 1
	}
	return 0
}
