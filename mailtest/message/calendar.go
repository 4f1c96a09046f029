package message

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// An Event is an event of a calendar part (RFC 5545 section 3.6.1), such as an
// invitation.
type Event struct {
	Method      string // of the calendar: "REQUEST", "CANCEL", "REPLY", in upper case
	UID         string
	Summary     string
	Description string
	Location    string
	Status      string    // "CONFIRMED", "CANCELLED", in upper case
	Start, End  time.Time // in the zone that TZID names if the system knows it, otherwise UTC
	Organizer   string    // address
	Attendees   []string  // addresses, in order
	Sequence    int       // number of the revision
}

// Events returns the events of all calendar parts, in order. A calendar that
// is there twice, as an alternative and as an attachment, counts once.
func (m *Message) Events() []Event {
	var events []Event
	var seen [][]byte
	m.Tree().walk(func(p *Part) {
		if p.MediaType() != "text/calendar" && p.MediaType() != "application/ics" {
			return
		}
		b := []byte(strings.TrimSpace(strings.ReplaceAll(p.Text(), "\r\n", "\n")))
		for _, s := range seen {
			if bytes.Equal(s, b) {
				return
			}
		}
		seen = append(seen, b)
		events = append(events, readCalendar(b)...)
	})
	return events
}

// A property is a line of a calendar: NAME;PARAM=value:value.
type property struct {
	name   string // in upper case
	params []Param
	value  string
}

func readCalendar(b []byte) []Event {
	var events []Event
	var event *Event // open
	method := ""
	depth := 0 // of components within the event
	for _, line := range calendarLines(b) {
		p := readProperty(line)
		value := strings.ToUpper(p.value)
		switch {
		case p.name == "METHOD" && event == nil:
			method = value
		case p.name == "BEGIN" && value == "VEVENT" && event == nil:
			event = &Event{}
		case p.name == "BEGIN" && event != nil:
			depth++ // an alarm has its own properties
		case p.name == "END" && depth > 0:
			depth--
		case p.name == "END" && event != nil:
			events = append(events, *event)
			event = nil
		case event != nil && depth == 0:
			event.set(p)
		}
	}
	for i := range events {
		events[i].Method = method
	}
	return events
}

// calendarLines unfolds: a line that begins with white space goes on with the
// one before, without it (RFC 5545 section 3.1).
func calendarLines(b []byte) []string {
	s := strings.NewReplacer("\n ", "", "\n\t", "").Replace(string(b))
	return strings.Split(s, "\n")
}

func readProperty(line string) property {
	var p property
	colon := 0
	quoted := false
	for colon < len(line) && (quoted || line[colon] != ':') {
		quoted = quoted != (line[colon] == '"')
		colon++
	}
	head := line[:colon]
	p.name, p.params = parseRawParams(head)
	p.name = strings.ToUpper(p.name)
	p.value = strings.TrimSpace(line[min(colon+1, len(line)):])
	return p
}

func (e *Event) set(p property) {
	switch p.name {
	case "UID":
		e.UID = p.value
	case "SUMMARY":
		e.Summary = calendarText(p.value)
	case "DESCRIPTION":
		e.Description = calendarText(p.value)
	case "LOCATION":
		e.Location = calendarText(p.value)
	case "STATUS":
		e.Status = strings.ToUpper(p.value)
	case "DTSTART":
		e.Start = calendarTime(p)
	case "DTEND":
		e.End = calendarTime(p)
	case "ORGANIZER":
		e.Organizer = calendarAddress(p.value)
	case "ATTENDEE":
		e.Attendees = append(e.Attendees, calendarAddress(p.value))
	case "SEQUENCE":
		e.Sequence, _ = strconv.Atoi(p.value)
	}
}

// calendarText undoes the escapes of RFC 5545 section 3.3.11.
func calendarText(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";").Replace(s)
}

func calendarAddress(s string) string {
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		return s[7:]
	}
	return s
}

// calendarTime returns the zero time for what is no date.
func calendarTime(p property) time.Time {
	zone := time.UTC
	if loc, err := time.LoadLocation(param(p.params, "TZID")); err == nil {
		zone = loc
	}
	for _, layout := range []string{"20060102T150405Z", "20060102T150405", "20060102"} {
		if strings.HasSuffix(layout, "Z") {
			if t, err := time.Parse(layout, p.value); err == nil {
				return t
			}
		} else if t, err := time.ParseInLocation(layout, p.value, zone); err == nil {
			return t
		}
	}
	return time.Time{}
}
