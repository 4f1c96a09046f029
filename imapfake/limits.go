package imapfake

import (
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Limits on what clients can add to an account besides messages: beyond them
// is NO [LIMIT] (RFC 5530 section 3). They are for a client that never stops;
// a test itself may add more.
const (
	maxMailboxes   = 10_000 // of an account, and as many subscriptions
	maxName        = 1000   // octets of a mailbox's name, or an identifier of ACL
	maxKeywords    = 1000   // of a mailbox
	maxKeyword     = 250    // octets
	maxIdentifiers = 1000   // in the ACL of a mailbox
)

func beyond(format string, args ...any) error { return no(imap.ResponseCodeLimit, format, args...) }

// limitName returns the error for a name that is too long.
func limitName(name string) error {
	if len(name) > maxName {
		return beyond("Names of mailboxes and users may have %d octets", maxName)
	}
	return nil
}

// limitMailboxes returns the error if there can't be another mailbox, of that
// name.
func limitMailboxes(a *mailstore.Account, name string) error {
	if a.Used().Mailboxes+strings.Count(name, "/") >= maxMailboxes {
		return beyond("There are too many mailboxes: the limit is %d", maxMailboxes)
	}
	return limitName(name)
}

// limitKeywords returns the error if flags would give a mailbox too many
// keywords.
func limitKeywords(box *mailstore.Mailbox, flags []string) error {
	added := 0
	for _, f := range flags {
		if strings.HasPrefix(f, `\`) {
			continue
		}
		if len(f) > maxKeyword {
			return beyond("Keywords may have %d octets", maxKeyword)
		}
		same := func(k string) bool { return strings.EqualFold(k, f) }
		if !slices.ContainsFunc(box.Snapshot().Keywords, same) {
			added++
		}
	}
	if added > 0 && len(box.Snapshot().Keywords)+added > maxKeywords {
		return beyond("There are too many keywords: the limit is %d", maxKeywords)
	}
	return nil
}

// validities has the UIDVALIDITY that was told last, by account and mailbox.
type validities struct {
	mu   sync.Mutex
	told map[string]uint32 // guarded by mu
}

// swap notes a UIDVALIDITY and returns the one that was told before.
func (v *validities) swap(key string, now uint32) (before uint32, known bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before, known = v.told[key]
	if v.told == nil || !known && len(v.told) >= maxMailboxes {
		v.told = make(map[string]uint32) // a client that makes up names
	}
	v.told[key] = now
	return before, known
}
