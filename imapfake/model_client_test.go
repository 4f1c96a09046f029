package imapfake

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A modelClient is a client that keeps what it is told of one mailbox: UIDs by
// sequence number, and flags. It fails on whatever a server must not say.
type modelClient struct {
	name    string
	conn    net.Conn
	r       *bufio.Reader
	tag     int
	qresync bool

	box      string
	validity uint64
	uids     []uint32            // by sequence number from 1; 0 is unknown yet
	flags    map[uint32][]string // sorted, without \Recent
	modSeq   uint64              // HIGHESTMODSEQ, for the next QRESYNC

	watches map[string]*watch // by the tag of the search

	quiet   bool // EXPUNGE must not come now
	maxSeen uint64
	code    uint64 // HIGHESTMODSEQ of the running command
	log     []string
}

// A protocolError is what a modelClient panics with.
type protocolError string

func (c *modelClient) fail(format string, args ...any) {
	tail := c.log[max(0, len(c.log)-40):]
	panic(protocolError(fmt.Sprintf("%s: %s\n%s", c.name, fmt.Sprintf(format, args...), strings.Join(tail, "\n"))))
}

// dial connects and logs in.
func (c *modelClient) dial(srv *Server) {
	conn, err := srv.Dial(bg)
	if err != nil {
		c.fail("%v", err)
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	c.conn, c.r = conn, bufio.NewReader(conn)
	c.line() // the greeting
	c.run("LOGIN alice@example.com secret")
	if c.qresync {
		c.run("ENABLE QRESYNC")
	}
}

// line reads a response with its literals.
func (c *modelClient) line() string {
	var b strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.fail("%v after %q", err, line)
		}
		b.WriteString(line)
		m, ok := literalMark([]byte(line))
		if !ok {
			break
		}
		if _, err := io.CopyN(&b, c.r, m.size); err != nil {
			c.fail("%v within a literal", err)
		}
	}
	s := strings.TrimSuffix(b.String(), "\r\n")
	c.log = append(c.log, "S: "+s)
	return s
}

func (c *modelClient) send(s string) {
	c.log = append(c.log, "C: "+s)
	io.WriteString(c.conn, s+"\r\n")
}

// run runs a command and returns its tagged reply without the tag.
func (c *modelClient) run(format string, args ...any) string {
	c.tag++
	tag := c.name + strconv.Itoa(c.tag)
	c.maxSeen, c.code = 0, 0
	c.send(tag + " " + fmt.Sprintf(format, args...))
	for {
		line := c.line()
		if reply, ok := strings.CutPrefix(line, tag+" "); ok {
			c.take("* " + reply)
			c.settle()
			return reply
		}
		if strings.HasPrefix(line, "+ ") {
			return line
		}
		c.take(line)
	}
}

// settle takes the mod-sequence up to which the client knows everything (RFC
// 7162 section 6).
func (c *modelClient) settle() {
	if c.code != 0 {
		c.modSeq = c.code
	} else {
		c.modSeq = max(c.modSeq, c.maxSeen)
	}
}

var (
	numbered    = regexp.MustCompile(`^\* (\d+) (EXISTS|EXPUNGE|RECENT|FETCH)(?: \((.*)\))?$`)
	uidItem     = regexp.MustCompile(`\bUID (\d+)`)
	flagsItem   = regexp.MustCompile(`\bFLAGS \(([^)]*)\)`)
	modSeqItem  = regexp.MustCompile(`\bMODSEQ \((\d+)\)`)
	highestCode = regexp.MustCompile(`\[HIGHESTMODSEQ (\d+)\]`)
	validCode   = regexp.MustCompile(`\[UIDVALIDITY (\d+)\]`)
	vanished    = regexp.MustCompile(`^\* VANISHED (\(EARLIER\) )?(\S+)$`)
)

// take takes an untagged response.
func (c *modelClient) take(line string) {
	line = strings.TrimSuffix(string(stripLiterals([]byte(line))), "\r\n")
	if m := highestCode.FindStringSubmatch(line); m != nil {
		c.code, _ = strconv.ParseUint(m[1], 10, 64)
	}
	if m := validCode.FindStringSubmatch(line); m != nil {
		c.takeValidity(m[1])
	}
	if strings.HasPrefix(line, "* OK [CLOSED]") {
		c.uids = nil
	}
	if m := vanished.FindStringSubmatch(line); m != nil {
		c.takeVanished(m[1] != "", m[2])
	}
	c.takeESearch(line)
	m := numbered.FindStringSubmatch(strings.ReplaceAll(line, "\r\n", " "))
	if m == nil {
		return
	}
	n, _ := strconv.Atoi(m[1])
	switch m[2] {
	case "EXISTS":
		if n < len(c.uids) {
			c.fail("EXISTS shrinks from %d to %d", len(c.uids), n)
		}
		c.uids = append(c.uids, make([]uint32, n-len(c.uids))...)
	case "EXPUNGE":
		c.expunge(n)
	case "FETCH":
		c.takeFetch(n, m[3])
	}
}

