package message

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Matchers stand in a [Want] where a literal can't: they are strings, so that
// they fit any field of it, and begin with a NUL, which no mail that a test
// wants has.
const (
	// Any matches what is there, whatever it is.
	Any = "\x00any:"
	// None matches what is empty or absent.
	None = "\x00none:"
)

// Regexp returns a matcher for text in which a regular expression matches. It
// panics if the expression is none.
func Regexp(re string) string {
	regexp.MustCompile(re)
	return "\x00regexp:" + re
}

// Prefix returns a matcher for text that starts with s.
func Prefix(s string) string { return "\x00prefix:" + s }

// Contains returns a matcher for text that contains s.
func Contains(s string) string { return "\x00contains:" + s }

// Near returns a matcher for a date, as in the Date field, that is at most d
// before or after t.
func Near(t time.Time, d time.Duration) string {
	return fmt.Sprintf("\x00near:%s %s", t.Format(time.RFC3339Nano), d)
}

// Not returns a matcher for all that want, a literal or a matcher, does not
// match.
func Not(want string) string { return "\x00not:" + want }

// cutMatcher takes a matcher apart; kind is "" for a literal.
func cutMatcher(want string) (kind, arg string) {
	if !strings.HasPrefix(want, "\x00") {
		return "", want
	}
	kind, arg, _ = strings.Cut(want[1:], ":")
	return kind, arg
}

// match reports whether want, a literal or a matcher, matches one of the
// forms in which the text can be seen.
func match(want string, got ...string) bool {
	kind, arg := cutMatcher(want)
	if kind == "not" {
		return !match(arg, got...)
	}
	for _, g := range got {
		if matchOne(kind, arg, g) {
			return true
		}
	}
	return false
}

func matchOne(kind, arg, got string) bool {
	switch kind {
	case "any":
		return got != ""
	case "none":
		return got == ""
	case "regexp":
		return regexp.MustCompile(arg).MatchString(got)
	case "prefix":
		return strings.HasPrefix(got, arg)
	case "contains":
		return strings.Contains(got, arg)
	case "near":
		return isNear(arg, got)
	}
	return arg == got
}

func isNear(arg, got string) bool {
	at, within, _ := strings.Cut(arg, " ")
	want, err1 := time.Parse(time.RFC3339Nano, at)
	limit, err2 := time.ParseDuration(within)
	date, err3 := ParseDate(got)
	return err1 == nil && err2 == nil && err3 == nil && date.Sub(want).Abs() <= limit
}

// isMatcher reports whether want is no literal.
func isMatcher(want string) bool { return strings.HasPrefix(want, "\x00") }

// showMatcher says in words what a matcher wants.
func showMatcher(want string) string {
	switch kind, arg := cutMatcher(want); kind {
	case "any":
		return "anything"
	case "none":
		return "nothing"
	case "regexp":
		return "a match of " + quoteExpr(arg)
	case "prefix":
		return "starting with " + quote(arg)
	case "contains":
		return "containing " + quote(arg)
	case "near":
		at, within, _ := strings.Cut(arg, " ")
		return "a time within " + within + " of " + at
	case "not":
		return "not " + showMatcher(arg)
	}
	return quote(want)
}
