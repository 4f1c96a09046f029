package message

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseDate parses a date as the Date field has it (RFC 5322 section 3.3), and
// the obsolete forms: years of two and three digits, named zones, comments and
// white space anywhere (section 4.3).
func ParseDate(value string) (time.Time, error) {
	d := dateParser{words: dateWords(value)}
	t := d.parse()
	if d.bad || len(d.words) > 0 {
		return time.Time{}, fmt.Errorf("%q is not a date (RFC 5322 section 3.3)", cutShort(value, 60))
	}
	return t, nil
}

// dateWords splits a date into words, numbers, zones and colons. Comments and
// commas only separate.
func dateWords(value string) []string {
	var words []string
	for s := skipCFWS(value); s != ""; s = skipCFWS(s) {
		n := strings.IndexAny(s, " \t\r\n(,:")
		switch {
		case n < 0:
			n = len(s)
		case n == 0 && s[0] == ':':
			n = 1
		case n == 0:
			s = s[1:]
			continue
		}
		words, s = append(words, s[:n]), s[n:]
	}
	return words
}

type dateParser struct {
	words []string
	bad   bool
}

func (d *dateParser) parse() time.Time {
	if len(d.words) > 0 && isWeekday(d.words[0]) {
		d.words = d.words[1:]
	}
	day := d.number(1, 2, 1, 31)
	month := d.month()
	year := d.year()
	hour := d.number(1, 2, 0, 23)
	d.colon()
	minute := d.number(2, 2, 0, 59)
	second := 0
	if len(d.words) > 0 && d.words[0] == ":" {
		d.colon()
		second = d.number(2, 2, 0, 60)
	}
	zone := d.zone()
	t := time.Date(year, month, day, hour, minute, second, 0, zone)
	if t.Day() != day && second < 60 {
		d.bad = true // February 30
	}
	return t
}

func isWeekday(s string) bool {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(s, day.String()[:3]) {
			return true
		}
	}
	return false
}

func (d *dateParser) next() string {
	if len(d.words) == 0 {
		d.bad = true
		return ""
	}
	w := d.words[0]
	d.words = d.words[1:]
	return w
}

func (d *dateParser) colon() { d.bad = d.next() != ":" || d.bad }

func (d *dateParser) number(minDigits, maxDigits, low, high int) int {
	w := d.next()
	n, err := strconv.ParseUint(w, 10, 31)
	if err != nil || len(w) < minDigits || len(w) > maxDigits || int(n) < low || int(n) > high {
		d.bad = true
	}
	return int(n)
}

func (d *dateParser) month() time.Month {
	w := d.next()
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(w, m.String()[:3]) {
			return m
		}
	}
	d.bad = true
	return time.January
}

func (d *dateParser) year() int {
	digits := 0
	if len(d.words) > 0 {
		digits = len(d.words[0])
	}
	y := d.number(2, 4, 0, 9999)
	switch {
	case digits == 2 && y < 50:
		return y + 2000
	case digits <= 3:
		return y + 1900
	case y < 1900:
		d.bad = true
	}
	return y
}

// zones are the obsolete names (RFC 5322 section 4.3). The military ones and
// all others are of unknown offset, which is -0000.
var zones = map[string]int{
	"UT": 0, "GMT": 0, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6,
	"MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
}

func (d *dateParser) zone() *time.Location {
	w := d.next()
	n, err := strconv.Atoi(w)
	if err == nil && len(w) == 5 && (w[0] == '+' || w[0] == '-') {
		if n%100 > 59 || n%100 < -59 {
			d.bad = true
		}
		if n == 0 {
			return time.UTC
		}
		return time.FixedZone("", (n/100*60+n%100)*60)
	}
	name := strings.ToUpper(w)
	if hours, ok := zones[name]; ok && hours != 0 {
		return time.FixedZone(name, hours*3600)
	}
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		d.bad = true
	}
	return time.UTC
}

// Date returns the time of the Date field, the zero time if it is missing or
// malformed.
func (m *Message) Date() time.Time {
	t, _ := ParseDate(m.Tree().Get("Date"))
	return t
}
