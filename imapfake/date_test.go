package imapfake

import (
	"testing"
	"time"
)

func TestDateTime(t *testing.T) {
	for _, s := range []string{
		"17-Jul-1996 02:44:25 -0700",
		" 1-Jan-2026 00:00:00 +0000",
		"29-Feb-2024 23:59:59 +1345",
	} {
		d, err := parseDateTime(s)
		if err != nil {
			t.Errorf("parseDateTime(%q): %v", s, err)
		} else if got := string(appendDateTime(nil, d)); got != `"`+s+`"` {
			t.Errorf("%q is written %s", s, got)
		}
	}
	if d, err := parseDateTime("01-JAN-2026 00:00:00 +0000"); err != nil || d.Day() != 1 {
		t.Errorf("a day with a zero and a month in capitals: %v, %v", d, err)
	}
}

func TestDateTimeMalformed(t *testing.T) {
	for _, s := range []string{
		"", "1-Jan-2026 00:00:00 +0000", "30-Feb-2026 00:00:00 +0000", "17-Jul-1996 02:44:25 GMT",
		"17-Jul-1996 24:44:25 -0700", "17-Jul-96 02:44:25 -0700  ", "17-Jul-1996  2:44:25 -0700",
		"17/Jul/1996 02:44:25 -0700", "17-Jul-1996 02:44:25.1-0700", "32-Jul-1996 02:44:25 -0700",
	} {
		if d, err := parseDateTime(s); err == nil {
			t.Errorf("parseDateTime(%q) = %v, want an error", s, d)
		}
	}
}

func TestDay(t *testing.T) {
	for _, tt := range []struct {
		s    string
		want day
	}{
		{"1-Feb-1994", 19940201},
		{"01-feb-1994", 19940201},
		{"31-Dec-2026", 20261231},
		{"29-Feb-2024", 20240229},
	} {
		if got, err := parseDay(tt.s); err != nil || got != tt.want {
			t.Errorf("parseDay(%q) = %d, %v, want %d", tt.s, got, err, tt.want)
		}
	}
	for _, s := range []string{"", "1-Feb-94", "30-Feb-2026", "Feb-1-1994", " 1-Feb-1994", "001-Feb-1994", "1-Feb-1994 "} {
		if got, err := parseDay(s); err == nil {
			t.Errorf("parseDay(%q) = %d, want an error", s, got)
		}
	}
	late := time.Date(2026, 1, 2, 23, 30, 0, 0, time.FixedZone("", -5*3600))
	if got := dayOf(late); got != 20260102 {
		t.Errorf("dayOf ignores no zone: %d", got)
	}
}
