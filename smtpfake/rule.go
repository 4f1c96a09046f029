package smtpfake

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// A Rule refuses mail, delays it or bounces it. It is for the mail for which
// MailFrom and RcptTo both fit: an address in any case, a domain as
// "@example.com", "<>" for the null reverse-path, "" for any.
//
// A rule takes effect at RCPT if it has RcptTo or Greylist, otherwise at MAIL.
type Rule struct {
	MailFrom string
	RcptTo   string
	// AfterText accepts the envelope and takes effect when the text has
	// been sent: for the whole message, but in LMTP for each recipient.
	AfterText bool

	// Greylist refuses each client address, sender and recipient until so
	// long after its first try (RFC 6647).
	Greylist time.Duration
	// Limit lets so many messages through in each period Per, and refuses
	// the others. A Per of 0 is for ever.
	Limit int
	Per   time.Duration
	// Bounce accepts the recipient, and then sends a delivery status
	// notification with Reply to the sender: it has failed after a Reply of
	// 5xx, and is delayed after one of 4xx (RFC 3464). NOTIFY is obeyed.
	// AfterText changes nothing then.
	Bounce bool

	// Reply is the server's: "550 5.1.1 No such user", several lines
	// separated by "\n". One of 2xx accepts: "251 2.1.5 User not local;
	// will forward to <new@example.com>" delivers there. 421 closes the
	// connection. "" is 451 4.7.1 for Greylist and Limit, otherwise
	// 550 5.7.1.
	Reply string
}

// check fills in the reply. A malformed one is a mistake of the test.
func (r *Rule) check() {
	switch {
	case r.Reply != "":
	case r.Greylist > 0:
		r.Reply = "451 4.7.1 Greylisted, try again in " + r.Greylist.String()
	case r.Limit > 0:
		r.Reply = "451 4.7.1 Too many messages, try again later"
	default:
		r.Reply = "550 5.7.1 Refused"
	}
	for line := range strings.SplitSeq(r.Reply, "\n") {
		if !isReply(line) || strings.ContainsAny(line, "\r\n") || !strings.Contains("245", line[:1]) {
			panic("smtpfake: Rule.Reply " + line + `: it must read like "550 5.1.1 No such user"`)
		}
	}
	if r.Bounce && r.Reply[0] == '2' {
		panic("smtpfake: Rule.Reply " + r.Reply + ": a Bounce tells of 4xx or 5xx")
	}
}

// isReply reports whether s begins with a reply code.
func isReply(s string) bool {
	return len(s) > 3 && strings.Trim(s[:3], "0123456789") == "" && (s[3] == ' ' || s[3] == '-')
}

// A stage is a point of a transaction at which rules take effect.
type stage uint8

const (
	atMail stage = iota
	atRcpt
	atText
)

func (r *Rule) stage() stage {
	switch {
	case r.Bounce:
		return atRcpt
	case r.AfterText:
		return atText
	case r.RcptTo != "" || r.Greylist > 0:
		return atRcpt
	}
	return atMail
}

func (r *Rule) fits(from, to string) bool {
	return fits(r.MailFrom, from) && fits(r.RcptTo, to)
}

// fits reports whether an address is what a rule is for.
func fits(pattern, addr string) bool {
	switch {
	case pattern == "":
		return true
	case pattern == "<>":
		return addr == ""
	case pattern[0] == '@':
		return len(addr) > len(pattern) && strings.EqualFold(addr[len(addr)-len(pattern):], pattern)
	}
	return strings.EqualFold(pattern, addr)
}

// manyTries is how many first tries are remembered before all are forgotten,
// lest a client that makes up addresses takes all memory.
const manyTries = 10_000

// ruleState is what a server's rules remember.
type ruleState struct {
	mu    sync.Mutex
	seen  map[string]time.Time // first tries, for Greylist; guarded by mu
	taken map[int][]time.Time  // messages let through, by rule, for Limit; guarded by mu
}

// rule returns the first rule that takes effect, or nil.
func (s *session) rule(at stage, to string) *Rule {
	for i := range s.cfg.Rules {
		r := &s.cfg.Rules[i]
		if r.stage() == at && r.fits(s.tx.from, to) && s.strikes(i, r, to) {
			return r
		}
	}
	return nil
}

// strikes asks what a rule remembers.
func (s *session) strikes(i int, r *Rule, to string) bool {
	st := &s.srv.rules
	st.mu.Lock()
	defer st.mu.Unlock()
	if r.Greylist > 0 && !st.waitingLocked(s.host()+"\x00"+s.tx.from+"\x00"+to, r.Greylist) {
		return false
	}
	return r.Limit <= 0 || st.takenLocked(i, r.Per) >= r.Limit
}

// waitingLocked reports whether it is too early since the first try.
func (st *ruleState) waitingLocked(key string, wait time.Duration) bool {
	key = strings.ToLower(key)
	first, ok := st.seen[key]
	if !ok {
		if st.seen == nil || len(st.seen) >= manyTries {
			st.seen = make(map[string]time.Time)
		}
		first = time.Now()
		st.seen[key] = first
	}
	return time.Since(first) < wait
}

// takenLocked returns how many messages a rule has let through in the last
// period.
func (st *ruleState) takenLocked(i int, per time.Duration) int {
	if per > 0 && len(st.taken[i]) > 0 {
		old := func(t time.Time) bool { return time.Since(t) >= per }
		st.taken[i] = slices.DeleteFunc(st.taken[i], old)
	}
	return len(st.taken[i])
}

// take counts a message to those recipients for each rule that limits it. It
// returns the rule that other connections have used up meanwhile, if there is
// one, and then counts nothing.
func (s *session) take(rcpts []recipient) *Rule {
	st := &s.srv.rules
	st.mu.Lock()
	defer st.mu.Unlock()
	limits := s.limiting(rcpts)
	for _, i := range limits {
		r := &s.cfg.Rules[i]
		refuses := r.Reply[0] != '2' && !r.Bounce
		if refuses && st.takenLocked(i, r.Per) >= r.Limit {
			return r
		}
	}
	for _, i := range limits {
		if st.taken == nil {
			st.taken = make(map[int][]time.Time)
		}
		st.taken[i] = append(st.taken[i], time.Now())
	}
	return nil
}

// giveBack undoes take: the message isn't let through after all.
func (s *session) giveBack(rcpts []recipient) {
	st := &s.srv.rules
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, i := range s.limiting(rcpts) {
		if n := len(st.taken[i]); n > 0 { // else its period is over
			st.taken[i] = st.taken[i][:n-1]
		}
	}
}

// limiting returns the rules that count a message to those recipients.
func (s *session) limiting(rcpts []recipient) []int {
	var list []int
	for i := range s.cfg.Rules {
		r := &s.cfg.Rules[i]
		fits := func(to recipient) bool { return r.fits(s.tx.from, to.addr) }
		if r.Limit > 0 && slices.ContainsFunc(rcpts, fits) {
			list = append(list, i)
		}
	}
	return list
}
