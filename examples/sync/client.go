package mailsync

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
)

// A client speaks as much IMAP as the mirror needs.
type client struct {
	nc   net.Conn
	r    *bufio.Reader
	tags int
	caps map[string]bool
}

// A response is one response of the server, as far as it is understood.
type response struct {
	tag   string
	kind  string // "OK", "FETCH", "EXISTS", "VANISHED", "+" ...
	text  string
	uid   uint32
	flags []string // nil if it has none
	body  *string
	uids  []uint32 // of SEARCH and VANISHED
}

// A mailbox is what SELECT has said.
type mailbox struct {
	uidValidity uint32
	modSeq      uint64
	changes     []response
	complete    bool // changes has all there were
}

func newClient(nc net.Conn, user, password string) (*client, error) {
	c := &client{nc: nc, r: bufio.NewReader(nc), caps: make(map[string]bool)}
	if _, err := c.read(); err != nil {
		return nil, err
	}
	if _, err := c.run(fmt.Sprintf("LOGIN %q %q", user, password)); err != nil {
		return nil, err
	}
	list, err := c.run("CAPABILITY")
	for _, r := range list {
		if r.kind == "CAPABILITY" {
			for _, name := range strings.Fields(r.text) {
				c.caps[name] = true
			}
		}
	}
	if err != nil || !c.caps["QRESYNC"] {
		return c, err
	}
	// Only before a mailbox is selected (RFC 5161 section 3.1).
	_, err = c.run("ENABLE QRESYNC")
	return c, err
}

func (c *client) selectInbox(params string) (*mailbox, error) {
	list, err := c.run("SELECT INBOX" + params)
	if err != nil {
		return nil, err
	}
	box := &mailbox{changes: list}
	for _, r := range list {
		if n, ok := code(r.text, "UIDVALIDITY"); ok {
			box.uidValidity = uint32(n)
		}
		if n, ok := code(r.text, "HIGHESTMODSEQ"); ok {
			box.modSeq = n
		}
	}
	return box, nil
}

// code returns the number of a response code.
func code(text, name string) (uint64, bool) {
	rest, ok := strings.CutPrefix(text, "["+name+" ")
	if !ok {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, "]")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}

// run sends a command and returns the responses up to its tagged one.
func (c *client) run(command string) ([]response, error) {
	if err := c.send(command); err != nil {
		return nil, err
	}
	return c.answer()
}

func (c *client) send(command string) error {
	c.tags++
	_, err := fmt.Fprintf(c.nc, "a%d %s\r\n", c.tags, command)
	return err
}

func (c *client) answer() (list []response, err error) {
	tag := "a" + strconv.Itoa(c.tags)
	for {
		r, err := c.read()
		if err != nil {
			return list, err
		}
		if r.tag != tag {
			list = append(list, r)
			continue
		}
		if r.kind != "OK" {
			return list, fmt.Errorf("server: %s %s", r.kind, r.text)
		}
		return list, nil
	}
}

var literal = regexp.MustCompile(`\{([0-9]+)\}\r\n$`)

// read reads one response. A literal's line ends where the literal begins, and
// what follows it is another line.
func (c *client) read() (response, error) {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return response{}, err
	}
	size := literal.FindStringSubmatch(line)
	if size == nil {
		return parse(strings.TrimRight(line, "\r\n")), nil
	}
	n, _ := strconv.ParseInt(size[1], 10, 32)
	data := make([]byte, n)
	if _, err := io.ReadFull(c.r, data); err != nil {
		return response{}, err
	}
	rest, err := c.read()
	r := parse(strings.TrimSuffix(line, size[0]) + rest.tag + " " + rest.kind + " " + rest.text)
	body := string(data)
	r.body = &body
	return r, err
}

var (
	uidItem   = regexp.MustCompile(`\bUID ([0-9]+)`)
	flagsItem = regexp.MustCompile(`\bFLAGS \(([^)]*)\)`)
)

func parse(line string) response {
	var r response
	r.tag, line, _ = strings.Cut(line, " ")
	if r.tag == "+" {
		r.kind = "+"
		return r
	}
	r.kind, r.text, _ = strings.Cut(line, " ")
	if r.kind != "" && r.kind[0] >= '0' && r.kind[0] <= '9' { // "1 FETCH (...)"
		r.kind, r.text, _ = strings.Cut(r.text, " ")
	}
	switch r.kind {
	case "FETCH":
		if m := uidItem.FindStringSubmatch(r.text); m != nil {
			r.uid = number(m[1])
		}
		if m := flagsItem.FindStringSubmatch(r.text); m != nil {
			r.flags = append([]string{}, strings.Fields(m[1])...)
		}
	case "SEARCH":
		for _, f := range strings.Fields(r.text) {
			r.uids = append(r.uids, number(f))
		}
	case "VANISHED":
		r.uids = set(strings.TrimPrefix(r.text, "(EARLIER) "))
	}
	return r
}

// set returns the numbers of "1:3,5".
func set(text string) (list []uint32) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, ok := strings.Cut(part, ":")
		if !ok {
			last = first
		}
		for n := number(first); n <= number(last); n++ {
			list = append(list, n)
		}
	}
	return list
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}
