package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// metadataExtension is METADATA (RFC 5464): annotations of mailboxes and, with
// METADATA-SERVER alone, of the server only.
var metadataExtension = extension{
	caps: []imap.Cap{imap.CapMetadata, imap.CapMetadataServer},
	enable: []enabler{
		{cap: imap.CapMetadata, enable: (*session).watchMetadata},
		{cap: imap.CapMetadataServer, enable: (*session).watchMetadata},
	},
	commands: []command{
		{name: "GETMETADATA", states: authenticated, cap: imap.CapMetadata, run: runGetMetadata},
		{name: "SETMETADATA", states: authenticated, cap: imap.CapMetadata, run: runSetMetadata},
		{name: "GETMETADATA", states: authenticated, cap: imap.CapMetadataServer, run: runGetMetadata},
		{name: "SETMETADATA", states: authenticated, cap: imap.CapMetadataServer, run: runSetMetadata},
	},
}

// listMetadataExtension is LIST-METADATA (RFC 9590).
var listMetadataExtension = extension{
	caps: []imap.Cap{imap.CapListMetadata},
	listOptions: []listOption{
		{name: "RETURN METADATA", cap: imap.CapListMetadata, parse: parseListMetadata},
	},
}

// Limits unless the Server says otherwise.
const (
	maxMetadataBytes   = 64 << 10
	maxMetadataEntries = 1000
)

// annotated is what has annotations for a session: a mailbox, or the server.
type annotated struct {
	s               *session
	box             *mailstore.Mailbox  // nil for the server
	private, shared *mailstore.Metadata // private is nil for others' mailboxes
}

// annotated returns the mailbox with a name, or the server for "".
func (s *session) annotated(name, rights string) (annotated, error) {
	if name == "" {
		return annotated{s, nil, s.account.Metadata(), s.cfg.auth.Store.Metadata()}, nil
	}
	if !s.has(imap.CapMetadata) && !s.has(capAnnotateMore) {
		return annotated{}, no(imap.ResponseCodeCannot, "Only the server has annotations")
	}
	box, err := s.lookup(name, rights)
	if err != nil {
		return annotated{}, err
	}
	a := annotated{s: s, box: box, shared: box.Metadata()}
	if box.Account() == s.account {
		a.private = box.Metadata()
	}
	return a, nil
}

// of returns the annotations among which an entry is, nil if there are none.
func (a annotated) of(entry string) *mailstore.Metadata {
	if strings.HasPrefix(entry+"/", "/private/") {
		return a.private
	}
	return a.shared
}

// specialUseEntry is the annotation that stands for a mailbox's special use
// (RFC 6154 section 4).
const specialUseEntry = "/private/specialuse"

func (a annotated) isUse(entry string) bool {
	return entry == specialUseEntry && a.box != nil && a.private != nil && a.s.has(imap.CapSpecialUse)
}

func (a annotated) get(entry string) (string, bool) {
	if a.isUse(entry) {
		use := a.box.Use()
		return use, use != ""
	}
	if m := a.of(entry); m != nil {
		return m.Get(entry)
	}
	return "", false
}

func (a annotated) names() (list []string) {
	if use, ok := a.get(specialUseEntry); ok && a.isUse(specialUseEntry) && use != "" {
		list = append(list, specialUseEntry)
	}
	for _, m := range []*mailstore.Metadata{a.private, a.shared} {
		if m == nil {
			continue
		}
		for _, name := range m.Entries() {
			if a.of(name) == m {
				list = append(list, name)
			}
		}
		if a.private == a.shared {
			break
		}
	}
	return list
}
