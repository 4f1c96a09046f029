package imapfake

import "github.com/emersion/go-imap/v2"

var utf8Extension = extension{
	caps:   []imap.Cap{imap.CapUTF8Accept},
	enable: []enabler{{cap: imap.CapUTF8Accept, enable: (*session).enableUTF8}},
}

// enableUTF8 switches UTF-8 on: in quoted strings and for the names of
// mailboxes, in both directions (RFC 9755 section 3).
func (s *session) enableUTF8() {
	s.enc.utf8, s.enc.names.utf8 = true, true
}
