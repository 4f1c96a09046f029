package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// uidOnlyExtension is UIDONLY (RFC 9586): a client that has enabled it neither
// sends nor gets sequence numbers.
var uidOnlyExtension = extension{
	caps:   []imap.Cap{imap.CapUIDOnly},
	enable: []enabler{{cap: imap.CapUIDOnly}},
}

// errUIDRequired answers what has sequence numbers (RFC 9586 section 3).
var errUIDRequired = bad("UIDREQUIRED", "UIDONLY is enabled: only UIDs may be used")

// uidOnly reports whether the client has given sequence numbers up.
func (s *session) uidOnly() bool { return s.enabled[imap.CapUIDOnly] }

// vanishes reports whether VANISHED takes the place of EXPUNGE.
func (s *session) vanishes() bool { return s.enabled[imap.CapQResync] || s.uidOnly() }

// beginFetch writes a FETCH response, or a UIDFETCH response, up to its first
// item.
func (s *session) beginFetch(seq uint32, m *mailstore.Entry) {
	if s.uidOnly() {
		s.enc.untagged(m.UID, "UIDFETCH (")
		return
	}
	s.enc.untagged(seq, "FETCH (")
}
