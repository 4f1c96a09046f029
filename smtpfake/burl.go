package smtpfake

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// BURL: RFC 4468. The URL is an IMAP URL (RFC 5092) into the server's store.
// Its URLAUTH token isn't verified, only for whom it is.

func (s *session) burl(arg string) {
	link, word, hasWord := strings.Cut(arg, " ")
	problem := s.mayText()
	switch {
	case link == "" || hasWord && !strings.EqualFold(word, "LAST"):
		problem = "501 5.5.4 Syntax: BURL url [LAST]"
	case problem == "" && s.user == "":
		problem = "530 5.7.0 Authentication required"
	}
	if problem != "" {
		s.reply(problem)
		return
	}
	part, ok := s.resolve(link)
	switch {
	case !ok:
		s.refuseChunks(hasWord, "554 5.6.6 IMAP URL resolution failed")
	case int64(len(s.tx.text)+len(part)) > s.maxText():
		s.refuseChunks(hasWord, s.tooLong())
	default:
		s.tx.chunked = true
		s.tx.text = append(s.tx.text, part...)
		s.endChunk(hasWord, strconv.Itoa(len(part))+" octets fetched")
	}
}

// An imapURL is an IMAP URL of one message, taken apart.
type imapURL struct {
	user, mailbox         string
	uidValidity, uid      uint32
	section, access       string
	hasValidity, hasToken bool
}

// resolve returns the octets that a URL stands for.
func (s *session) resolve(link string) ([]byte, bool) {
	u, ok := parseIMAPURL(link)
	if !ok || !s.mayFetch(u) {
		return nil, false
	}
	a := s.cfg.Store.Lookup(u.user)
	if a == nil {
		return nil, false
	}
	box := a.Find(u.mailbox)
	if box == nil {
		return nil, false
	}
	v := box.Snapshot()
	i, found := v.Index(u.uid)
	if !found || u.hasValidity && u.uidValidity != v.UIDValidity {
		return nil, false
	}
	return section(v.At(i).Msg, u.section)
}

// mayFetch reports whether the URL is for the user: by its URLAUTH, or since
// it is the user's own.
func (s *session) mayFetch(u imapURL) bool {
	if !u.hasToken {
		return strings.EqualFold(u.user, s.user)
	}
	kind, id, _ := strings.Cut(u.access, "+")
	switch strings.ToLower(kind) {
	case "submit", "user":
		return strings.EqualFold(id, s.user)
	}
	return strings.EqualFold(u.access, "authuser") || strings.EqualFold(u.access, "anonymous")
}

// section returns a part by its number, "" is the whole message.
func section(m *message.Message, number string) ([]byte, bool) {
	if number == "" {
		return m.Raw, true
	}
	var path []int
	for n := range strings.SplitSeq(number, ".") {
		i, err := strconv.Atoi(n)
		if err != nil {
			return nil, false
		}
		path = append(path, i)
	}
	p := m.Tree().Find(path...)
	if p == nil {
		return nil, false
	}
	return p.BodyBytes(), true
}

// parseIMAPURL parses imap://user@host/mailbox;UIDVALIDITY=n/;UID=n/;SECTION=s
// ;URLAUTH=access:mechanism:token (RFC 5092 section 11).
func parseIMAPURL(link string) (u imapURL, ok bool) {
	if len(link) < 7 || !strings.EqualFold(link[:7], "imap://") {
		return u, false
	}
	server, path, ok := strings.Cut(link[7:], "/")
	if !ok {
		return u, false
	}
	user, _, _ := strings.Cut(server, "@")
	user, _, _ = strings.Cut(user, ";")
	path, token, hasToken := strings.Cut(path, ";URLAUTH=")
	u.access, _, _ = strings.Cut(token, ":")
	u.hasToken = hasToken
	return u, u.unescape(user) && u.parsePath(path)
}

func (u *imapURL) unescape(user string) bool {
	var err1, err2 error
	u.user, err1 = url.PathUnescape(user)
	u.access, err2 = url.PathUnescape(u.access)
	return err1 == nil && err2 == nil
}

// parsePath parses mailbox[;UIDVALIDITY=n]/;UID=n[/;SECTION=s].
func (u *imapURL) parsePath(path string) bool {
	box, rest, ok := strings.Cut(path, "/;UID=")
	if !ok {
		return false
	}
	box, validity, hasValidity := strings.Cut(box, ";UIDVALIDITY=")
	uid, section, _ := strings.Cut(rest, "/;SECTION=")
	v, err1 := strconv.ParseUint(validity, 10, 32)
	n, err2 := strconv.ParseUint(uid, 10, 32)
	name, err3 := url.PathUnescape(box)
	part, err4 := url.PathUnescape(section)
	u.mailbox, u.section = name, part
	u.hasValidity, u.uidValidity, u.uid = hasValidity, uint32(v), uint32(n)
	if !hasValidity {
		err1 = nil
	}
	bad := func(err error) bool { return err != nil }
	return u.uid > 0 && !slices.ContainsFunc([]error{err1, err2, err3, err4}, bad)
}
