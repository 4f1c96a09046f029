package mailstore

import "fmt"

// A Transcript is what was said on a server's connections.
// *wire.Transcript is one.
type Transcript interface {
	String() string
}

// A report is a server that failure reports quote.
type report struct {
	protocol   string
	transcript Transcript
}

// AddTranscript tells the store of a server that works on it, so that the
// failures of Next can quote what was said. The servers of this module call it
// when they are first used; protocol is "SMTP", "IMAP" or "POP3".
func (s *Store) AddTranscript(protocol string, t Transcript) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, report{protocol, t})
}

func (a *Account) missing(chosen bool) string {
	return fmt.Sprintf("no new mail for %s after %v", a.Addr, a.store.timeout())
}

func (s *Store) missing() string {
	return fmt.Sprintf("no new mail after %v", s.timeout())
}
