package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// othersPrefix begins the names of mailboxes that other accounts share: the
// other users' namespace (RFC 2342). Behind it are the owner's address and,
// but for INBOX, the mailbox's name: "Other Users/bob@example.com/Work".
const othersPrefix = "Other Users/"

// lookup returns a mailbox for which the session's account has rights (RFC
// 4314 section 4). One that it can't even list doesn't exist for it.
func (s *session) lookup(name, rights string) (*mailstore.Mailbox, error) {
	box := s.find(name)
	if err := s.referral(name); err != nil {
		return nil, err
	}
	if box == nil {
		return nil, errNonExistent
	}
	return box, s.allow(box, rights)
}

var errNonExistent = no(imap.ResponseCodeNonExistent, "Mailbox doesn't exist")

// find returns the mailbox with a name, or nil if there is none that can be
// selected.
func (s *session) find(name string) *mailstore.Mailbox {
	if a, name := s.locate(name); a != nil {
		return a.Find(name)
	}
	return nil
}

// locate returns the account to which a name belongs, nil if there is none,
// and the mailbox's name in it.
func (s *session) locate(name string) (*mailstore.Account, string) {
	rest, ok := strings.CutPrefix(name, othersPrefix)
	if !ok {
		return s.account, name
	}
	addr, name, ok := strings.Cut(rest, "/")
	if !ok {
		name = "INBOX"
	}
	return s.cfg.auth.Store.Lookup(addr), name
}

// allow returns the error of a session whose account lacks one of the rights.
func (s *session) allow(box *mailstore.Mailbox, rights string) error {
	have := box.Rights(s.account)
	for _, r := range rights {
		if strings.ContainsRune(have, r) {
			continue
		}
		if !strings.Contains(have, "l") {
			return errNonExistent
		}
		return no(imap.ResponseCodeNoPerm, "The right %q is missing", string(r))
	}
	return nil
}

// may reports whether the session's account has one of the rights.
func (s *session) may(box *mailstore.Mailbox, rights string) bool {
	return strings.ContainsAny(box.Rights(s.account), rights)
}

// nameOf returns the name that a mailbox has for the session.
func (s *session) nameOf(box *mailstore.Mailbox) string {
	name, owner := box.Name(), box.Account()
	switch {
	case owner == s.account:
		return name
	case name == "INBOX":
		return othersPrefix + owner.Addr
	}
	return othersPrefix + owner.Addr + "/" + name
}

// mailboxes returns the mailboxes that the session can list, in order: its
// account's own, INBOX first, and those that others share with it.
func (s *session) mailboxes() []*mailstore.Mailbox {
	list := append(s.account.Mailboxes(), s.cfg.auth.Store.SharedWith(s.account)...)
	return slices.DeleteFunc(list, func(b *mailstore.Mailbox) bool {
		return !b.NoSelect() && !s.may(b, "l")
	})
}
