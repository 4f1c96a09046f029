package mailstore

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A report is a server whose transcript failures quote.
type report struct {
	protocol   string
	transcript fmt.Stringer
}

// AddTranscript tells the store of a server that works on it, so that the
// failures of Next can quote what was said there. The servers of this module
// call it when they are first used, with their *wire.Transcript; protocol is
// "SMTP", "IMAP" or "POP3". A transcript that is "" means that nobody has
// connected. If it has a method Mentioning(text string) string, failures about
// an account quote only the connections that name the account.
func (s *Store) AddTranscript(protocol string, transcript fmt.Stringer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, report{protocol, transcript})
}

// protocols is the order in which transcripts are shown.
var protocols = []string{"SMTP", "IMAP", "POP3"}

// transcript returns what was said on all servers of a protocol: on the
// connections that name an address, or on all if that is "".
func (s *Store) transcript(protocol, addr string) string {
	var b strings.Builder
	for _, r := range s.reportsOf(protocol) {
		if addr == "" {
			b.WriteString(r.transcript.String())
		} else if t, ok := r.transcript.(interface{ Mentioning(string) string }); ok {
			b.WriteString(t.Mentioning(addr))
		}
	}
	return b.String()
}

func (s *Store) reportsOf(protocol string) []report {
	s.mu.Lock()
	defer s.mu.Unlock()
	other := func(r report) bool { return r.protocol != protocol }
	return slices.DeleteFunc(slices.Clone(s.reports), other)
}

// said returns the end of the SMTP transcript as the lines after a failure's
// first: of the connections that name an address, if there are any, since a
// server that tests share has many others. A test that has more failures shows
// it once.
func (s *Store) said(t testing.TB, addr string) string {
	all := s.transcript("SMTP", "")
	heading, text := "transcript", all
	if addr != "" {
		some := s.transcript("SMTP", addr)
		if some != "" && len(some) < len(all) {
			heading, text = ofConnections(heading, addr), some
		}
	}
	if text == "" {
		return ""
	}
	if s.isQuoted(t, text) {
		return "\n" + heading + " as above"
	}
	s.quote(t, all, text)
	return "\n" + lastLines(heading, text)
}

func ofConnections(heading, addr string) string {
	return heading + " of the connections that name " + addr
}

// A quoted is a transcript that a test's failure has shown.
type quoted struct {
	t    any // the test, nil if it can't be told from others
	text string
}

func quotedBy(t testing.TB, text string) quoted {
	if !reflect.ValueOf(t).Comparable() {
		return quoted{nil, text}
	}
	return quoted{t, text}
}

// quote notes transcripts that t need not log again.
func (s *Store) quote(t testing.TB, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quoted == nil {
		s.quoted = make(map[quoted]bool)
	}
	for _, text := range texts {
		s.quoted[quotedBy(t, text)] = true
	}
}

func (s *Store) isQuoted(t testing.TB, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quoted[quotedBy(t, text)]
}

// logTranscripts logs the ends of all transcripts, as transcript has them by
// an address.
func (s *Store) logTranscripts(t testing.TB, addr string) {
	t.Helper()
	var parts []string
	for _, protocol := range protocols {
		text := s.transcript(protocol, addr)
		if text == "" || s.isQuoted(t, text) {
			continue
		}
		heading := protocol + " transcript"
		if addr != "" {
			heading = ofConnections(heading, addr)
		}
		parts = append(parts, lastLines(heading, text))
	}
	if len(parts) > 0 {
		t.Logf("%s", strings.Join(parts, "\n"))
	}
}

// lastLines is a heading and the end of a text of many lines.
func lastLines(heading, text string) string {
	lines := slices.Collect(strings.Lines(text))
	if n := len(lines) - maxReportLines; n > 0 {
		heading += ", without the first " + count(n, "line")
		lines = lines[n:]
	}
	return heading + ":\n" + strings.TrimRight(strings.Join(lines, ""), "\n")
}