func (c *modelClient) takeValidity(s string) {
	v, _ := strconv.ParseUint(s, 10, 64)
	if v != c.validity {
		c.validity, c.flags, c.modSeq = v, make(map[uint32][]string), 0
	}
}

func (c *modelClient) expunge(n int) {
	if c.quiet || c.qresync || n < 1 || n > len(c.uids) {
		c.fail("EXPUNGE of %d among %d, quiet is %v", n, len(c.uids), c.quiet)
	}
	c.renumber(n)
	delete(c.flags, c.uids[n-1])
	c.uids = slices.Delete(c.uids, n-1, n)
}

func (c *modelClient) takeVanished(earlier bool, set string) {
	if c.quiet || !c.qresync {
		c.fail("VANISHED is not allowed")
	}
	for _, part := range strings.Split(set, ",") {
		a, b, _ := strings.Cut(part, ":")
		first, _ := strconv.Atoi(a)
		last, err := strconv.Atoi(b)
		if err != nil {
			last = first
		}
		for uid := uint32(first); uid <= uint32(last); uid++ {
			c.vanish(earlier, uid)
		}
	}
}

func (c *modelClient) vanish(earlier bool, uid uint32) {
	delete(c.flags, uid)
	i := slices.Index(c.uids, uid)
	if earlier {
		return
	}
	if i < 0 && slices.Contains(c.uids, 0) {
		// One of those of which it doesn't know the UID yet.
		c.uids = make([]uint32, len(c.uids)-1)
		return
	}
	if i < 0 {
		c.fail("VANISHED of UID %d, which the client doesn't know: %v", uid, c.uids)
	}
	c.uids = slices.Delete(c.uids, i, i+1)
}

func (c *modelClient) takeFetch(n int, items string) {
	if n < 1 || n > len(c.uids) {
		c.fail("FETCH of %d among %d", n, len(c.uids))
	}
	if m := uidItem.FindStringSubmatch(items); m != nil {
		uid, _ := strconv.ParseUint(m[1], 10, 32)
		if old := c.uids[n-1]; old != 0 && old != uint32(uid) {
			c.fail("message %d is UID %d, and was %d", n, uid, old)
		}
		c.uids[n-1] = uint32(uid)
	}
	if m := modSeqItem.FindStringSubmatch(items); m != nil {
		n, _ := strconv.ParseUint(m[1], 10, 64)
		c.maxSeen = max(c.maxSeen, n)
	} else if c.qresync && strings.Contains(items, "FLAGS") {
		c.fail("FETCH with FLAGS and without MODSEQ")
	}
	if m := flagsItem.FindStringSubmatch(items); m != nil {
		c.flags[c.uids[n-1]] = sortedFlags(strings.Fields(m[1]))
	}
}

func sortedFlags(flags []string) []string {
	flags = slices.DeleteFunc(slices.Clone(flags), func(f string) bool { return f == `\Recent` })
	slices.Sort(flags)
	return flags
}

// open selects a mailbox. With QRESYNC it asks for what has changed since the
// last time, if that was the same mailbox.
func (c *modelClient) open(box string) {
	param := ""
	if c.qresync && c.box == box && c.modSeq > 0 {
		param = fmt.Sprintf(" (QRESYNC (%d %d))", c.validity, c.modSeq)
	}
	if c.box != box {
		c.validity, c.flags, c.modSeq = 0, make(map[uint32][]string), 0
	}
	c.box, c.uids, c.watches = box, nil, nil
	if reply := c.run("SELECT %s%s", box, param); !strings.HasPrefix(reply, "OK") {
		c.fail("SELECT: %s", reply)
	}
	if param == "" {
		c.flags = make(map[uint32][]string)
	}
	c.learn()
	c.watchAll()
	c.learn()
}

// learn asks for the UIDs that it doesn't know, and the flags if it has to.
func (c *modelClient) learn() {
	for i := slices.Index(c.uids, 0); i >= 0; i = slices.Index(c.uids, 0) {
		c.quiet = true
		c.run("FETCH %d:* (UID FLAGS%s)", i+1, map[bool]string{true: " MODSEQ"}[c.qresync])
		c.quiet = false
	}
}

// check compares what the client knows with the mailbox itself, after NOOP has
// told it everything.
func (c *modelClient) check(srv *Server) {
	c.run("NOOP")
	c.learn()
	snap := srv.Store.Account("alice@example.com").Find(c.box).Snapshot()
	if snap.Len() != len(c.uids) {
		c.fail("knows %d messages, there are %d", len(c.uids), snap.Len())
	}
	for i, e := range snap.All() {
		if c.uids[i] != e.UID {
			c.fail("message %d is UID %d, the client has %d", i+1, e.UID, c.uids[i])
		}
		if got, want := c.flags[e.UID], sortedFlags(e.Flags); !slices.Equal(got, want) {
			c.fail("UID %d has flags %v, the client has %v", e.UID, want, got)
		}
	}
	c.checkWatches(snap)
}
