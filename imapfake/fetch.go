package imapfake

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// FETCH (RFC 3501 section 6.4.5) and UID FETCH (6.4.8).

// A fetchItem is an entry of the table of what FETCH can be asked for.
type fetchItem struct {
	name string   // in upper case
	cap  imap.Cap // that it needs; "" is RFC 3501 itself
	rev1 bool     // unknown to IMAP4rev2
	// parse takes what follows the name, and adds values to f.
	parse func(p *parser, f *fetch)
}

func (i *fetchItem) entry() (string, imap.Cap) { return i.name, i.cap }

// A fetchModifier is an entry of the table of FETCH's modifiers (RFC 4466
// section 2.4).
type fetchModifier struct {
	name string
	cap  imap.Cap
	// parse takes what follows the name, and changes f.
	parse func(p *parser, f *fetch)
}

func (m *fetchModifier) entry() (string, imap.Cap) { return m.name, m.cap }

// A fetch is a FETCH command, compiled.
type fetch struct {
	s      *session
	call   *call
	uid    bool // UID FETCH
	set    imap.NumSet
	values []fetchValue
	flags  bool     // FLAGS is among them
	seen   bool     // what is asked for sets \Seen
	buf    []byte   // scratch for what has to be put together
	told   []uint32 // UIDs of which the responses have the flags, if anybody waits for them

	// checks run for all messages before there is a reply. An error ends
	// the command.
	checks []func(m *mailstore.Entry) error
	// filters pass messages over, by modifiers.
	filters   []func(m *mailstore.Entry) bool
	condStore bool   // it enables CONDSTORE
	since     uint64 // CHANGEDSINCE
	vanished  bool   // VANISHED is wanted

	// page, if there is one, is the part of what is left that is fetched.
	page *partialRange
	// finish, if there is one, runs after the messages' responses.
	finish func()
}

// A fetchValue is one thing that the response says of each message.
type fetchValue struct {
	name  string // as the response calls it
	write func(e *encoder, m *mailstore.Entry)
}

// add adds a value, once.
func (f *fetch) add(name string, write func(e *encoder, m *mailstore.Entry)) {
	if !f.has(name) {
		f.values = append(f.values, fetchValue{name, write})
	}
}

func (f *fetch) has(name string) bool {
	return slices.ContainsFunc(f.values, func(v fetchValue) bool { return v.name == name })
}

