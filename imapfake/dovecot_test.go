package imapfake

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The conversations of testdata/dovecot/*.txt run against this server and
// against Dovecot, where it is installed, and the answers are compared. A
// difference must be in the table of dovecot_differences_test.go with its
// reason, and what is in the table must differ.
//
// A line "A: command" is a command of connection A, without its tag. "{name}"
// is the literal in name.eml. The answers are compared without
// free text, with times and numbers that each server chooses made the same.
func TestDovecot(t *testing.T) {
	t.Attr("client", "Dovecot: as a reference: its answers to the same commands")
	if os.Getenv("MAILTEST_PROGRAMS") == "" {
		t.Skip("Dovecot runs only where MAILTEST_PROGRAMS is set, as .ci/run interop does")
	}
	imap := "/usr/lib/dovecot/imap"
	if _, err := os.Stat(imap); err != nil {
		t.Skip("Dovecot is not installed (Debian: dovecot-imapd)")
	}
	files, err := filepath.Glob("testdata/dovecot/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	used := make(map[string]bool)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compareWithDovecot(t, imap, string(text), used)
		})
	}
	for command := range dovecotDiffers {
		if !used[command] && !t.Failed() {
			t.Errorf("%q is said to differ, but doesn't", command)
		}
	}
}

func compareWithDovecot(t *testing.T, imap, text string, used map[string]bool) {
	ours := &peer{t: t, connect: connectFake(t)}
	theirs := &peer{t: t, connect: connectDovecot(t, imap)}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		conn, command, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		want, got := theirs.do(conn, command), ours.do(conn, command)
		diff := cmp.Diff(want, got)
		switch reason := dovecotDiffers[command]; {
		case diff != "" && reason == "":
			t.Errorf("%s (-Dovecot +imapfake):\n%s", line, diff)
		case diff != "":
			used[command] = true
		}
	}
}

// A peer is one of the two servers, with its connections.
type peer struct {
	t       *testing.T
	connect func() io.ReadWriter
	conns   map[string]*peerConn
	tags    int
	seen    map[string]string // UIDVALIDITY and the like, as it was normalised
}

type peerConn struct {
	io.Writer
	r *bufio.Reader
}

func connectFake(t *testing.T) func() io.ReadWriter {
	srv := NewServer(t)
	srv.Caps = Caps{After: Dovecot.After}
	srv.Store.Account("alice@example.com")
	return func() io.ReadWriter {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		if _, err := io.WriteString(nc, "0 LOGIN alice@example.com secret\r\n"); err != nil {
			t.Fatal(err)
		}
		for r := (oneByte{nc}); !strings.HasPrefix(r.line(t), "0 OK"); {
		}
		return nc
	}
}

// oneByte reads lines without reading ahead.
type oneByte struct{ net.Conn }

func (c oneByte) line(t *testing.T) string {
	var line []byte
	for b := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); {
		if _, err := c.Read(b); err != nil {
			t.Fatal(err)
		}
		line = append(line, b...)
	}
	return string(line)
}

// connectDovecot returns what starts imap processes on one mail folder.
func connectDovecot(t *testing.T, imap string) func() io.ReadWriter {
	dir, err := os.MkdirTemp("", "dovecot") // t.TempDir's parents are closed to nobody
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	uid, gid := os.Getuid(), os.Getgid()
	if uid == 0 { // which Dovecot refuses
		uid, gid = 65534, 65534
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	conf, err := os.ReadFile("testdata/dovecot/dovecot.conf")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("@DIR@", dir, "@UID@", strconv.Itoa(uid), "@GID@", strconv.Itoa(gid)).Replace(string(conf))
	file := filepath.Join(dir, "dovecot.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return func() io.ReadWriter { return startDovecot(t, imap, file, dir) }
}

func startDovecot(t *testing.T, imap, conf, dir string) io.ReadWriter {
	cmd := exec.CommandContext(t.Context(), imap, "-c", conf)
	cmd.Env = append(os.Environ(), "USER=alice@example.com", "HOME="+dir)
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		cmd.Wait()
	})
	r := bufio.NewReader(out)
	if line, err := r.ReadString('\n'); !strings.HasPrefix(line, "* PREAUTH") {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Fatalf("Dovecot said %q, %v; its log:\n%s", line, err, log)
	}
	return struct {
		io.Reader
		io.Writer
	}{r, in}
}

// do runs a command and returns the answer, normalised and in order of its
// text but for EXPUNGE, whose order counts.
func (p *peer) do(conn, command string) []string {
	p.t.Helper()
	if p.conns == nil {
		p.conns, p.seen = make(map[string]*peerConn), make(map[string]string)
	}
	c := p.conns[conn]
	if c == nil {
		rw := p.connect()
		c = &peerConn{rw, bufio.NewReader(rw)}
		p.conns[conn] = c
	}
	p.tags++
	tag := "t" + strconv.Itoa(p.tags)
	p.send(c, tag+" "+command)
	var list []string
	for {
		line := c.response(p.t)
		done := strings.HasPrefix(line, tag+" ")
		list = append(list, p.normal(strings.TrimPrefix(line, tag+" ")))
		if done {
			break
		}
	}
	slices.SortStableFunc(list[:len(list)-1], byText)
	return list
}

func byText(a, b string) int {
	if strings.HasSuffix(a, " EXPUNGE") && strings.HasSuffix(b, " EXPUNGE") {
		return 0
	}
	return strings.Compare(a, b)
}

var literalName = regexp.MustCompile(`\{([a-z]+)\}`)

// send sends a command, and each of its literals when the server asks for it.
func (p *peer) send(c *peerConn, command string) {
	p.t.Helper()
	for {
		at := literalName.FindStringSubmatchIndex(command)
		if at == nil {
			fmt.Fprintf(c, "%s\r\n", command)
			return
		}
		data, err := os.ReadFile(filepath.Join("testdata/dovecot", command[at[2]:at[3]]+".eml"))
		if err != nil {
			p.t.Fatal(err)
		}
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		fmt.Fprintf(c, "%s{%d}\r\n", command[:at[0]], len(data))
		if b, err := c.r.Peek(1); err != nil || b[0] != '+' {
			return // refused
		}
		c.r.ReadString('\n')
		c.Write(data)
		command = command[at[1]:]
	}
}

// literalSize returns the size of the literal that a line announces. Lines may
// be long: this looks at the end only.
func literalSize(line string) (size int64, ok bool) {
	size, err := strconv.ParseInt(strings.TrimSuffix(line[strings.LastIndexByte(line, '{')+1:], "}\r\n"), 10, 64)
	return size, err == nil && strings.HasSuffix(line, "}\r\n")
}

// response reads one response with its literals.
func (c *peerConn) response(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			t.Fatalf("reading: %v, after %q", err, all.String()+line)
		}
		all.WriteString(line)
		size, ok := literalSize(line)
		if !ok {
			return strings.TrimSuffix(all.String(), "\r\n")
		}
		if _, err := io.CopyN(&all, c.r, size); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	status   = regexp.MustCompile(`^(\* )?(OK|NO|BAD|BYE)( \[[^]]*\])?.*`)
	validity = regexp.MustCompile(`((?:UIDVALIDITY|APPENDUID|COPYUID) )([0-9]+)`)
	modseq   = regexp.MustCompile(`(MODSEQ \(?)[0-9]+`)
	flags    = regexp.MustCompile(`(FLAGS |PERMANENTFLAGS )\(([^)]*)\)`)
	atom     = regexp.MustCompile(`"([A-Za-z/]+)"`)
)

// normal takes out what each server may choose.
func (p *peer) normal(line string) string {
	if m := status.FindStringSubmatch(line); m != nil {
		line = m[1] + m[2] + m[3]
	}
	line = validity.ReplaceAllStringFunc(line, func(s string) string {
		m := validity.FindStringSubmatch(s)
		if p.seen[m[2]] == "" {
			p.seen[m[2]] = "V" + strconv.Itoa(len(p.seen)+1)
		}
		return m[1] + p.seen[m[2]]
	})
	line = modseq.ReplaceAllString(line, "${1}M")
	line = flags.ReplaceAllStringFunc(line, func(s string) string {
		m := flags.FindStringSubmatch(s)
		list := strings.Fields(m[2])
		slices.Sort(list)
		return m[1] + "(" + strings.Join(list, " ") + ")"
	})
	if strings.HasPrefix(line, "* L") || strings.HasPrefix(line, "* STATUS") {
		line = atom.ReplaceAllString(line, "$1")
	}
	return line
}
