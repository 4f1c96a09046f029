package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// THREAD (RFC 5256).

// The threading algorithms.
const (
	capThreadOrderedSubject imap.Cap = "THREAD=ORDEREDSUBJECT"
	capThreadReferences     imap.Cap = "THREAD=REFERENCES"
	capThreadRefs           imap.Cap = "THREAD=REFS"
)

var threadExtension = extension{
	caps: []imap.Cap{capThreadOrderedSubject, capThreadReferences, capThreadRefs},
	commands: []command{ // any of them brings the command
		threadCommand(capThreadOrderedSubject),
		threadCommand(capThreadReferences),
		threadCommand(capThreadRefs),
	},
}

func threadCommand(c imap.Cap) command {
	return command{name: "THREAD", states: selected, cap: c, uid: true, quiet: true, run: runThread}
}

// A threader arranges messages, which are in the mailbox's order, as threads.
type threader func(list []sorted, v *view) []*thread

var threaders = map[string]threader{
	"ORDEREDSUBJECT": orderedSubject,
	"REFERENCES":     threadReferences,
	"REFS":           threadRefs,
}

// A thread is a message and its answers. A dummy, without a message, holds
// together what answers a message that isn't there.
type thread struct {
	m        *sorted // nil for a dummy
	parent   *thread
	children []*thread
}

// first returns the message that a thread counts as: its own, or a dummy's
// first one.
func (t *thread) first() *sorted {
	for t.m == nil {
		t = t.children[0]
	}
	return t.m
}

// add makes child a child of t.
func (t *thread) add(child *thread) {
	child.parent = t
	t.children = append(t.children, child)
}

// bySentDate compares by the Date field, and then by place in the mailbox.
func bySentDate(a, b *thread) int {
	x, y := a.first(), b.first()
	if n := x.sent.Compare(y.sent); n != 0 {
		return n
	}
	return int(x.seq) - int(y.seq)
}

func runThread(s *session, c *call) error {
	r := &searchReply{s: s, c: c, view: s.view}
	c.p.sp()
	start := c.p.pos
	algorithm := c.p.keyword("a threading algorithm")
	arrange := threaders[algorithm]
	if arrange == nil || !s.has(imap.Cap("THREAD="+algorithm)) {
		c.p.failAt(start, "a threading algorithm that the server knows")
	}
	c.p.sp()
	charset := strings.ToUpper(c.p.astring())
	c.p.sp()
	q, err := parseSearchIn(s, c.p, charset)
	if most := s.messageLimit(); err == nil && most > 0 && s.view.len() > most {
		return tooMany(most, 0)
	}
	hits, err := r.find(c.p, q, err)
	if err != nil {
		return err
	}
	s.enc.raw("* THREAD")
	if len(hits) > 0 {
		s.enc.sp()
	}
	for _, t := range arrange(sortHits(s, hits), s.view) {
		r.writeThread(t)
	}
	s.enc.line()
	return nil
}

// writeThread writes a thread: a run of only children without parentheses, and
// siblings in parentheses of their own (RFC 5256 section 4, thread-list).
func (r *searchReply) writeThread(t *thread) {
	e := &r.s.enc
	e.byte('(')
	if t.m != nil {
		e.num(uint64(r.number(t.m.hit)))
	}
	for len(t.children) == 1 {
		t = t.children[0]
		e.sp()
		e.num(uint64(r.number(t.m.hit)))
	}
	if t.m != nil && len(t.children) > 0 {
		e.sp()
	}
	for _, child := range t.children {
		r.writeThread(child)
	}
	e.byte(')')
}

// orderedSubject puts messages with one base subject together: the first sent
// is the parent of the others.
func orderedSubject(list []sorted, _ *view) (threads []*thread) {
	nodes := make([]*thread, len(list))
	for i := range list {
		nodes[i] = &thread{m: &list[i]}
	}
	slices.SortFunc(nodes, bySentDate)
	bySubject := make(map[string]*thread)
	for _, t := range nodes {
		key := string(t.m.subject)
		if root := bySubject[key]; root != nil {
			root.add(t)
			continue
		}
		bySubject[key] = t
		threads = append(threads, t)
	}
	return threads
}

// references returns the Message-IDs that a message refers to, the one that
// it answers last: those of References, or else the first of In-Reply-To.
func references(p *message.Part) []string {
	if list := messageIDList(p.Get("References")); len(list) > 0 {
		return list
	}
	list := messageIDList(p.Get("In-Reply-To"))
	return list[:min(len(list), 1)]
}

// messageIDList returns the <...> of a header value, without the brackets.
func messageIDList(value string) (list []string) {
	for {
		id, rest := cutMessageID(value)
		if id == "" {
			return list
		}
		list = append(list, id)
		value = rest
	}
}

// cutMessageID returns the first <...> of a header value, without the
// brackets, and what is behind it.
func cutMessageID(value string) (id, rest string) {
	for {
		_, after, _ := strings.Cut(value, "<")
		id, rest, ok := strings.Cut(after, ">")
		if !ok {
			return "", ""
		}
		if id = strings.TrimSpace(id); id != "" {
			return id, rest
		}
		value = rest
	}
}
