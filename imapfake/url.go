package imapfake

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A messageURL is an IMAP URL of a message or a part of one (RFC 5092).
type messageURL struct {
	user     string // "" if the URL doesn't say
	mailbox  string
	validity uint32 // 0 if the URL doesn't say
	uid      uint32
	section  *imap.FetchItemBodySection
	auth     string // what follows ;URLAUTH=, with ;EXPIRE= before it
	expire   string
}

// parseMessageURL parses a URL, absolute or relative to the server. The host
// of an absolute one is taken to be this server. ok is false if it isn't the
// URL of a message.
func parseMessageURL(text string) (u *messageURL, ok bool) {
	u = &messageURL{section: new(imap.FetchItemBodySection)}
	path := text
	if rest, absolute := cutPrefixFold(text, "imap://"); absolute {
		host, p, found := strings.Cut(rest, "/")
		if !found {
			return nil, false
		}
		path = "/" + p
		if user, _, found := strings.Cut(host, "@"); found {
			name, _, _ := strings.Cut(user, ";")
			u.user, _ = url.PathUnescape(name)
		}
	}
	path, u.auth, _ = cutFold(path, ";URLAUTH=")
	path, u.expire, _ = cutFold(path, ";EXPIRE=")
	path, rest, found := cutFold(path, ";UID=")
	if !found {
		return nil, false
	}
	return u, u.parseMailbox(strings.TrimSuffix(path, "/")) && u.parseMessage(rest)
}

// parseMailbox takes what stands before ;UID=. It is empty in a URL that is
// relative to the selected mailbox.
func (u *messageURL) parseMailbox(path string) bool {
	path, validity, found := cutFold(path, ";UIDVALIDITY=")
	if found {
		n, err := strconv.ParseUint(validity, 10, 32)
		if err != nil || n == 0 {
			return false
		}
		u.validity = uint32(n)
	}
	name, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	if strings.EqualFold(name, "INBOX") {
		name = "INBOX"
	}
	u.mailbox = name
	return err == nil
}

// parseMessage takes what follows ;UID=.
func (u *messageURL) parseMessage(rest string) bool {
	rest, partial, hasPartial := cutFold(rest, ";PARTIAL=")
	uid, section, hasSection := cutFold(strings.TrimSuffix(rest, "/"), ";SECTION=")
	n, err := strconv.ParseUint(strings.TrimSuffix(uid, "/"), 10, 32)
	if err != nil || n == 0 {
		return false
	}
	u.uid = uint32(n)
	if hasSection {
		text, err := url.PathUnescape(strings.TrimSuffix(section, "/"))
		p := &parser{line: []byte("[" + text + "]\r\n")}
		u.section = p.section()
		if err != nil || p.end() != nil {
			return false
		}
	}
	return !hasPartial || u.parsePartial(partial)
}

// parsePartial takes an offset, and a length behind a point.
func (u *messageURL) parsePartial(text string) bool {
	offset, size, _ := strings.Cut(strings.TrimSuffix(text, "/"), ".")
	if size == "" {
		size = strconv.Itoa(maxMessage)
	}
	o, err := strconv.ParseUint(offset, 10, 32)
	n, err2 := strconv.ParseUint(size, 10, 32)
	u.section.Partial = &imap.SectionPartial{Offset: int64(o), Size: int64(n)}
	return err == nil && err2 == nil && n > 0
}

// resolve returns the bytes that a URL stands for, or false if there are none
// that the session may read.
func (s *session) resolve(u *messageURL) ([]byte, bool) {
	box := s.urlMailbox(u)
	if box == nil || s.allow(box, "r") != nil {
		return nil, false
	}
	return sectionOf(box, u)
}

func (s *session) urlMailbox(u *messageURL) *mailstore.Mailbox {
	switch {
	case u.user != "" && !strings.EqualFold(u.user, s.account.Addr):
		return nil
	case u.mailbox == "" && s.view != nil:
		return s.view.box
	}
	return s.find(u.mailbox)
}

// sectionOf returns the bytes of a URL in its mailbox.
func sectionOf(box *mailstore.Mailbox, u *messageURL) ([]byte, bool) {
	snap := box.Snapshot()
	m := snap.Get(u.uid)
	if m == nil || u.validity != 0 && u.validity != snap.UIDValidity {
		return nil, false
	}
	var buf []byte
	return sectionData(m.Msg, u.section, &buf)
}

// cutFold is strings.Cut without regard to case; sep is ASCII.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := range len(s) - len(sep) + 1 {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}
