package message

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A Lint says what a sender wants of all its mail. The zero value is for mail
// to one person, as an application sends it.
//
// The rules by which [Message.Problems] judges, too:
//
//   - header: header-line, blank-line, header-charset, required-field,
//     duplicate-field, sender, date, address, id-syntax, encoded-word,
//     quoted-encoded-word, encoded-line-end
//   - lines: line-length (998), bare-line-end, nul
//   - MIME: mime-version, content-type, parameter, boundary, encoding,
//     composite-encoding, base64, quoted-printable, 8bit, charset, file-name,
//     nesting
//
// and those for senders:
//
//   - message-id: there is a Message-ID
//   - bcc: no field Bcc is sent
//   - utf8-header, 8bitmime: raw UTF-8 in the header, and 8-bit text, only if
//     MAIL has declared them
//   - text-part: there is text beside HTML
//   - inline-image: all images that HTML takes from the message are in it
//   - relative-link: links and images have whole addresses
//   - placeholder: no "{{", "%s", "undefined" or the like is left
//   - list-unsubscribe: bulk mail has it, with one click
type Lint struct {
	// Allow names rules that may be broken: "message-id". A finding has the
	// name of its rule.
	Allow []string

	// Bulk is for mail to many: it must have List-Unsubscribe, with the one
	// click of RFC 8058.
	Bulk bool
}

// Lint returns what a sender would not want in the message, by l. It panics if
// l allows a rule that doesn't exist.
func (m *Message) Lint(l Lint) []Finding {
	m.Decode()
	if err := l.check(); err != nil {
		panic("message: " + err.Error())
	}
	c := checker{m: m}
	c.problems()
	c.headers()
	c.transport()
	c.bodies()
	c.placeholders()
	if l.Bulk {
		c.unsubscribe()
	}
	allowed := func(f Finding) bool { return slices.Contains(l.Allow, f.Name) }
	return slices.DeleteFunc(c.sorted(), allowed)
}

// CheckLint reports with t.Errorf all that Lint finds.
func (m *Message) CheckLint(t testing.TB, l Lint) {
	needTest(t, "CheckLint", "use Lint outside tests")
	t.Helper()
	if err := l.check(); err != nil {
		t.Fatalf("CheckLint: %v", err)
	}
	list := m.Lint(l)
	if len(list) == 0 {
		return
	}
	var s strings.Builder
	for _, f := range list {
		fmt.Fprintf(&s, "\n%s: %s", f.Name, f)
	}
	t.Errorf("%v: lint (Lint.Allow takes these names):%s", m, s.String())
}

// check returns an error if Allow has what is no rule.
func (l Lint) check() error {
	for _, name := range l.Allow {
		if _, ok := findRule(name); !ok {
			var names []string
			for _, r := range rules {
				names = append(names, r.name)
			}
			return fmt.Errorf("Lint.Allow: there is no rule %q; the rules are %s",
				name, strings.Join(names, ", "))
		}
	}
	return nil
}

func (c *checker) headers() {
	root := c.m.Tree()
	if root.Get("Message-ID") == "" {
		c.add("message-id", "Message-ID is missing")
	}
	for _, name := range []string{"Bcc", "Resent-Bcc"} {
		if hasField(root, name) {
			c.add("bcc", "%s is sent to all recipients: %s", name, quoteShort(root.Get(name)))
		}
	}
}

