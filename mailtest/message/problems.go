package message

import (
	"fmt"
	"slices"
)

// A Finding is something that is wrong with a message, or that a sender would
// not want in it.
type Finding struct {
	Name   string // of the rule, by which it can be allowed: "bare-line-end"
	Text   string // what is wrong, and where
	Source string // "RFC 5322 section 2.3"
}

// String returns the finding as a sentence with its source.
func (f Finding) String() string { return f.Text + " (" + f.Source + ")" }

// A rule is what findings are about. Those that are no problem leave a message
// well-formed: only the lint has them.
type rule struct {
	name, source string
	problem      bool
}

var rules = []rule{
	{"header-line", "RFC 5322 section 2.2", true},
	{"blank-line", "RFC 5322 section 2.1", true},
	{"header-charset", "RFC 6532 section 3.2", true},
	{"nul", "RFC 5322 section 4.1", true},
	{"bare-line-end", "RFC 5322 section 2.3", true},
	{"line-length", "RFC 5322 section 2.1.1", true},
	{"required-field", "RFC 5322 section 3.6", true},
	{"duplicate-field", "RFC 5322 section 3.6", true},
	{"sender", "RFC 5322 section 3.6.2", true},
	{"date", "RFC 5322 section 3.3", true},
	{"address", "RFC 5322 section 3.4", true},
	{"id-syntax", "RFC 5322 section 3.6.4", true},
	{"encoded-word", "RFC 2047 section 2", true},
	{"quoted-encoded-word", "RFC 2047 section 5", true},
	{"encoded-line-end", "RFC 2047 section 5", true},
	{"mime-version", "RFC 2045 section 4", true},
	{"content-type", "RFC 2045 section 5.1", true},
	{"parameter", "RFC 2231 section 3", true},
	{"boundary", "RFC 2046 section 5.1.1", true},
	{"encoding", "RFC 2045 section 6.1", true},
	{"composite-encoding", "RFC 2045 section 6.4", true},
	{"base64", "RFC 2045 section 6.8", true},
	{"quoted-printable", "RFC 2045 section 6.7", true},
	{"8bit", "RFC 2045 section 6.2", true},
	{"charset", "RFC 2046 section 4.1.2", true},
	{"file-name", "RFC 2183 section 2.3", true},
	{"nesting", "limit of this library", true},

	{"message-id", "RFC 5322 section 3.6.4", false},
	{"bcc", "RFC 5322 section 3.6.3", false},
	{"utf8-header", "RFC 6531 section 3.4", false},
	{"8bitmime", "RFC 6152 section 3", false},
	{"text-part", "RFC 2046 section 5.1.4", false},
	{"inline-image", "RFC 2392 section 2", false},
	{"relative-link", "RFC 2557 section 5", false},
	{"placeholder", "practice", false},
	{"list-unsubscribe", "RFC 8058 section 3.1", false},
}

func findRule(name string) (rule, bool) {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.name == name })
	if i < 0 {
		return rule{}, false
	}
	return rules[i], true
}

// Problems says what is wrong with the message, one sentence each, with the
// section of the RFC. What a sender might not want, but is well-formed, is for
// Lint.
func (m *Message) Problems() []string {
	c := checker{m: m}
	c.problems()
	var list []string
	for _, f := range c.sorted() {
		list = append(list, f.String())
	}
	return list
}

// maxSame bounds the findings of one rule: a message that breaks one often
// breaks it everywhere.
const maxSame = 5

// A checker collects findings, in the order of the rules.
type checker struct {
	m     *Message
	found map[string][]Finding
	more  map[string]int
}

func (c *checker) add(name, format string, args ...any) {
	r, ok := findRule(name)
	if !ok {
		panic("message: no rule " + name)
	}
	if c.found == nil {
		c.found, c.more = map[string][]Finding{}, map[string]int{}
	}
	if len(c.found[name]) == maxSame {
		c.more[name]++
		return
	}
	c.found[name] = append(c.found[name], Finding{name, fmt.Sprintf(format, args...), r.source})
}

func (c *checker) sorted() []Finding {
	var list []Finding
	for _, r := range rules {
		list = append(list, c.found[r.name]...)
		if n := c.more[r.name]; n > 0 {
			list = append(list, Finding{r.name, fmt.Sprintf("%d more of %s", n, r.name), r.source})
		}
	}
	return list
}

func (c *checker) problems() {
	c.lines()
	root := c.m.Tree()
	c.messageHeader(root)
	c.part(root, "the message")
}
