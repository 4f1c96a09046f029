package mailstore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Bounds of what a failure shows.
const (
	maxReportLines = 40 // of a transcript: the last ones
	maxReportNames = 3  // addresses or subjects
)

// missing says why no message came to the account, in one line, and what was
// said instead below it.
//
// diffs are lines to show between, of the messages that came.
func (a *Account) missing(t testing.TB, chosen bool, diffs string) string {
	pending := a.Pending()
	a.store.mu.Lock()
	total := a.arrived.total
	others := a.store.othersLocked(a)
	a.store.mu.Unlock()
	why := ""
	switch {
	case chosen && len(pending) > 0:
		why = noneFits(pending, subjects)
	case total > 0:
		why = allRead(total)
	case len(others) > 0:
		why = "there is mail for " + someOf(others)
	default:
		why = a.store.silence()
	}
	return fmt.Sprintf("no new mail for %s after %s (%s)", a.Addr, a.store.waited(), why) +
		diffs + a.store.said(t, a.Addr)
}

// missing is the account's for the whole store.
func (s *Store) missing(t testing.TB, chosen bool, diffs string) string {
	pending := s.Pending()
	s.mu.Lock()
	total := s.accepted.total
	s.mu.Unlock()
	why := ""
	switch {
	case chosen && len(pending) > 0:
		why = noneFits(pending, addressed)
	case total > 0:
		why = allRead(total)
	default:
		why = s.silence()
	}
	return fmt.Sprintf("no new mail after %s (%s)", s.waited(), why) + diffs + s.said(t, "")
}

// othersLocked returns the addresses, in order, of the accounts that have got
// mail, but for a.
func (s *Store) othersLocked(a *Account) []string {
	var list []string
	for _, x := range s.accounts {
		if x != a && x.arrived.total > 0 {
			list = append(list, x.Addr)
		}
	}
	slices.Sort(list)
	return list
}

func noneFits(pending []*message.Message, names func([]*message.Message) string) string {
	return count(len(pending), "message") + " came, none that fits: " + names(pending)
}

// nearMisses says how messages differ from what was waited for: the last of
// them, since the first were probably for something else.
func nearMisses(pending []*message.Message, w message.Want) string {
	var b strings.Builder
	for _, m := range pending[max(0, len(pending)-maxReportNames):] {
		b.WriteString("\n" + m.Diff(w))
	}
	return b.String()
}

func subjects(list []*message.Message) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = strconv.Quote(m.Subject)
	}
	return someOf(names)
}

// addressed is subjects with the recipients, for mail of all accounts.
func addressed(list []*message.Message) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = strconv.Quote(m.Subject) + " to " + someOf(m.RcptTo)
	}
	return joinSome(names, "; ")
}

func allRead(total int) string {
	if total == 1 {
		return "the one earlier message was read"
	}
	return fmt.Sprintf("all %d earlier messages were read", total)
}

// silence says how far clients have come if no message has.
func (s *Store) silence() string {
	if s.transcript("SMTP", "") == "" {
		return "no connection was made"
	}
	return "the server has received no mail"
}

func someOf(list []string) string { return joinSome(list, ", ") }

func joinSome(list []string, sep string) string {
	if n := len(list) - maxReportNames; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:maxReportNames], sep), n)
	}
	return strings.Join(list, sep)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// waited is the timeout as people say it.
func (s *Store) waited() string {
	d := s.timeout()
	if d == fakeYear {
		return "a year"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// fakeYear is the default timeout on the clock of a testing/synctest bubble.
const fakeYear = 365 * 24 * time.Hour
