package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

const capGmail imap.Cap = "X-GM-EXT-1"

// gmailExtension is X-GM-EXT-1, as Google's "IMAP extensions" describes it:
// ids of messages and threads, labels, and searches in the language of
// Gmail's search box. A label is a mailbox of the account that has the
// message.
var gmailExtension = extension{
	caps: []imap.Cap{capGmail},
	fetchItems: []fetchItem{
		{name: "X-GM-MSGID", cap: capGmail, parse: fetchGmailID},
		{name: "X-GM-THRID", cap: capGmail, parse: fetchGmailThread},
		{name: "X-GM-LABELS", cap: capGmail, parse: fetchGmailLabels},
	},
	storeItems: []storeItem{
		{name: "X-GM-LABELS", cap: capGmail, parse: storeGmailLabels},
		{name: "X-GM-LABELS.SILENT", cap: capGmail, parse: storeGmailLabels},
	},
	searchKeys: []searchKey{
		{name: "X-GM-MSGID", cap: capGmail, parse: searchGmailID},
		{name: "X-GM-THRID", cap: capGmail, parse: searchGmailThread},
		{name: "X-GM-LABELS", cap: capGmail, parse: searchGmailLabel},
		{name: "X-GM-RAW", cap: capGmail, parse: searchGmailRaw},
	},
}

// Gmail's ids are too large for a float64.
const (
	gmailIDs     = 1_600_000_000_000_000_000
	gmailThreads = 1_500_000_000_000_000_000
)

func gmailID(m *mailstore.Entry) uint64 { return gmailIDs + m.ID }

func (s *session) gmailThread(m *mailstore.Entry) uint64 {
	return gmailThreads + s.thread(m)
}

func fetchGmailID(p *parser, f *fetch) {
	f.add("X-GM-MSGID", func(e *encoder, m *mailstore.Entry) { e.num(gmailID(m)) })
}

func fetchGmailThread(p *parser, f *fetch) {
	f.s.threads.update(f.s.account)
	f.add("X-GM-THRID", func(e *encoder, m *mailstore.Entry) { e.num(f.s.gmailThread(m)) })
}

func searchGmailID(p *parser, q *search) criterion {
	p.sp()
	n := p.number64()
	return criterion{cost: costField, match: func(x *searched) bool { return gmailID(x.Entry) == n }}
}

func searchGmailThread(p *parser, q *search) criterion {
	p.sp()
	n := p.number64()
	q.s.threads.update(q.s.account)
	return criterion{cost: costHeader, match: func(x *searched) bool {
		return q.s.gmailThread(x.Entry) == n
	}}
}

func fetchGmailLabels(p *parser, f *fetch) {
	f.s.labels.update(f.s.account)
	f.add("X-GM-LABELS", func(e *encoder, m *mailstore.Entry) {
		e.byte('(')
		for i, label := range f.s.labels.of(m, f.s.view.box) {
			if i > 0 {
				e.sp()
			}
			e.mailbox(label)
		}
		e.byte(')')
	})
}

func searchGmailLabel(p *parser, q *search) criterion {
	p.sp()
	return q.hasLabel(p.label())
}

func (q *search) hasLabel(label string) criterion {
	q.s.labels.update(q.s.account)
	if strings.EqualFold(label, labelStarred) {
		return flagSet(imap.FlagFlagged)
	}
	return criterion{cost: costField, match: func(x *searched) bool {
		return q.s.labels.has(label, x.ID)
	}}
}

// label takes a label: a system label with a backslash, or a mailbox name.
func (p *parser) label() string {
	if p.peek() == '\\' {
		return string(p.flag())
	}
	return p.mailbox()
}

// A system label stands for a mailbox with a special use.
var systemLabels = map[imap.MailboxAttr]string{
	imap.MailboxAttrDrafts:    `\Draft`,
	imap.MailboxAttrFlagged:   labelStarred,
	imap.MailboxAttrImportant: `\Important`,
	imap.MailboxAttrJunk:      `\Spam`,
	imap.MailboxAttrSent:      `\Sent`,
	imap.MailboxAttrTrash:     `\Trash`,
	imap.MailboxAttrAll:       "", // is none
}

// The labels that are more than a mailbox.
const (
	labelInbox   = `\Inbox`
	labelStarred = `\Starred` // is the flag \Flagged as well
)

// labelOf returns the label that a mailbox is, "" for none.
func labelOf(b *mailstore.Mailbox) string {
	if label, ok := systemLabels[imap.MailboxAttr(b.Use())]; ok {
		return label
	}
	switch name := b.Name(); {
	case name == "INBOX":
		return labelInbox
	case b.NoSelect():
		return ""
	default:
		return name
	}
}

// A labelIndex tells in which mailboxes of an account a message is. Each
// session makes its own, by update, before it asks.
type labelIndex struct {
	list []labelled
}

// A labelled is one label with its messages.
type labelled struct {
	label  string
	box    *mailstore.Mailbox
	modSeq uint64
	ids    map[uint64]uint32 // UIDs by the message's ID
}

// update reads the mailboxes that have changed.
func (l *labelIndex) update(a *mailstore.Account) {
	old := make(map[*mailstore.Mailbox]labelled, len(l.list))
	for _, x := range l.list {
		old[x.box] = x
	}
	l.list = l.list[:0]
	for _, b := range a.Mailboxes() {
		label := labelOf(b)
		if label == "" {
			continue
		}
		snap := b.Snapshot()
		x := old[b]
		if x.ids == nil || x.modSeq != snap.HighestModSeq {
			x = labelled{box: b, modSeq: snap.HighestModSeq, ids: make(map[uint64]uint32, snap.Len())}
			for _, m := range snap.All() {
				x.ids[m.ID] = m.UID
			}
		}
		x.label = label
		l.list = append(l.list, x)
	}
}

// of returns the labels of a message, but that of the selected mailbox.
func (l *labelIndex) of(m *mailstore.Entry, selected *mailstore.Mailbox) (labels []string) {
	starred := false
	for _, x := range l.list {
		if _, ok := x.ids[m.ID]; ok && x.box != selected {
			labels = append(labels, x.label)
			starred = starred || x.label == labelStarred
		}
	}
	if !starred && m.Has(string(imap.FlagFlagged)) {
		labels = append(labels, labelStarred)
	}
	return labels
}

// find returns what there is of a label, nil if there is no such label. System
// labels and INBOX are in any case.
func (l *labelIndex) find(label string) *labelled {
	if label == "INBOX" {
		label = labelInbox
	}
	for i := range l.list {
		x := l.list[i].label
		if x == label || strings.HasPrefix(x, `\`) && strings.EqualFold(x, label) {
			return &l.list[i]
		}
	}
	return nil
}

func (l *labelIndex) has(label string, id uint64) bool {
	x := l.find(label)
	if x == nil {
		return false
	}
	_, ok := x.ids[id]
	return ok
}
