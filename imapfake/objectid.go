package imapfake

import (
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// objectIDExtension is OBJECTID (RFC 8474): names of mailboxes, messages and
// threads that never change. SELECT and CREATE tell MAILBOXID as well.
var objectIDExtension = extension{
	caps: []imap.Cap{imap.CapObjectID},
	statusItems: []statusItem{
		{name: "MAILBOXID", cap: imap.CapObjectID, write: writeMailboxID},
	},
	fetchItems: []fetchItem{
		{name: "EMAILID", cap: imap.CapObjectID, parse: fetchEmailID},
		{name: "THREADID", cap: imap.CapObjectID, parse: fetchThreadID},
	},
	searchKeys: []searchKey{
		{name: "EMAILID", cap: imap.CapObjectID, parse: objectIDKey(emailID)},
		{name: "THREADID", cap: imap.CapObjectID, parse: searchThreadID},
	},
}

// mailboxID is the response code that tells a mailbox's name for good.
func mailboxID(b *mailstore.Mailbox) string { return "MAILBOXID (" + b.ID() + ")" }

func writeMailboxID(s *session, b *mailstore.Mailbox, _ *mailstore.Snapshot) {
	s.enc.raw("(" + b.ID() + ")")
}

// emailID is the same wherever the message has been copied to.
func emailID(_ *session, m *mailstore.Entry) string {
	return "e" + strconv.FormatUint(m.ID, 10)
}

func threadID(s *session, m *mailstore.Entry) string {
	return "t" + strconv.FormatUint(s.thread(m), 16)
}

func fetchEmailID(p *parser, f *fetch) { f.addObjectID("EMAILID", emailID) }

func fetchThreadID(p *parser, f *fetch) {
	f.s.threads.update(f.s.account)
	f.addObjectID("THREADID", threadID)
}

func (f *fetch) addObjectID(name string, id func(*session, *mailstore.Entry) string) {
	f.add(name, func(e *encoder, m *mailstore.Entry) {
		e.byte('(')
		e.raw(id(f.s, m))
		e.byte(')')
	})
}

func objectIDKey(id func(*session, *mailstore.Entry) string) func(*parser, *search) criterion {
	return func(p *parser, q *search) criterion {
		p.sp()
		want := p.take(objectIDChars, "an object's id")
		return criterion{cost: costHeader, match: func(x *searched) bool {
			return id(q.s, x.Entry) == want
		}}
	}
}

func searchThreadID(p *parser, q *search) criterion {
	q.s.threads.update(q.s.account)
	return objectIDKey(threadID)(p, q)
}

// objectIDChars are those of RFC 8474 section 7.
var objectIDChars = func() (c byteClass) {
	for b := range c {
		c[b] = isAlnum(byte(b)) || b == '_' || b == '-'
	}
	return c
}()

func isAlnum(b byte) bool { return isDigit(b) || 'a' <= lowerASCII(b) && lowerASCII(b) <= 'z' }
