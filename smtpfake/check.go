package smtpfake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The checks of parameters against the session and the server. Each returns
// the reply to a value that is refused.

// checkSize is SIZE of RFC 1870 section 5: up to 20 digits.
func (s *session) checkSize(value string) string {
	if len(value) > 20 || strings.Trim(value, "0123456789") != "" {
		return "501 5.5.4 Bad value of SIZE"
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n > s.maxText() {
		return "552 5.3.4 Message size exceeds the limit of " +
			strconv.FormatInt(s.maxText(), 10) + " octets"
	}
	s.tx.size = n
	return ""
}

// checkAuth is for AUTH=<alice@example.com>, which curl sends and servers
// take. RFC 4954 section 5 has no angle brackets but in "<>".
func (s *session) checkAuth(value string) string {
	if bare(value) != value {
		s.c.Violation("angle brackets in AUTH", "RFC 4954 section 5", value)
	}
	return ""
}

// checkBody is BODY=BINARYMIME of RFC 3030 section 3.
func (s *session) checkBody(value string) string {
	if strings.EqualFold(value, "BINARYMIME") && !s.srv.enabled("BINARYMIME") {
		return "501 5.5.4 Bad value of BODY"
	}
	return ""
}

// checkRequireTLS is REQUIRETLS of RFC 8689 section 4.
func (s *session) checkRequireTLS(string) string {
	if !s.secure() {
		return "530 5.7.10 REQUIRETLS outside TLS"
	}
	return ""
}

// checkPriority is MT-PRIORITY of RFC 6710 section 4.1.
func (s *session) checkPriority(value string) string {
	digit := strings.TrimPrefix(value, "-")
	if len(digit) != 1 || digit < "0" || digit > "9" || value == "-0" {
		return "501 5.5.2 Bad value of MT-PRIORITY"
	}
	return ""
}

var byValue = regexp.MustCompile(`^(-?[0-9]{1,9});([NRnr])[Tt]?$`)

// checkBy is BY of RFC 2852 section 4. DELIVERBY may tell the least time for
// mode R.
func (s *session) checkBy(value string) string {
	m := byValue.FindStringSubmatch(value)
	if m == nil {
		return "501 5.5.4 Bad value of BY"
	}
	seconds, _ := strconv.Atoi(m[1])
	if !strings.EqualFold(m[2], "R") {
		return ""
	}
	least := 1
	if words := s.srv.words("DELIVERBY"); len(words) > 0 {
		least, _ = strconv.Atoi(words[0])
	}
	if seconds < max(least, 1) {
		return "501 5.5.4 BY with mode R must be at least " + strconv.Itoa(max(least, 1)) + " seconds"
	}
	return ""
}

// futureLimits returns the longest time in seconds and the last date.
func (s *session) futureLimits() (longest int, last time.Time) {
	words := append(s.srv.words("FUTURERELEASE"), "", "")
	longest, _ = strconv.Atoi(words[0])
	last, _ = time.Parse(time.RFC3339, words[1])
	return longest, last
}

// checkHoldFor is HOLDFOR of RFC 4865 section 4: seconds.
func (s *session) checkHoldFor(value string) string {
	longest, _ := s.futureLimits()
	n, err := strconv.Atoi(value)
	switch {
	case s.tx.params.has("HOLDUNTIL"):
		return "501 5.5.4 HOLDFOR and HOLDUNTIL at once"
	case len(value) > 9 || err != nil || strings.Trim(value, "0123456789") != "" || n == 0:
		return "501 5.5.4 Bad value of HOLDFOR"
	case n > longest:
		return "501 5.5.4 HOLDFOR exceeds the limit of " + strconv.Itoa(longest) + " seconds"
	}
	return ""
}

// checkHoldUntil is HOLDUNTIL of RFC 4865 section 4: a date.
func (s *session) checkHoldUntil(value string) string {
	_, last := s.futureLimits()
	t, err := time.Parse(time.RFC3339, value)
	switch {
	case s.tx.params.has("HOLDFOR"):
		return "501 5.5.4 HOLDFOR and HOLDUNTIL at once"
	case err != nil:
		return "501 5.5.4 Bad value of HOLDUNTIL"
	case t.After(last):
		return "501 5.5.4 HOLDUNTIL exceeds the limit of " + last.Format(time.RFC3339)
	case t.Before(time.Now()):
		return "501 5.5.4 HOLDUNTIL is in the past"
	}
	return ""
}

// solicitation is a class of RFC 3865 section 2.1: a reversed domain and a
// name.
var solicitation = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.-]*:[A-Za-z0-9._:-]+$`)

// checkSolicit is SOLICIT of RFC 3865 section 2.4.
func (s *session) checkSolicit(value string) string {
	refused := strings.Split(strings.Join(s.srv.words("NO-SOLICITING"), ","), ",")
	for class := range strings.SplitSeq(value, ",") {
		if !solicitation.MatchString(class) {
			return "501 5.5.4 Bad value of SOLICIT"
		}
		if slices.ContainsFunc(refused, func(r string) bool { return strings.EqualFold(r, class) }) {
			return "550 5.7.1 No soliciting: " + class
		}
	}
	return ""
}

// checkOwner is RRVS of RFC 7293 section 5: the mailbox must have had its
// owner since the date.
func (s *session) checkOwner(to *recipient) string {
	value, ok := to.params.get("RRVS")
	if !ok {
		return ""
	}
	date, _, _ := strings.Cut(value, ";")
	required, _ := time.Parse(time.RFC3339, date)
	_, domain, _ := cutMailbox(to.addr)
	switch {
	case s.ownerSince(to.addr).After(required):
		return "550 5.7.17 Mailbox owner has changed"
	case s.ownerSince("@" + domain).After(required):
		return "550 5.7.18 Domain owner has changed"
	}
	return ""
}

func (s *session) ownerSince(name string) time.Time {
	for k, t := range s.cfg.OwnerSince {
		if strings.EqualFold(k, name) {
			return t
		}
	}
	return time.Time{}
}
