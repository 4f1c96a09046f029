package smtpfake

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An extension is what a line of the EHLO reply offers.
type extension struct {
	keyword string
	usual   bool                    // offered unless it is disabled; otherwise if it is enabled
	needs   string                  // the extension without which it isn't offered
	now     func(s *session) bool   // whether it is offered now; nil is always
	words   string                  // after the keyword, unless Enable has others
	args    func(s *session) string // likewise, if they aren't fixed
}

// extensions are those that are known, in the order in which they are
// offered.
var extensions = []extension{
	{keyword: "PIPELINING", usual: true},                     // RFC 2920
	{keyword: "8BITMIME", usual: true},                       // RFC 6152
	{keyword: "ENHANCEDSTATUSCODES", usual: true},            // RFC 2034
	{keyword: "SIZE", usual: true, args: (*session).sizeArg}, // RFC 1870
	{keyword: "STARTTLS", usual: true, now: (*session).canStartTLS},
	{keyword: "AUTH", usual: true, now: (*session).canAuth, args: (*session).authArgs},
	{keyword: "SMTPUTF8", usual: true, needs: "8BITMIME"},        // RFC 6531
	{keyword: "DSN", usual: true},                                // RFC 3461
	{keyword: "CHUNKING", usual: true},                           // RFC 3030
	{keyword: "BINARYMIME", usual: true, needs: "CHUNKING"},      // RFC 3030
	{keyword: "REQUIRETLS", usual: true, now: (*session).secure}, // RFC 8689
	{keyword: "LIMITS", usual: true, now: (*session).limited, args: (*session).limits},
	{keyword: "MT-PRIORITY"},                                         // RFC 6710
	{keyword: "DELIVERBY"},                                           // RFC 2852
	{keyword: "RRVS"},                                                // RFC 7293
	{keyword: "FUTURERELEASE", words: "604800 2100-01-01T00:00:00Z"}, // RFC 4865: a week
	{keyword: "NO-SOLICITING"},                                       // RFC 3865
	{keyword: "ETRN"},                                                // RFC 1985
	{keyword: "BURL", args: (*session).burlArg},                      // RFC 4468
	{keyword: "XCLIENT", words: "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"},
	{keyword: "XFORWARD", words: "NAME ADDR PORT PROTO HELO IDENT SOURCE"},
}

// usual are the extensions that are offered if no field says otherwise.
var usual = sync.OnceValue(func() []extension {
	return slices.DeleteFunc(slices.Clone(extensions), func(x extension) bool { return !x.usual })
})

// offers returns what a server offers by its fields.
func offers(enable, disable []string) []extension {
	list := usual()
	if len(enable) == 0 && len(disable) == 0 {
		return list
	}
	list = slices.Clone(list)
	for _, line := range enable {
		x := known(line)
		if i := slices.IndexFunc(list, x.same); i >= 0 {
			list[i] = x
			continue
		}
		list = append(list, x)
	}
	for _, keyword := range disable {
		list = without(list, keyword)
	}
	return list
}

// known returns the extension that a line of Enable is about.
func known(line string) extension {
	keyword, words, _ := strings.Cut(line, " ")
	x := extension{keyword: strings.ToUpper(keyword)}
	if i := slices.IndexFunc(extensions, x.same); i >= 0 {
		x = extensions[i]
	}
	if words != "" {
		x.words, x.args = words, nil
	}
	return x
}

func (x extension) same(y extension) bool { return x.keyword == y.keyword }

// without removes an extension. One that isn't there is a mistake of the test.
func without(list []extension, keyword string) []extension {
	keep := slices.DeleteFunc(slices.Clone(list), known(keyword).same)
	if len(keep) == len(list) {
		var offered []string
		for _, x := range list {
			offered = append(offered, x.keyword)
		}
		panic("smtpfake: Disable has " + strconv.Quote(keyword) +
			", which is not offered: offered are " + strings.Join(offered, ", "))
	}
	return keep
}

// find returns what is offered under a keyword at some point of a session.
func (s *Server) find(keyword string) (*extension, bool) {
	for i := range s.offers {
		if x := &s.offers[i]; x.keyword == keyword {
			return x, x.needs == "" || s.enabled(x.needs)
		}
	}
	return nil, false
}

// enabled reports whether an extension is offered at some point of a session.
func (s *Server) enabled(keyword string) bool {
	_, ok := s.find(keyword)
	return ok
}

// commands returns the verbs that the server takes at some point of a session.
func (s *Server) commands() []string {
	hello := map[string]bool{"EHLO": !s.cfg.LMTP, "HELO": !s.cfg.LMTP, "LHLO": s.cfg.LMTP}
	var list []string
	for verb, h := range handlers {
		served, isHello := hello[verb]
		if served || !isHello && (h.ext == "" || s.enabled(h.ext)) {
			list = append(list, verb)
		}
	}
	slices.Sort(list)
	return list
}

// words returns what follows a keyword.
func (s *Server) words(keyword string) []string {
	if x, _ := s.find(keyword); x != nil {
		return strings.Fields(x.words)
	}
	return nil
}

// keywords yields what the EHLO reply tells after its first line: what is
// offered now, always in the same order.
func (s *session) keywords() iter.Seq2[string, string] {
	return func(yield func(keyword, words string) bool) {
		for i := range s.srv.offers {
			x := &s.srv.offers[i]
			if !s.srv.enabled(x.keyword) || x.now != nil && !x.now(s) {
				continue
			}
			words := x.words
			if x.args != nil {
				words = x.args(s)
			}
			if !yield(x.keyword, words) {
				return
			}
		}
	}
}

func (s *session) canStartTLS() bool { return s.c.CanStartTLS() }

func (s *session) canAuth() bool { return len(s.mechanisms()) > 0 }

func (s *session) authArgs() string { return strings.Join(s.mechanisms(), " ") }

// sizeArg is the limit of RFC 1870 section 4; without a value there is none.
func (s *session) sizeArg() string {
	if s.cfg.MaxMessageBytes <= 0 {
		return ""
	}
	return strconv.FormatInt(s.cfg.MaxMessageBytes, 10)
}

func (s *session) limited() bool { return s.limits() != "" }

// burlArg tells that BURL takes IMAP URLs, which needs a login (RFC 4468
// section 3.3).
func (s *session) burlArg() string {
	if s.user == "" {
		return ""
	}
	return "imap"
}

// limits are those of RFC 9422 section 4. They may change with a login.
func (s *session) limits() string {
	var list []string
	for _, l := range []struct {
		name string
		n    int
	}{
		{"RCPTMAX", s.maxRecipients()},
		{"MAILMAX", s.cfg.MaxMessages},
		{"RCPTDOMAINMAX", s.cfg.MaxRecipientDomains},
	} {
		if l.n > 0 {
			list = append(list, l.name+"="+strconv.Itoa(l.n))
		}
	}
	return strings.Join(list, " ")
}

// maxRecipients is the limit for a message now.
func (s *session) maxRecipients() int {
	if s.user != "" && s.cfg.MaxAuthRecipients > 0 {
		return s.cfg.MaxAuthRecipients
	}
	return s.cfg.MaxRecipients
}
