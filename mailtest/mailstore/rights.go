package mailstore

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// AllRights are the rights of RFC 4314 section 2.1: to see a mailbox's name,
// read, keep \Seen, write other flags, insert, post, create children, delete
// the mailbox, set \Deleted, expunge, and administer.
const AllRights = "lrswipkxtea"

// SetRights sets what an identifier may do with the mailbox: an account's
// address, in any case, or "anyone"; with "-" before it, what it may not do
// whatever other identifiers give (RFC 4314 section 2). rights are letters of
// [AllRights], of which others are dropped; "" takes the identifier off the
// list. Until its rights are set, the mailbox's owner has all and nobody else
// has any. It binds clients only: deliveries and the test's own changes go on.
func (b *Mailbox) SetRights(identifier, rights string) {
	identifier = strings.ToLower(identifier)
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if b.acl == nil {
		b.acl = map[string]string{strings.ToLower(b.account.Addr): AllRights}
	}
	if rights = orderRights(rights); rights == "" {
		delete(b.acl, identifier)
	} else {
		b.acl[identifier] = rights
	}
	b.store.touchLocked()
	if b.gone {
		return
	}
	if b.store.shared == nil {
		b.store.shared = make(map[*Mailbox]struct{})
	}
	b.store.shared[b] = struct{}{}
}

// inheritRightsLocked gives a new mailbox the rights of its parent (RFC 4314
// section 6).
func (b *Mailbox) inheritRightsLocked() {
	i := strings.LastIndexByte(b.name, '/')
	if i < 0 || b.account.boxes[b.name[:i]] == nil {
		return
	}
	if b.acl = maps.Clone(b.account.boxes[b.name[:i]].acl); b.acl != nil {
		b.store.shared[b] = struct{}{}
	}
}

// SharedWith returns the mailboxes of other accounts for which an account has
// rights, in order of the owners' addresses and the names.
func (s *Store) SharedWith(a *Account) []*Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*Mailbox
	for b := range s.shared {
		if b.account != a && !b.noSelect && b.rightsLocked(a) != "" {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(x, y *Mailbox) int {
		return cmp.Or(strings.Compare(x.account.Addr, y.account.Addr), strings.Compare(x.name, y.name))
	})
	return list
}

// orderRights returns those of AllRights that are in rights, each once, in
// order.
func orderRights(rights string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(rights, r) {
			return r
		}
		return -1
	}, AllRights)
}

// ACL returns the rights by identifier.
func (b *Mailbox) ACL() map[string]string {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if b.acl == nil {
		return map[string]string{strings.ToLower(b.account.Addr): AllRights}
	}
	return maps.Clone(b.acl)
}

// Rights returns what an account may do with the mailbox, in the order of
// AllRights.
func (b *Mailbox) Rights(a *Account) string {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.rightsLocked(a)
}

func (b *Mailbox) rightsLocked(a *Account) string {
	if b.acl == nil {
		if a == b.account {
			return AllRights
		}
		return ""
	}
	id := strings.ToLower(a.Addr)
	not := b.acl["-"+id] + b.acl["-anyone"]
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(not, r) {
			return -1
		}
		return r
	}, orderRights(b.acl[id]+b.acl["anyone"]))
}

func hasAll(rights, wanted string) bool {
	return !strings.ContainsFunc(wanted, func(r rune) bool { return !strings.ContainsRune(rights, r) })
}

// flagRight returns the right that it takes to set or clear a flag (RFC 4314
// section 4): "s", "t" or "w".
func flagRight(flag string) string {
	switch {
	case strings.EqualFold(flag, `\Seen`):
		return "s"
	case strings.EqualFold(flag, `\Deleted`):
		return "t"
	}
	return "w"
}

// allowedFlags returns those of flags that rights allow to set.
func allowedFlags(rights string, flags []string) []string {
	if rights == AllRights {
		return flags
	}
	return slices.DeleteFunc(slices.Clone(flags), func(f string) bool {
		return !strings.Contains(rights, flagRight(f))
	})
}
