package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// offer is what a server offers, made of its Caps. It doesn't change.
type offer struct {
	before, after []imap.Cap // as listed; before may have AUTH= and STARTTLS in their places
	set           imap.CapSet
	messages      uint32 // MESSAGELIMIT=n, 0 for no limit
	saved         uint32 // SAVELIMIT=n
	delim         byte
	prefix        string
	attrs         bool // special-use attributes though SPECIAL-USE isn't offered
	folders       []folder
}

// newOffer returns what caps stands for.
func newOffer(caps Caps) *offer {
	if caps.After == "" {
		caps.After = Usual.After
	}
	all, known, early := knownCaps()
	o := &offer{
		after: spell(caps.After, all, known, caps.ready), prefix: caps.Prefix,
		attrs: caps.attrs, folders: caps.folders, set: make(imap.CapSet),
	}
	if caps.Delim != "" {
		o.delim = caps.Delim[0]
	}
	o.before = spell(caps.Before, all, known, caps.ready)
	if caps.Before == "" {
		o.before = slices.DeleteFunc(slices.Clone(o.after), func(c imap.Cap) bool { return !early[c] })
	}
	for _, c := range slices.Concat(o.before, o.after) {
		o.set[c] = struct{}{}
	}
	o.saved = o.limitOf(capSaveLimit)
	if o.messages = o.limitOf(capMessageLimit); o.messages > 0 {
		o.set[capMessageLimit] = struct{}{}
	}
	return o
}

// knownCaps returns the capabilities of the extensions: those that "*" stands
// for, in order, all, and which of them are offered before login.
func knownCaps() (all, known []imap.Cap, early map[imap.Cap]bool) {
	early = make(map[imap.Cap]bool)
	for _, x := range extensions() {
		all = append(all, x.caps...)
		for _, c := range slices.Concat(x.caps, x.also) {
			known = append(known, c)
			early[c] = x.preauth
		}
	}
	return all, known, early
}

// spell returns the capabilities in a line. Those of ready sets must be known,
// or of words that mean nothing.
func spell(line string, all, known []imap.Cap, ready bool) (list []imap.Cap) {
	for _, word := range strings.Fields(line) {
		word, vendor := strings.CutPrefix(word, "!")
		name, value, _ := strings.Cut(word, "=")
		same := func(c imap.Cap) bool { return strings.EqualFold(string(c), word) }
		named := func(c imap.Cap) bool { return value != "" && strings.EqualFold(string(c), name) }
		switch i := slices.IndexFunc(known, same); {
		case word == "*":
			list = append(list, all...)
		case i >= 0:
			list = append(list, known[i])
		case slices.ContainsFunc(known, named): // such as APPENDLIMIT=35651584
			list = append(list, imap.Cap(word))
		case !ready || vendor || isLoginCap(imap.Cap(word)):
			list = append(list, imap.Cap(word))
		}
	}
	return list
}

// mechanisms returns the SASL mechanisms that the list before login names, nil
// if it names none.
func (caps Caps) mechanisms() (list []string) {
	for _, word := range strings.Fields(caps.Before) {
		if name, ok := strings.CutPrefix(strings.ToUpper(word), "AUTH="); ok {
			list = append(list, name)
		}
	}
	return list
}

// isLoginCap reports whether a capability is about logging in: it depends on
// the connection whether that is offered.
func isLoginCap(c imap.Cap) bool {
	return c == imap.CapStartTLS || c == imap.CapLoginDisabled || strings.HasPrefix(string(c), "AUTH=")
}

// capabilities returns the capabilities as they are offered at this point of
// the session (RFC 3501 section 7.2.1).
func (s *session) capabilities() string {
	o := s.cfg.offer
	if s.state != imap.ConnStateNotAuthenticated {
		return s.join(o.after)
	}
	login := s.loginCaps()
	var list []imap.Cap
	for _, c := range o.before {
		if !isLoginCap(c) || slices.Contains(login, c) {
			list = append(list, c)
		}
	}
	for _, c := range login {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return s.join(list)
}

func (s *session) join(list []imap.Cap) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(s.cfg.withLimit(c)))
	}
	return b.String()
}

// loginCaps returns what is offered now for logging in.
func (s *session) loginCaps() (list []imap.Cap) {
	if s.conn.CanStartTLS() {
		list = append(list, imap.CapStartTLS)
	}
	if s.loginDisabled() {
		list = append(list, imap.CapLoginDisabled)
	}
	for _, m := range s.mechanisms() {
		list = append(list, imap.AuthCap(m))
	}
	return list
}

// runCapability is CAPABILITY (RFC 3501 section 6.1.1).
func runCapability(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.enc.raw("* CAPABILITY ")
	s.enc.raw(s.capabilities())
	s.enc.line()
	return nil
}
