package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// fetchExtension is FETCH with the items of RFC 3501 section 6.4.5.
var fetchExtension = extension{
	commands: []command{
		{name: "FETCH", states: selected, uid: true, quiet: true, run: runFetch},
	},
	fetchItems: []fetchItem{
		{name: "BODY", parse: fetchBody},
		{name: "BODY.PEEK", parse: fetchBodyPeek},
		{name: "BODYSTRUCTURE", parse: fetchBodyStructure},
		{name: "ENVELOPE", parse: fetchEnvelope},
		{name: "FLAGS", parse: fetchFlags},
		{name: "INTERNALDATE", parse: fetchInternalDate},
		{name: "RFC822", rev1: true, parse: fetchRFC822},
		{name: "RFC822.HEADER", rev1: true, parse: fetchRFC822Header},
		{name: "RFC822.SIZE", parse: fetchRFC822Size},
		{name: "RFC822.TEXT", rev1: true, parse: fetchRFC822Text},
		{name: "UID", parse: fetchUID},
	},
}

func fetchUID(p *parser, f *fetch) {
	f.add("UID", func(e *encoder, m *mailstore.Entry) { e.num(uint64(m.UID)) })
}

func fetchFlags(p *parser, f *fetch) {
	f.flags = true
	f.add("FLAGS", func(e *encoder, m *mailstore.Entry) {
		e.flags(m.Flags, f.s.view.isRecent(m.UID))
	})
}

func fetchInternalDate(p *parser, f *fetch) {
	f.add("INTERNALDATE", func(e *encoder, m *mailstore.Entry) {
		e.buf = appendDateTime(e.buf, m.Date)
	})
}

func fetchEnvelope(p *parser, f *fetch) {
	f.add("ENVELOPE", func(e *encoder, m *mailstore.Entry) {
		e.kept(&message.Kept[kept](m.Msg).envelope, m.Msg, (*encoder).envelope)
	})
}

func fetchBodyStructure(p *parser, f *fetch) {
	f.add("BODYSTRUCTURE", func(e *encoder, m *mailstore.Entry) {
		e.kept(&message.Kept[kept](m.Msg).bodyStructure, m.Msg, (*encoder).bodyStructure)
	})
}

// fetchBody is BODY, the structure without extension data, or BODY[section],
// which sets \Seen.
func fetchBody(p *parser, f *fetch) {
	if p.peek() == '[' {
		f.seen = true
		f.addSection(p.section())
		return
	}
	f.add("BODY", func(e *encoder, m *mailstore.Entry) {
		e.kept(&message.Kept[kept](m.Msg).body, m.Msg, (*encoder).body)
	})
}

func fetchBodyPeek(p *parser, f *fetch) { f.addSection(p.section()) }

// addSection adds a section, which the response names without PEEK.
func (f *fetch) addSection(s *imap.FetchItemBodySection) {
	f.add(f.sectionName("BODY", s), f.sectionWriter(s))
}

// sectionName is what the response calls a section.
func (f *fetch) sectionName(item string, s *imap.FetchItemBodySection) string {
	e := encoder{utf8: f.s.enc.utf8}
	e.raw(item)
	e.section(s)
	return string(e.buf)
}

func (f *fetch) sectionWriter(s *imap.FetchItemBodySection) func(*encoder, *mailstore.Entry) {
	return func(e *encoder, m *mailstore.Entry) {
		if data, ok := sectionData(m.Msg, s, &f.buf); ok {
			e.data(data)
		} else {
			e.raw("NIL")
		}
	}
}

// addRFC822 adds one of the old names for a section.
func (f *fetch) addRFC822(name string, spec imap.PartSpecifier) {
	f.add(name, f.sectionWriter(&imap.FetchItemBodySection{Specifier: spec}))
}

func fetchRFC822(p *parser, f *fetch) {
	f.seen = true
	f.addRFC822("RFC822", imap.PartSpecifierNone)
}

func fetchRFC822Header(p *parser, f *fetch) {
	f.addRFC822("RFC822.HEADER", imap.PartSpecifierHeader)
}

func fetchRFC822Text(p *parser, f *fetch) {
	f.seen = true
	f.addRFC822("RFC822.TEXT", imap.PartSpecifierText)
}

func fetchRFC822Size(p *parser, f *fetch) {
	f.add("RFC822.SIZE", func(e *encoder, m *mailstore.Entry) { e.num(uint64(len(m.Msg.Raw))) })
}
