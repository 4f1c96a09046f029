package message

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Golden compares the message with a golden file, by what it means: the
// envelope, the decoded header, and the decoded parts. The file is text that
// people can read. What is different in each run is replaced: dates, message
// and content ids, boundaries, signatures, trace fields, and ports of the
// local host. For the rest, such as codes and tokens, there is oldnew: pairs
// of a text and what to write instead, as in [strings.NewReplacer].
//
// It writes the file, instead of comparing, if the test binary has a boolean
// flag -update that is set, or the environment variable MAILTEST_UPDATE is 1:
//
//	MAILTEST_UPDATE=1 go test ./...
//
// The package registers no flag by itself, since a test binary may have an
// -update flag of its own, and two of a name would be a panic.
func (m *Message) Golden(t testing.TB, file string, oldnew ...string) {
	needTest(t, "Golden", "it fails a test")
	t.Helper()
	if len(oldnew)%2 != 0 {
		t.Fatalf("Golden(%q): %d texts to replace: they must be pairs of old and new", file, len(oldnew))
	}
	got := m.normalised(strings.NewReplacer(oldnew...))
	if updating() {
		if err := writeGolden(file, got); err != nil {
			t.Fatalf("Golden: %v", err)
		}
		t.Logf("Golden: wrote %s", file)
		return
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v: there is no golden file %s yet; MAILTEST_UPDATE=1 writes it", m, file)
	}
	if err != nil {
		t.Fatalf("Golden: %v", err)
	}
	want := strings.ReplaceAll(string(b), "\r\n", "\n") // as a checkout on Windows may have it
	if want == got {
		return
	}
	var d differ
	d.lines(file, strings.Split(want, "\n"), strings.Split(got, "\n"))
	t.Errorf("%v: differs from its golden file (-want +got); "+
		"if it is meant to, MAILTEST_UPDATE=1 writes it:\n%s",
		m, strings.TrimSuffix(d.out.String(), "\n"))
}

// updating reports whether golden files are to be written.
func updating() bool {
	if f := flag.Lookup("update"); f != nil {
		if g, ok := f.Value.(flag.Getter); ok && g.Get() == true {
			return true
		}
	}
	on, _ := strconv.ParseBool(os.Getenv("MAILTEST_UPDATE"))
	return on
}

func writeGolden(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

// A normaliser writes a message without what differs between runs.
type normaliser struct {
	out     strings.Builder
	ids     map[string]string
	replace *strings.Replacer
}

func (m *Message) normalised(replace *strings.Replacer) string {
	m.Decode()
	n := normaliser{ids: map[string]string{}, replace: replace}
	fmt.Fprintf(&n.out, "MAIL FROM:<%s>\n", m.MailFrom)
	for _, r := range m.RcptTo {
		fmt.Fprintf(&n.out, "RCPT TO:<%s>\n", r)
	}
	n.out.WriteByte('\n')
	root := m.Tree()
	n.findIDs(root)
	for _, f := range root.Fields() {
		n.field(f)
	}
	n.part(root, "")
	return n.replace.Replace(n.out.String())
}

// findIDs numbers the ids in the order of the parts.
func (n *normaliser) findIDs(p *Part) {
	for _, name := range []string{"Message-ID", "In-Reply-To", "References", "Content-ID"} {
		ids, _ := parseIDs(p.Get(name))
		for _, id := range ids {
			if n.ids[id] == "" {
				n.ids[id] = fmt.Sprintf("id-%d", len(n.ids)+1)
			}
		}
	}
	for _, child := range p.Parts {
		n.findIDs(child)
	}
}

// field writes a field of the message. Those of MIME are seen at the parts.
func (n *normaliser) field(f Field) {
	value := n.text(DecodeHeader(f.Value))
	switch strings.ToLower(f.Name) {
	case "content-type", "content-transfer-encoding", "content-disposition", "mime-version":
		return
	case "date", "resent-date":
		value = "(date)"
		if _, err := ParseDate(f.Value); err != nil {
			value = "(malformed date)"
		}
	case "received", "return-path", "delivered-to":
		return // the server adds them
	case "dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results":
		value = "(signature)"
	}
	fmt.Fprintf(&n.out, "%s: %s\n", f.Name, value)
}

var (
	localPort = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\]):\d+`)
	anyID     = regexp.MustCompile(`<[^<>\s]+@[^<>\s]+>|cid:[^\s"'<>()]+`)
)

// text replaces ids and ports.
func (n *normaliser) text(s string) string {
	s = anyID.ReplaceAllStringFunc(s, func(match string) string {
		scheme, id := "cid:", match[len("cid:"):]
		if match[0] == '<' {
			scheme, id = "", match[1:len(match)-1]
		}
		switch short := n.ids[string(appendPercentDecoded(nil, id))]; {
		case short == "":
			return match
		case scheme == "":
			return "<" + short + ">"
		default:
			return scheme + short
		}
	})
	return localPort.ReplaceAllString(s, "$1:PORT")
}

// part writes a part below a line that names it; number is "" for the whole.
func (n *normaliser) part(p *Part, number string) {
	name := strings.TrimPrefix(number+" ", " ")
	n.out.WriteString("\n--- " + name + p.MediaType() + n.details(p) + "\n")
	switch {
	case p.IsMessage():
		for _, f := range p.Parts[0].Fields() {
			n.field(f)
		}
		n.part(p.Parts[0], strings.TrimPrefix(number+".message", "."))
	case p.IsMultipart():
		for i, child := range p.Parts {
			n.part(child, strings.TrimPrefix(fmt.Sprintf("%s.%d", number, i+1), "."))
		}
	default:
		n.body(p)
	}
}

func (n *normaliser) details(p *Part) string {
	var s string
	if p.Disposition != "" {
		s += "; " + strings.ToLower(p.Disposition)
	}
	if name := p.fileName(); name != "" {
		s += "; " + quote(name)
	}
	if id := p.contentID(); id != "" {
		s += "; " + n.text("<"+id+">")
	}
	return s
}

func (n *normaliser) body(p *Part) {
	b, _ := p.Decoded()
	if !strings.EqualFold(p.Type, "text") && !isText(b) {
		fmt.Fprintf(&n.out, "%d bytes, SHA-256 %x\n", len(b), sha256.Sum256(b))
		return
	}
	s := strings.TrimRight(strings.ReplaceAll(p.Text(), "\r\n", "\n"), "\n")
	n.out.WriteString(n.text(s) + "\n")
}