// transport compares the text with what the client has declared in MAIL. It
// says nothing of a message that did not come by SMTP.
func (c *checker) transport() {
	via := c.m.Via
	if via.Conn == 0 && via.MailParams == nil {
		return
	}
	root := c.m.Tree()
	if _, declared := via.MailParams["SMTPUTF8"]; !declared {
		for _, f := range root.Fields() {
			if !isASCII(f.Raw) {
				c.add("utf8-header", "%s has raw UTF-8, but MAIL had no SMTPUTF8: %s",
					f.Name, quoteShort(f.Value))
			}
		}
	}
	switch strings.ToUpper(via.MailParams["BODY"]) {
	case "8BITMIME", "BINARYMIME":
		return
	}
	if !isASCII(root.BodyBytes()) {
		c.add("8bitmime", "the text has 8-bit bytes, but MAIL had no BODY=8BITMIME")
	}
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (c *checker) bodies() {
	m := c.m
	if m.HTML == "" {
		return
	}
	if strings.TrimSpace(m.Text) == "" {
		c.add("text-part", "there is HTML, but no text for those who don't see it")
	}
	page := readPage(m.HTML)
	c.images(page.images)
	for _, link := range append(page.links, page.images...) {
		if isRelative(link) {
			c.add("relative-link", "a link in HTML leads nowhere in a mail: %s", quoteShort(link))
		}
	}
}

// images looks for images that no part has.
func (c *checker) images(list []string) {
	ids := map[string]bool{}
	c.m.Tree().walk(func(p *Part) { ids[p.contentID()] = true })
	for _, image := range list {
		if !strings.HasPrefix(strings.ToLower(image), "cid:") {
			continue
		}
		if !ids[string(appendPercentDecoded(nil, image[len("cid:"):]))] {
			c.add("inline-image", "HTML shows %s, but no part has that Content-ID", quoteShort(image))
		}
	}
}

// isRelative reports whether a link needs a base, which mails don't have.
func isRelative(link string) bool {
	if placeholder.MatchString(link) {
		return false // that is what is wrong with it
	}
	u, err := url.Parse(link)
	return err != nil || u.Scheme == "" || (u.Scheme == "http" || u.Scheme == "https") && u.Host == ""
}

// placeholder matches what templates and formatting leave when something was
// not filled in: Go, Jinja, Handlebars, printf, shell, JavaScript. A "%s" after
// a digit is none: "100%s".
var placeholder = regexp.MustCompile(`(\{\{.*?\}\}|\{\{|\}\}|\{%|\$\{\w|%\([\w.]+\)s|` +
	`%!\w?\(|<no value>|<nil>|\bundefined\b|\[object Object\]|\bNaN\b|\bInvalid Date\b|` +
	`(?i:\blorem ipsum\b))` +
	`|(?:^|[^\d%])(%[sdvq])\b`)

func (c *checker) placeholders() {
	m := c.m
	page := readPage(m.HTML)
	c.placeholder("Subject", m.Subject)
	c.placeholder("From", strings.Join(m.From, ", "))
	c.placeholder("To", strings.Join(append(slices.Clip(m.To), m.Cc...), ", "))
	c.placeholder("Text", m.Text)
	c.placeholder("HTML", page.text)
	c.placeholder("a link in HTML", strings.Join(append(page.links, page.images...), " "))
}

func (c *checker) placeholder(where, s string) {
	for _, at := range placeholder.FindAllStringSubmatchIndex(s, maxSame) {
		from, to := max(at[2], at[4]), max(at[3], at[5])
		start := runeStart(s, max(0, from-20))
		end := runeStart(s, min(len(s), to+20))
		c.add("placeholder", "%s has what looks like a placeholder, %s: …%s…", where,
			quote(s[from:to]), strings.Trim(quote(s[start:end]), `"`))
	}
}

func (c *checker) unsubscribe() {
	addrs, oneClick := c.m.Unsubscribe()
	switch {
	case len(addrs) == 0:
		c.add("list-unsubscribe", "List-Unsubscribe is missing")
	case !oneClick:
		c.add("list-unsubscribe", "there is no one-click unsubscription: it needs an https address in "+
			"List-Unsubscribe, and List-Unsubscribe-Post: List-Unsubscribe=One-Click")
	default:
		c.signedUnsubscribe()
	}
}

// signedUnsubscribe checks that a signature covers the fields, if there is a
// signature: receivers don't believe them otherwise (RFC 8058 section 4). A
// server that signs after the application may still come.
func (c *checker) signedUnsubscribe() {
	signature := c.m.Tree().Get("DKIM-Signature")
	if signature == "" {
		return
	}
	_, tags := parseRawParams("dkim; " + signature)
	signed := strings.Split(strings.Join(strings.Fields(param(tags, "h")), ""), ":")
	for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post"} {
		covers := func(s string) bool { return strings.EqualFold(s, name) }
		if !slices.ContainsFunc(signed, covers) {
			c.add("list-unsubscribe", "the DKIM signature does not cover %s", name)
		}
	}
}