var fetchMacros = map[string][]string{
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"},
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"FULL": {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"},
}

func runFetch(s *session, c *call) error {
	f := parseFetch(s, c)
	if err := c.p.end(); err != nil {
		return err
	}
	if err := s.view.check(f.set); err != nil {
		return err
	}
	return f.run()
}

func parseFetch(s *session, c *call) *fetch {
	f := &fetch{s: s, call: c, uid: c.uid}
	p := c.p
	p.sp()
	f.set = p.numSet(c.uid)
	p.sp()
	if c.uid && !s.uidOnly() {
		fetchUID(p, f)
	}
	if p.peek() == '(' {
		p.list1(func() { f.parseItem(p, p.keyword("a FETCH item")) })
	} else {
		f.parseSole(p)
	}
	if !p.atEnd() && !p.failed() {
		p.sp()
		p.list1(func() { f.parseModifier(p) })
	}
	return f
}

// parseSole takes one item or a macro.
func (f *fetch) parseSole(p *parser) {
	name := p.keyword("a FETCH item")
	items, ok := fetchMacros[name]
	if !ok {
		f.parseItem(p, name)
		return
	}
	for _, name := range items {
		f.s.cfg.registry.fetchItems[name].parse(p, f)
	}
}

func (f *fetch) parseItem(p *parser, name string) {
	if p.failed() {
		return
	}
	item := f.s.cfg.registry.fetchItems[name]
	if item == nil || item.rev1 && f.s.rev2() {
		p.failAt(p.pos-len(name), "a FETCH item that the server knows")
		return
	}
	item.parse(p, f)
}

func (f *fetch) parseModifier(p *parser) {
	name := p.keyword("a FETCH modifier")
	if p.failed() {
		return
	}
	mod := f.s.cfg.registry.fetchModifiers[name]
	if mod == nil {
		p.failAt(p.pos-len(name), "a FETCH modifier that the server knows")
		return
	}
	mod.parse(p, f)
}

// run writes the responses.
func (f *fetch) run() error {
	v := f.s.view
	ranges := f.ranges()
	ranges, limit := f.s.limited(ranges)
	if limit != "" && f.page != nil {
		return tooMany(f.s.messageLimit(), 0)
	}
	if err := f.check(ranges); err != nil {
		return err
	}
	if f.condStore {
		f.s.enableCondStore()
	}
	if f.vanished {
		if err := f.writeVanished(); err != nil {
			return err
		}
	}
	seen := f.markSeen(ranges)
	if limit != "" {
		f.call.limit(f.s, limit)
		f.respondBackwards(ranges, seen)
		ranges = nil
	}
	for seq, m := range v.eachIn(ranges) {
		nowSeen := next(&seen, m.UID)
		if f.passes(m) {
			f.respond(seq, m, nowSeen)
		}
	}
	v.toldFlags(f.told)
	if f.finish != nil {
		f.finish()
	}
	return nil
}

// ranges returns the sequence numbers of the messages that are looked at.
func (f *fetch) ranges() []imap.SeqRange {
	ranges := f.s.view.resolve(f.set)
	if f.since > 0 {
		ranges = f.s.view.changed(ranges, f.since)
	}
	if f.page == nil {
		return ranges
	}
	var list []imap.SeqRange
	for seq, m := range f.s.view.eachIn(ranges) {
		if f.passes(m) {
			list = append(list, imap.SeqRange{Start: seq, Stop: seq})
		}
	}
	return cutRange(list, f.page)
}

func (f *fetch) check(ranges []imap.SeqRange) error {
	for _, check := range f.checks {
		for _, m := range f.s.view.eachIn(ranges) {
			if err := check(m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fetch) passes(m *mailstore.Entry) bool {
	for _, keep := range f.filters {
		if !keep(m) {
			return false
		}
	}
	return true
}

// markSeen sets \Seen where the items do so, all at once, and returns the UIDs
// of the messages that were not seen before.
func (f *fetch) markSeen(ranges []imap.SeqRange) []uint32 {
	v := f.s.view
	if !f.seen || v.readOnly || !f.s.may(v.box, "s") {
		return nil
	}
	var unseen []uint32
	for _, m := range v.eachIn(ranges) {
		if !m.Has(string(imap.FlagSeen)) && f.passes(m) {
			unseen = append(unseen, m.UID)
		}
	}
	if unseen == nil {
		return nil
	}
	return v.setFlags(unseen, mailstore.AddFlags, string(imap.FlagSeen))
}

// addChanged writes what the client is to know of a message whose flags the
// command has changed, unless it is there already.
func (f *fetch) addChanged(e *encoder, m *mailstore.Entry) {
	if !f.flags {
		e.raw(" FLAGS ")
		e.flags(m.Flags, f.s.view.isRecent(m.UID))
	}
	if f.s.enabled[imap.CapCondStore] && !f.has("MODSEQ") {
		e.raw(" MODSEQ (")
		e.num(m.ModSeq)
		e.byte(')')
	}
	// The UID is what servers with QRESYNC add (RFC 7162 section 3.2.4).
	if f.s.enabled[imap.CapCondStore] && f.s.has(imap.CapQResync) && !f.has("UID") {
		e.raw(" UID ")
		e.num(uint64(m.UID))
	}
}

// respond writes the FETCH response of one message. Flags that the command has
// changed are in it, asked for or not.
func (f *fetch) respond(seq uint32, m *mailstore.Entry, nowSeen bool) {
	if f.flags && len(f.values) == 1 && !nowSeen && !f.s.uidOnly() {
		f.s.enc.fetchFlags(seq, m.Flags, f.s.view.isRecent(m.UID))
	} else {
		f.writeValues(seq, m, nowSeen)
	}
	if (nowSeen || f.flags) && len(f.s.view.flagged) > 0 {
		f.told = append(f.told, m.UID)
	}
}

func (f *fetch) writeValues(seq uint32, m *mailstore.Entry, nowSeen bool) {
	e := &f.s.enc
	f.s.beginFetch(seq, m)
	for i := range f.values {
		if i > 0 {
			e.sp()
		}
		e.raw(f.values[i].name)
		e.sp()
		f.values[i].write(e, m)
	}
	if nowSeen {
		f.addChanged(e, m)
	}
	e.end(")\r\n")
}
