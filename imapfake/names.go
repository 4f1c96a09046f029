package imapfake

import (
	"strings"
	"unicode/utf8"
)

// naming is how a session spells the names of mailboxes. In the store they are
// UTF-8 with "/" between the levels; on the wire there may be another
// delimiter, a prefix before all but INBOX, and modified UTF-7.
type naming struct {
	utf8   bool   // not modified UTF-7
	normal bool   // names that clients send are put into Normalization Form C
	delim  byte   // 0 is "/"
	prefix string // of the personal namespace, with its delimiter: "INBOX."
}

// delimiter returns the hierarchy delimiter on the wire.
func (n naming) delimiter() byte {
	if n.delim == 0 {
		return '/'
	}
	return n.delim
}

// decode returns the store's form of a name, or false if it is malformed. A
// prefix stays: see strip.
func (n naming) decode(name string) (string, bool) {
	if strings.EqualFold(name, "INBOX") {
		return "INBOX", true
	}
	if n.utf8 {
		return n.strip(n.swap(name)), utf8.ValidString(name)
	}
	name, err := decodeMailbox(name)
	return n.strip(n.swap(name)), err == nil
}

// encode returns the form on the wire of a name.
func (n naming) encode(name string) string {
	if n.prefix != "" && name != "INBOX" && name != "" && !strings.HasPrefix(name+"/", othersPrefix) {
		name = n.storePrefix() + name
	}
	name = n.swap(name)
	if n.utf8 {
		return name
	}
	return encodeMailbox(name)
}

// swap changes the delimiter into "/" and back. A "/" within a level of the
// hierarchy becomes the delimiter, so that no name is lost.
func (n naming) swap(name string) string {
	if n.delimiter() == '/' {
		return name
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case rune(n.delim):
			return '/'
		case '/':
			return rune(n.delim)
		}
		return r
	}, name)
}

// strip takes the prefix off.
func (n naming) strip(name string) string {
	if p := n.storePrefix(); p != "" && len(name) > len(p) && strings.EqualFold(name[:len(p)], p) {
		return name[len(p):]
	}
	return name
}

func (n naming) storePrefix() string { return n.swap(n.prefix) }
