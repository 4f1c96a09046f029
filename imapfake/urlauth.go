package imapfake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

const capURLAuth imap.Cap = "URLAUTH"

// urlAuthExtension is URLAUTH (RFC 4467): URLs by which others can read a
// message, such as a submission server that is told BURL.
var urlAuthExtension = extension{
	caps: []imap.Cap{capURLAuth},
	commands: []command{
		{name: "GENURLAUTH", states: authenticated, cap: capURLAuth, run: runGenURLAuth},
		{name: "URLFETCH", states: authenticated, cap: capURLAuth, run: runURLFetch},
		{name: "RESETKEY", states: authenticated, cap: capURLAuth, run: runResetKey},
	},
}

// urlMech is the only mechanism, as SELECT and RESETKEY tell.
const urlMech = "INTERNAL"

// urlKeys are the mailbox access keys of all accounts: how often they were
// made anew. The same test has the same keys on each run.
type urlKeys struct {
	mu   sync.Mutex
	made map[string]int // by account, and by account and mailbox; guarded by mu
}

func urlKeyOf(a *mailstore.Account, box *mailstore.Mailbox) string { return a.Addr + "\x00" + box.ID() }

// reset makes other keys of a mailbox, or of all if box is nil.
func (k *urlKeys) reset(a *mailstore.Account, box *mailstore.Mailbox) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made == nil {
		k.made = make(map[string]int)
	}
	if box == nil {
		k.made[a.Addr]++
		return
	}
	k.made[urlKeyOf(a, box)]++
}

// token returns the token that authorizes a URL up to its access identifier.
func (k *urlKeys) token(a *mailstore.Account, box *mailstore.Mailbox, rump string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	name := urlKeyOf(a, box)
	h := hmac.New(sha256.New, fmt.Appendf(nil, "%s %d %d", name, k.made[a.Addr], k.made[name]))
	h.Write([]byte(rump))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// runGenURLAuth is GENURLAUTH. What is wrong with a URL is BAD.
func runGenURLAuth(s *session, c *call) error {
	var list []string
	for ok := true; ok; ok = !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		start := c.p.pos
		rump := c.p.astring()
		c.p.sp()
		if mech := c.p.atom(); !strings.EqualFold(mech, urlMech) {
			c.p.failAt(start, "a URL and the mechanism "+urlMech)
		}
		list = append(list, rump)
	}
	if err := c.p.end(); err != nil {
		return err
	}
	for i, rump := range list {
		token, err := s.authorizeURL(rump)
		if err != nil {
			return err
		}
		list[i] = rump + ":" + strings.ToLower(urlMech) + ":" + token
	}
	e := &s.enc
	e.raw("* GENURLAUTH")
	for _, full := range list {
		e.sp()
		e.string(full)
	}
	e.line()
	return nil
}

// authorizeURL returns the token for a URL that the session may authorize.
func (s *session) authorizeURL(rump string) (string, error) {
	u, ok := parseMessageURL(rump)
	switch {
	case !ok || !hasPrefixFold(rump, "imap://"):
		return "", bad("", "That is not the URL of a message: %s", quoteNear([]byte(rump)))
	case u.user == "":
		return "", bad("", "The URL names no user")
	case !validAccess(u.auth):
		return "", bad("", "The URL ends with no access identifier such as ;URLAUTH=submit+fred")
	case !strings.EqualFold(u.user, s.account.Addr):
		return "", bad("", "The URL is another user's")
	case u.expire != "" && u.expires().IsZero():
		return "", bad("", "The URL has no date such as 2026-12-31T23:59:59Z for EXPIRE")
	}
	box := s.account.Find(u.mailbox)
	if box == nil {
		return "", bad("", "The mailbox of the URL doesn't exist")
	}
	return s.cfg.urlKeys.token(s.account, box, rump), nil
}

func hasPrefixFold(s, prefix string) bool {
	_, ok := cutPrefixFold(s, prefix)
	return ok
}

func validAccess(access string) bool {
	kind, user, named := strings.Cut(strings.ToLower(access), "+")
	switch kind {
	case "submit", "user":
		return named && user != "" && !strings.Contains(user, ":")
	case "authuser", "anonymous":
		return !named
	}
	return false
}

// expires returns when a URL becomes void, the zero time if it doesn't say.
func (u *messageURL) expires() time.Time {
	t, _ := time.Parse(time.RFC3339, strings.ToUpper(u.expire))
	return t
}

// runURLFetch is URLFETCH. Of what can't be had there is NIL.
func runURLFetch(s *session, c *call) error {
	var urls []string
	for ok := true; ok; ok = !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		urls = append(urls, c.p.astring())
	}
	if err := c.p.end(); err != nil {
		return err
	}
	e := &s.enc
	e.raw("* URLFETCH")
	for _, full := range urls {
		e.sp()
		e.string(full)
		e.sp()
		if data, ok := s.fetchAuthorized(full); ok {
			e.data(data)
		} else {
			e.raw("NIL")
		}
	}
	e.line()
	return nil
}

// fetchAuthorized returns what a URL stands for that its owner has authorized,
// as far as the owner may read it.
func (s *session) fetchAuthorized(text string) ([]byte, bool) {
	u, ok := parseMessageURL(text)
	if !ok || u.user == "" {
		return nil, false
	}
	access, rest, _ := strings.Cut(u.auth, ":")
	mech, token, _ := strings.Cut(rest, ":")
	owner := s.cfg.auth.Store.Lookup(u.user)
	if owner == nil || !strings.EqualFold(mech, urlMech) || !s.hasAccess(access) {
		return nil, false
	}
	if u.expire != "" && !time.Now().Before(u.expires()) {
		return nil, false
	}
	box := owner.Find(u.mailbox)
	if box == nil || !strings.Contains(box.Rights(owner), "r") {
		return nil, false
	}
	rump := strings.TrimSuffix(text, ":"+rest)
	if !strings.EqualFold(s.cfg.urlKeys.token(owner, box, rump), token) {
		return nil, false
	}
	return sectionOf(box, u)
}

// hasAccess reports whether an access identifier is for the session's account.
// Any account may be a submission server, but not the anonymous one.
func (s *session) hasAccess(access string) bool {
	if !validAccess(access) {
		return false
	}
	kind, user, _ := strings.Cut(access, "+")
	switch strings.ToLower(kind) {
	case "user":
		user, err := url.PathUnescape(user)
		return err == nil && strings.EqualFold(user, s.account.Addr)
	case "anonymous":
		return true
	}
	return s.account.Addr != "anonymous"
}

// runResetKey is RESETKEY: what was authorized before is void.
func runResetKey(s *session, c *call) error {
	var box *mailstore.Mailbox
	named := !c.p.atEnd()
	if named {
		c.p.sp()
		box = s.account.Find(c.p.mailbox())
	}
	for named && !c.p.failed() && !c.p.atEnd() {
		c.p.sp()
		c.p.atom() // a mechanism; there is but one
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if named && box == nil {
		return errNonExistent
	}
	s.cfg.urlKeys.reset(s.account, box)
	if named {
		c.code = "URLMECH " + urlMech
	}
	return nil
}
