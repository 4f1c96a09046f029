package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// A client is a program or a library that others wrote. A test that runs it
// says so by t.Attr("client", "name: what it does").
type client struct {
	name, link string
	version    string // shell command whose output has the version
}

const goList = "go list -m -f {{.Version}} "

var known = []client{
	{"net/smtp", "https://pkg.go.dev/net/smtp", "go version"},
	{"go-smtp", "https://github.com/emersion/go-smtp", goList + "github.com/emersion/go-smtp"},
	{"go-mail", "https://github.com/wneessen/go-mail", goList + "github.com/wneessen/go-mail"},
	{"imapclient v2", "https://github.com/emersion/go-imap", goList + "github.com/emersion/go-imap/v2"},
	{"imapclient v1", "https://github.com/emersion/go-imap/tree/v1", "cd mailtest/testdata/interop/imapv1 && " + goList + "github.com/emersion/go-imap"},
	{"go-pop3", "https://github.com/knadh/go-pop3", goList + "github.com/knadh/go-pop3"},
	{"curl", "https://curl.se", "curl --version"},
	{"smtplib", "https://docs.python.org/3/library/smtplib.html", "python3 --version"},
	{"imaplib", "https://docs.python.org/3/library/imaplib.html", "python3 --version"},
	{"poplib", "https://docs.python.org/3/library/poplib.html", "python3 --version"},
	{"msmtp", "https://marlam.de/msmtp", "msmtp --version"},
	{"swaks", "https://jetmore.org/john/code/swaks", "swaks --version"},
	{"mbsync", "https://isync.sourceforge.io", "mbsync --version"},
	{"fetchmail", "https://www.fetchmail.info", "fetchmail --version"},
	{"mpop", "https://marlam.de/mpop", "mpop --version"},
	{"mutt", "http://www.mutt.org", "mutt -v"},
	{"nodemailer", "https://nodemailer.com", "node -p 'require(`nodemailer/package.json`).version'"},
	{"imapflow", "https://imapflow.com", "node -p 'require(`imapflow/package.json`).version'"},
	{"Dovecot", "https://dovecot.org", "dovecot --version"},
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Key, Value, Output string
}

// clients reads go test -json. It fails if a test failed, if a client neither
// ran nor was skipped that the table names, or one ran that it doesn't name; the
// versions may be others.
func clients(r io.Reader) error {
	done, skipped, err := readEvents(r)
	if err != nil {
		return err
	}
	var rows strings.Builder
	fmt.Fprint(&rows, "| client | version | what it did | result |\n|---|---|---|---|\n")
	var ran []string
	for _, c := range known {
		does := done[c.name]
		delete(done, c.name)
		if does == nil {
			continue
		}
		ran = append(ran, c.name)
		slices.Sort(does)
		fmt.Fprintf(&rows, "| [%s](%s) | %s | %s | passes |\n", c.name, c.link, versionOf(c), strings.Join(slices.Compact(does), "; "))
	}
	for name := range done {
		return fmt.Errorf("no version is known of %q: add it to .ci/readme/clients.go", name)
	}
	if update() {
		return write("clients", rows.String())
	}
	return compare(ran, skipped)
}

// readEvents returns what each client has done, and which were skipped; it
// tells why.
func readEvents(r io.Reader) (done map[string][]string, skipped []string, err error) {
	done = make(map[string][]string)
	attrs := make(map[string][]string) // of each test
	output := make(map[string]*strings.Builder)
	var failed []string
	for dec := json.NewDecoder(r); ; {
		var e event
		if err := dec.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			return nil, nil, fmt.Errorf("reading go test -json: %w", err)
		}
		test := e.Package + " " + e.Test
		switch e.Action {
		case "attr":
			if e.Key == "client" {
				attrs[test] = append(attrs[test], e.Value)
			}
		case "output":
			if output[test] == nil {
				output[test] = new(strings.Builder)
			}
			output[test].WriteString(e.Output)
		case "build-output":
			failed = append(failed, e.Output)
		case "fail":
			failed = append(failed, fmt.Sprint(output[test]))
		case "pass":
			for _, text := range attrs[test] {
				name, what, _ := strings.Cut(text, ": ")
				done[name] = append(done[name], what)
			}
		case "skip":
			for _, text := range attrs[test] {
				name, _, _ := strings.Cut(text, ": ")
				skipped = append(skipped, name)
				fmt.Print(progress.ReplaceAllString(output[test].String(), ""))
			}
		}
	}
	if failed != nil {
		return nil, nil, errors.New(strings.Join(failed, ""))
	}
	return done, skipped, nil
}

var progress = regexp.MustCompile(`(?m)^=== .*\n`)

var number = regexp.MustCompile(`[0-9]+(\.[0-9]+)+(-[a-z]+\.[0-9]+)?`)

func versionOf(c client) string {
	out, err := exec.Command("sh", "-c", c.version).CombinedOutput()
	if v := number.Find(out); err == nil && v != nil {
		return string(v)
	}
	return "?"
}

var firstCell = regexp.MustCompile(`(?m)^\| \[([^]]+)\]`)

// compare tells how the clients that ran differ from those of the table.
func compare(ran, skipped []string) error {
	_, table, _, err := section("clients")
	if err != nil {
		return err
	}
	var list, problems []string
	for _, m := range firstCell.FindAllStringSubmatch(table, -1) {
		list = append(list, m[1])
		if !slices.Contains(ran, m[1]) && !slices.Contains(skipped, m[1]) {
			problems = append(problems, m[1]+" is in the table, but didn't run")
		}
	}
	for _, name := range ran {
		if !slices.Contains(list, name) {
			problems = append(problems, name+" ran, but isn't in the table")
		}
	}
	if problems == nil {
		return nil
	}
	return fmt.Errorf("%s, table of clients: %s (MAILTEST_UPDATE=1 .ci/run interop writes it)", readme, strings.Join(problems, "; "))
}
