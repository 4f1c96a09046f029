package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// condStoreExtension is CONDSTORE (RFC 7162 section 3.1), but for what it adds
// to FETCH and SEARCH.
var condStoreExtension = extension{
	caps:   []imap.Cap{imap.CapCondStore},
	enable: []enabler{{cap: imap.CapCondStore, enable: (*session).enableCondStore}},
	statusItems: []statusItem{{name: "HIGHESTMODSEQ", cap: imap.CapCondStore,
		write: func(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
			s.enc.num(v.HighestModSeq)
		},
		enable: (*session).enableCondStore,
	}},
	selectParams: []selectParam{{name: "CONDSTORE", cap: imap.CapCondStore,
		parse: func(s *session, p *parser, o *selectOptions) { o.CondStore = true },
	}},
}

// enableCondStore does what each CONDSTORE enabling command does: from now on
// MODSEQ is in all FETCH responses that nobody asked for. The first one has the
// selected mailbox's HIGHESTMODSEQ told.
func (s *session) enableCondStore() {
	if s.enabled[imap.CapCondStore] {
		return
	}
	s.enable(imap.CapCondStore)
	if s.view != nil {
		s.writeHighestModSeq(s.view.snap.HighestModSeq)
	}
}

func (s *session) writeHighestModSeq(n uint64) {
	s.codeNumber("HIGHESTMODSEQ", n, "Highest mod-sequence")
}

// writeModSeq writes MODSEQ and the UID, which belong into each FETCH response
// about flags once CONDSTORE is enabled (RFC 7162 sections 3.1, 3.2.4).
func (s *session) writeModSeq(m *mailstore.Entry) {
	if !s.uidOnly() {
		s.enc.raw("UID ")
		s.enc.num(uint64(m.UID))
		s.enc.sp()
	}
	s.enc.raw("MODSEQ (")
	s.enc.num(m.ModSeq)
	s.enc.byte(')')
}

// parseUnchangedSince takes the modifier of STORE (RFC 7162 section 3.1.3).
func (s *session) parseUnchangedSince(p *parser, c *storing) {
	if p.peek() != '(' || !s.has(imap.CapCondStore) {
		return
	}
	p.list1(func() {
		if !p.tryKeyword("UNCHANGEDSINCE") {
			p.fail("UNCHANGEDSINCE")
		}
		p.sp()
		c.conditional, c.since = true, p.number64()
	})
	p.sp()
}
