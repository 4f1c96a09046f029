package imapfake

import (
	"errors"
	"time"
)

const (
	dateTimeLayout = "_2-Jan-2006 15:04:05 -0700"
	dateLayout     = "2-Jan-2006"
)

var (
	errDateTime = errors.New(`date-time must be like "17-Jul-1996 02:44:25 -0700"`)
	errDate     = errors.New(`date must be like 1-Feb-1994`)
)

// appendDateTime appends a date-time (RFC 3501 section 9): 26 octets and the
// quotes, with the day padded by a space, in the zone of t.
func appendDateTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.AppendFormat(b, dateTimeLayout)
	return append(b, '"')
}

// parseDateTime parses the date-time of APPEND, without its quotes. The zone
// is kept.
func parseDateTime(s string) (time.Time, error) {
	if len(s) != len("17-Jul-1996 02:44:25 -0700") || s[12] == ' ' { // which package time lets pass
		return time.Time{}, errDateTime
	}
	t, err := time.Parse(dateTimeLayout, s)
	if err != nil {
		return time.Time{}, errDateTime
	}
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset)), nil
}

// A day is a date without time and zone, as SEARCH compares them. Days are
// ordered; 0 is no date.
type day int32

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day(y*10000 + int(m)*100 + d)
}

// parseDay parses the date of a search key, without its quotes.
func parseDay(s string) (day, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, errDate
	}
	return dayOf(t), nil
}
