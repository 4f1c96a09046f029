package imapfake

import (
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// notifyExtension is NOTIFY (RFC 5465): the client says which changes of which
// mailboxes it wants to be told of, at once, whether or not it is in IDLE.
var notifyExtension = extension{
	caps: []imap.Cap{imap.CapNotify},
	commands: []command{
		{name: "NOTIFY", states: authenticated, cap: imap.CapNotify, run: runNotify},
	},
}

// events are what a client may want to be told of.
type events struct {
	messages      bool // MessageNew and MessageExpunge, which go together
	flags         bool // FlagChange
	names         bool // MailboxName
	subscriptions bool // SubscriptionChange
	metadata      bool // MailboxMetadataChange
	server        bool // ServerMetadataChange
}

func (e events) and(f events) events {
	return events{
		e.messages || f.messages, e.flags || f.flags, e.names || f.names,
		e.subscriptions || f.subscriptions, e.metadata || f.metadata, e.server || f.server,
	}
}

// An eventGroup is what is wanted of some mailboxes.
type eventGroup struct {
	events
	mailboxFilter
	fetch   *fetch // of new messages in the selected mailbox, nil for nothing
	unknown bool   // events that the server doesn't have are among them
}

func (g *eventGroup) selected() bool { return strings.HasPrefix(g.filter, "SELECTED") }

// badEvent lists the events that there are, for a client that asks for others.
const badEvent = "BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange " +
	"MailboxMetadataChange ServerMetadataChange)"

// overflow is said when there is too much to tell (RFC 5465 section 5.8).
const overflow = "NOTIFICATIONOVERFLOW"

// runNotify is NOTIFY (RFC 5465 section 3.1). What was asked for before is
// replaced.
func runNotify(s *session, c *call) error {
	c.p.sp()
	start := c.p.pos
	var groups []*eventGroup
	status := false
	switch c.p.keyword("SET or NONE") {
	case "SET":
		c.p.sp()
		if status = c.p.tryKeyword("STATUS"); status {
			c.p.sp()
		}
		groups = s.parseEventGroups(c.p)
	case "NONE":
	default:
		c.p.failAt(start, "SET or NONE")
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if slices.ContainsFunc(groups, func(g *eventGroup) bool { return g.unknown }) {
		return no(badEvent, "Some of the events are not supported")
	}
	s.startNotify(groups, status)
	return nil
}

func (s *session) parseEventGroups(p *parser) (groups []*eventGroup) {
	for ok := true; ok; ok = !p.failed() && p.peek() == ' ' && p.try(' ') {
		start := p.pos
		g := s.parseEventGroup(p)
		if g.selected() && slices.ContainsFunc(groups, (*eventGroup).selected) {
			p.failAt(start, "one group for the selected mailbox")
		}
		groups = append(groups, g)
	}
	return groups
}

func (s *session) parseEventGroup(p *parser) *eventGroup {
	g := new(eventGroup)
	p.expect('(')
	g.mailboxFilter = p.mailboxFilter("SELECTED", "SELECTED-DELAYED", "INBOXES", "PERSONAL", "SUBSCRIBED",
		"SUBTREE", "MAILBOXES")
	p.sp()
	s.parseEvents(p, g)
	p.expect(')')
	return g
}

// parseEvents takes the events of a group. MessageNew and MessageExpunge go
// together, and FlagChange goes with them (RFC 5465 section 5). Of the selected
// mailbox only these can be had, but those that the server doesn't know are
// refused by runNotify.
func (s *session) parseEvents(p *parser, g *eventGroup) {
	if p.tryKeyword("NONE") {
		return
	}
	start := p.pos
	seen := make(map[string]bool)
	p.list1(func() {
		at := p.pos
		event := strings.ToLower(p.atom())
		seen[event] = true
		switch event {
		case "messageexpunge", "flagchange", "annotationchange":
		case "messagenew":
			s.parseNewItems(p, g)
		case "mailboxname", "subscriptionchange", "mailboxmetadatachange", "servermetadatachange":
			if g.selected() {
				p.failAt(at, "an event about messages")
			}
		}
	})
	if seen["messagenew"] != seen["messageexpunge"] ||
		(seen["flagchange"] || seen["annotationchange"]) && !seen["messagenew"] {
		p.failAt(start, "MessageNew and MessageExpunge together, and with FlagChange")
	}
	g.setEvents(seen)
}

func (g *eventGroup) setEvents(seen map[string]bool) {
	for _, x := range []struct {
		event string
		to    *bool
	}{
		{"messagenew", &g.messages}, {"messageexpunge", &g.messages}, {"flagchange", &g.flags},
		{"mailboxname", &g.names}, {"subscriptionchange", &g.subscriptions},
		{"mailboxmetadatachange", &g.metadata}, {"servermetadatachange", &g.server},
	} {
		*x.to = *x.to || seen[x.event]
		delete(seen, x.event)
	}
	g.unknown = len(seen) > 0
}

// parseNewItems takes what is to be fetched of new messages in the selected
// mailbox.
func (s *session) parseNewItems(p *parser, g *eventGroup) {
	if p.peek() != ' ' || p.peekAt(1) != '(' {
		return
	}
	p.sp()
	if !g.selected() {
		p.fail("no FETCH items but for the selected mailbox")
	}
	g.fetch = &fetch{s: s}
	p.list1(func() { g.fetch.parseItem(p, p.keyword("a FETCH item")) })
}

// awaitCommand waits for the client, and pushes what NOTIFY has asked for
// until then.
func (s *session) awaitCommand() error {
	for s.notify != nil && s.conn.Buffered() == 0 {
		if !s.push(s.notify.immediate()) {
			return io.EOF
		}
		if s.notify == nil {
			break
		}
		if err := s.conn.Wait(s.changed()); err != nil {
			return err
		}
	}
	return nil
}

// A notification is what a client has asked to be told of, and has been told.
type notification struct {
	selected *eventGroup // nil for nothing
	groups   []*eventGroup
	rev      uint64 // the revision up to which the client was told of annotations
	told     map[*mailstore.Mailbox]*toldMailbox
	denied   map[*mailstore.Mailbox]bool // told to be \NoAccess
	subs     map[string]bool
	own      map[ownEntry]bool // messages that the session itself has added
}

// A toldMailbox is a mailbox as the client was told it is.
type toldMailbox struct {
	name string
	snap *mailstore.Snapshot
}

type ownEntry struct {
	box *mailstore.Mailbox
	uid uint32
}

// immediate reports whether EXPUNGE may be sent at any time.
func (n *notification) immediate() bool {
	return n.selected != nil && n.selected.filter == "SELECTED"
}

// startNotify replaces what the client is told of. What happened before isn't
// told but for the selected mailbox.
func (s *session) startNotify(groups []*eventGroup, status bool) {
	n := &notification{
		rev: s.cfg.auth.Store.Revision(), told: make(map[*mailstore.Mailbox]*toldMailbox),
		denied: make(map[*mailstore.Mailbox]bool), subs: s.subscriptions(),
	}
	for _, g := range groups {
		if g.selected() {
			n.selected = g
		} else {
			n.groups = append(n.groups, g)
		}
	}
	s.notify = n
	for _, b := range s.mailboxes() {
		t := &toldMailbox{s.nameOf(b), b.Snapshot()}
		n.told[b] = t
		s.welcome(b, t, status)
	}
}

// welcome writes what NOTIFY itself says of a mailbox: STATUS if it was asked
// for, or that the events can't be had, all of which need the right to read
// (RFC 5465 sections 3.1 and 5).
func (s *session) welcome(b *mailstore.Mailbox, t *toldMailbox, status bool) {
	e := s.notify.wants(t.name)
	switch {
	case e == events{} || b.NoSelect():
	case !s.may(b, "r"):
		s.deny(b, t.name)
	case status && e.messages && !s.isSelected(b):
		s.notifyStatus(t, e, e.flags && s.has(imap.CapCondStore))
	}
}

func (s *session) isSelected(b *mailstore.Mailbox) bool { return s.view != nil && s.view.box == b }

func (s *session) subscriptions() map[string]bool {
	set := make(map[string]bool)
	for _, name := range s.account.Subscribed() {
		set[name] = true
	}
	return set
}

// wants returns what is wanted of a mailbox: what all groups ask for that it
// fits, up to one with NONE. So (MAILBOXES x NONE) before PERSONAL leaves x
// out.
func (n *notification) wants(name string) (all events) { return n.wantsOf(name, n.subs) }

// wantsOf is wants where the subscribed names are these.
func (n *notification) wantsOf(name string, subs map[string]bool) (all events) {
	for _, g := range n.groups {
		if !g.fits(name, subs) {
			continue
		}
		if g.events == (events{}) {
			break
		}
		all = all.and(g.events)
	}
	return all
}
