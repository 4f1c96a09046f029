package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// capI18NLevel2 is I18NLEVEL=2, level 1 with a choice of comparators (RFC 5255
// section 4). Level 1 is that searching and sorting know Unicode.
const (
	capI18NLevel1 imap.Cap = "I18NLEVEL=1"
	capI18NLevel2 imap.Cap = "I18NLEVEL=2"
)

// languageExtension is LANGUAGE (RFC 5255 section 3): the language of the text
// in replies.
var languageExtension = extension{
	caps:    []imap.Cap{imap.CapLanguage},
	preauth: true,
	commands: []command{
		{name: "LANGUAGE", states: anyState, cap: imap.CapLanguage, run: runLanguage},
	},
}

// comparatorExtension is the command of I18NLEVEL=2.
var comparatorExtension = extension{
	caps: []imap.Cap{capI18NLevel1, capI18NLevel2},
	commands: []command{
		{name: "COMPARATOR", states: authenticated, cap: capI18NLevel2, run: runComparator},
	},
}

// languages are those that the server has. The first is English for those who
// have not said what they read.
var languages = []string{"i-default", "en", "de"}

// runLanguage is LANGUAGE: the languages that there are, or the choice of the
// first that fits.
func runLanguage(s *session, c *call) error {
	var ranges []string
	for !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		ranges = append(ranges, c.p.astring())
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if ranges == nil {
		s.writeLanguages(languages...)
		return nil
	}
	for _, r := range ranges {
		if lang := lookupLanguage(r); lang != "" {
			s.language = lang
			s.writeLanguages(lang)
			s.writeTranslatedNamespace()
			return nil
		}
	}
	return no("", "No such language")
}

// lookupLanguage returns the language for a range: the range itself, or what is left
// when subtags are taken off its end (RFC 4647 section 3.4).
func lookupLanguage(r string) string {
	if strings.EqualFold(r, "default") || r == "*" {
		return languages[0]
	}
	for r != "" {
		for _, lang := range languages {
			if strings.EqualFold(lang, r) {
				return lang
			}
		}
		r = r[:max(strings.LastIndexByte(r, '-'), 0)]
	}
	return ""
}

func (s *session) writeLanguages(list ...string) {
	s.enc.raw("* LANGUAGE (")
	s.enc.raw(strings.Join(list, " "))
	s.enc.raw(")")
	s.enc.line()
}

// writeTranslatedNamespace writes NAMESPACE, whose prefixes may have other
// names in the language (RFC 5255 section 3.4).
func (s *session) writeTranslatedNamespace() {
	if s.account != nil && s.has(imap.CapNamespace) {
		s.writeNamespace()
	}
}

// translation is the word of the session's language for what stands before a
// namespace, "" if it is the same.
func (s *session) translation(prefix string) string {
	if s.language == "de" && prefix == othersPrefix {
		return "Andere Benutzer/"
	}
	return ""
}

// inGerman are texts of replies. What isn't here stays as it is.
var inGerman = map[string]string{
	"Autologout; idle for too long":                         "Zu lange untätig",
	"Begin TLS negotiation now":                             "TLS kann beginnen",
	"DEFLATE active":                                        "DEFLATE ist aktiv",
	"First unseen message":                                  "Erste ungelesene Nachricht",
	"Flags that can be stored":                              "Markierungen, die gespeichert werden können",
	"Logged in":                                             "Angemeldet",
	"Logging out":                                           "Auf Wiedersehen",
	"Mailbox doesn't exist":                                 "Postfach gibt es nicht",
	"Mailbox exists already":                                "Postfach gibt es schon",
	"Mailbox has children and can't be selected":            "Postfach hat Unterordner und kann nicht geöffnet werden",
	"Mailbox is read-only":                                  "Postfach kann nur gelesen werden",
	"Mailbox name is not allowed":                           "Postfachname ist nicht erlaubt",
	"Moved":                                                 "Verschoben",
	"No flags can be stored":                                "Markierungen können nicht gespeichert werden",
	"No such language":                                      "Diese Sprache gibt es nicht",
	"Predicted next UID":                                    "Voraussichtlich nächste UID",
	"Quota exceeded":                                        "Speicherplatz ist erschöpft",
	"Selected mailbox was deleted":                          "Geöffnetes Postfach wurde gelöscht",
	"Server shutting down":                                  "Server wird beendet",
	"Some of the messages have been expunged":               "Einige der Nachrichten wurden gelöscht",
	"UIDVALIDITY of the selected mailbox has changed":       "UIDVALIDITY des geöffneten Postfachs hat sich geändert",
	"UIDs valid":                                            "UIDs gültig",
	"Wrong user name or password":                           "Benutzername oder Passwort ist falsch",
	"LOGIN needs TLS: use STARTTLS first":                   "LOGIN braucht TLS: zuerst STARTTLS",
	"Mailbox is selected read-only":                         "Postfach ist nur zum Lesen geöffnet",
	"Previous mailbox closed":                               "Voriges Postfach geschlossen",
	"Highest mod-sequence":                                  "Höchste Änderungsnummer",
	"A message of 0 bytes can't be stored":                  "Eine leere Nachricht kann nicht gespeichert werden",
	"The right to change these flags is missing":            "Das Recht, diese Markierungen zu ändern, fehlt",
	"Only the owner can do that":                            "Das kann nur der Eigentümer",
	"No such quota root":                                    "Diese Quota gibt es nicht",
	"There are no private annotations of others' mailboxes": "Private Anmerkungen gibt es nur an eigenen Postfächern",
}

// inLanguage returns a reply's text in the session's language.
func (s *session) inLanguage(text string) string {
	if s.language != "de" {
		return text
	}
	if t, ok := inGerman[text]; ok {
		return t
	}
	if name, ok := strings.CutSuffix(text, " completed"); ok {
		return name + " ausgeführt"
	}
	return text
}

// The comparators that searching and sorting can use.
const (
	comparatorUnicode = "i;unicode-casemap" // the default
	comparatorOctet   = "i;octet"
)

var comparators = []string{comparatorUnicode, comparatorOctet}

// runComparator is COMPARATOR (RFC 5255 section 4.7): which comparator is
// used, or the choice of the first that the server has.
func runComparator(s *session, c *call) error {
	var orders []string
	for !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		orders = append(orders, strings.ToLower(c.p.astring()))
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if orders == nil {
		s.writeComparators(nil)
		return nil
	}
	matching := slices.DeleteFunc(slices.Clone(comparators), func(name string) bool {
		return !slices.ContainsFunc(orders, func(o string) bool { return comparatorFits(o, name) })
	})
	for _, o := range orders {
		for _, name := range comparators {
			if comparatorFits(o, name) {
				s.comparator = name
				s.writeComparators(matching)
				return nil
			}
		}
	}
	return no("BADCOMPARATOR", "No such comparator")
}

// comparatorFits reports whether a comparator is one of an order: a name, in
// which * stands for any text (RFC 4790 section 4.2).
func comparatorFits(order, name string) bool {
	return order == "default" && name == comparatorUnicode || glob(order, name)
}

func (s *session) writeComparators(matching []string) {
	e := &s.enc
	e.raw("* COMPARATOR ")
	if s.comparator == "" {
		e.raw(comparatorUnicode)
	} else {
		e.raw(s.comparator)
	}
	if len(matching) > 0 {
		e.raw(" (" + strings.Join(matching, " ") + ")")
	}
	e.line()
}
