package imapfake

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
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

// sentDay returns the day of a message's Date field, as it is written, and 0
// if that can't be read. Of the rest of the field nothing is asked, since
// nothing else of it is searched.
func sentDay(m *mailstore.Entry) day {
	s := m.Msg.Tree().Get("Date")
	if _, rest, ok := strings.Cut(s, ","); ok { // the day of the week
		s = rest
	}
	f := strings.Fields(s)
	if len(f) < 3 || len(f[1]) < 3 {
		return 0
	}
	d, err1 := strconv.Atoi(f[0])
	m3 := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(f[1][:3]))
	y, err2 := strconv.Atoi(f[2])
	if err1 != nil || err2 != nil || d < 1 || d > 31 || m3 < 0 || m3%3 != 0 || y < 0 {
		return 0
	}
	switch { // RFC 5322 section 4.3
	case y < 50:
		y += 2000
	case y < 1000:
		y += 1900
	}
	return day(y*10000 + (m3/3+1)*100 + d)
}
