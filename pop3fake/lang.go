package pop3fake

import "strings"

// lang is LANG (RFC 6856 section 3): it lists the languages of the texts in
// replies, or chooses one. "*" is the server's own choice.
func (s *session) lang(args []string) {
	if len(args) == 0 {
		s.ok("language listing follows")
		s.conn.WriteString("en English\r\nde Deutsch\r\ni-default Default language\r\n.\r\n")
		return
	}
	switch tag := strings.ToLower(args[0]); tag {
	case "en", "i-default":
		s.german = false
		s.ok(tag + " language changed")
	case "*":
		s.german = false
		s.ok("en language changed")
	case "de":
		s.german = true
		s.ok("de Sprache geändert")
	default:
		s.err("invalid language")
	}
}

// translate returns a reply's text in the session's language. German words
// have umlauts only, so that UTF-8 shows (RFC 6856 section 3.1).
func (s *session) translate(text string) string {
	if t, ok := german[text]; ok && s.german {
		return t
	}
	return text
}

var german = map[string]string{
	"unknown command":                       "unbekannter Befehl",
	"log in first":                          "zuerst anmelden",
	"already logged in":                     "schon angemeldet",
	"send PASS":                             "PASS erwartet",
	"send USER first":                       "zuerst USER senden",
	"done nothing":                          "nichts getan",
	"message number expected":               "Nummer einer Nachricht erwartet",
	"number of lines expected":              "Anzahl der Zeilen erwartet",
	"invalid language":                      "ungültige Sprache",
	"wrong user name or password":           "Name oder Passwort falsch",
	"some deleted messages not removed":     "einige gelöschte Nachrichten nicht entfernt",
	"capability list follows":               "Fähigkeiten folgen",
	"unique-id listing follows":             "Kennungen folgen",
	"language listing follows":              "Sprachen folgen",
	"top of message follows":                "Anfang der Nachricht folgt",
	"mechanisms follow":                     "Mechanismen folgen",
	"maildrop is locked by another session": "Postfach ist durch eine andere Sitzung gesperrt",
}
