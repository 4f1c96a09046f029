package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var storeExtension = extension{
	commands: []command{
		{name: "STORE", states: selected, uid: true, quiet: true, run: runStore},
	},
}

// storing is one STORE command.
type storing struct {
	imap.StoreFlags
	uid         bool
	set         imap.NumSet
	conditional bool     // UNCHANGEDSINCE is given
	since       uint64   // its value
	modified    []uint32 // UIDs that it must leave as they are, in order
	changed     []uint32 // UIDs with a new mod-sequence, in order

	run func(s *session) error // what a storeItem does instead
}

// A storeItem is an entry of the table of what STORE can set besides flags.
type storeItem struct {
	name string // with .SILENT, if that is it
	cap  imap.Cap
	// parse takes what follows the name and the space, and sets x.run.
	parse func(p *parser, x *storing)
}

func (i *storeItem) entry() (string, imap.Cap) { return i.name, i.cap }

// runStore is STORE (RFC 3501 section 6.4.6).
func runStore(s *session, c *call) error {
	x := storing{uid: c.uid}
	c.p.sp()
	x.set = c.p.numSet(c.uid)
	c.p.sp()
	s.parseUnchangedSince(c.p, &x)
	x.parse(c.p, s.cfg.registry.storeItems)
	if err := c.p.end(); err != nil {
		return err
	}
	if err := s.view.check(x.set); err != nil {
		return err
	}
	if s.view.readOnly {
		return errReadOnly
	}
	var limit string
	x.set, limit = s.limitedSet(x.set)
	if x.run != nil {
		err := x.run(s)
		if err == nil {
			c.limit(s, limit)
		}
		return err
	}
	if x.conditional {
		s.enableCondStore()
	}
	if err := s.store(&x); err != nil {
		return err
	}
	s.tellKeywords()
	missing := s.writeStored(&x)
	c.code = s.modifiedCode(&x)
	c.limit(s, limit)
	if missing && !x.Silent {
		return no(storeCode(c.code), "Some of the messages have been expunged")
	}
	return nil
}

// storeCode returns the code of a NO: that of the OK, if there is one.
func storeCode(code string) imap.ResponseCode {
	if code != "" {
		return imap.ResponseCode(code)
	}
	return expungeIssued
}

// flagOps are the store's names of the operations.
var flagOps = map[imap.StoreFlagsOp]mailstore.FlagOp{
	imap.StoreFlagsSet: mailstore.ReplaceFlags,
	imap.StoreFlagsAdd: mailstore.AddFlags,
	imap.StoreFlagsDel: mailstore.RemoveFlags,
}

// store changes the flags.
func (s *session) store(x *storing) (err error) {
	flags := make([]string, len(x.Flags))
	for i, f := range x.Flags {
		flags[i] = string(f)
	}
	uids := s.view.uids(x.set)
	since := ^uint64(0)
	if x.conditional {
		since = x.since
	}
	x.changed, x.modified, err = s.changeFlags(uids, since, flagOps[x.Op], flags)
	return err
}

// parse takes what STORE is to do.
func (x *storing) parse(p *parser, items map[string]*storeItem) {
	switch {
	case p.try('+'):
		x.Op = imap.StoreFlagsAdd
	case p.try('-'):
		x.Op = imap.StoreFlagsDel
	}
	start := p.pos
	name := p.keyword("FLAGS")
	base, silent := strings.CutSuffix(name, ".SILENT")
	item := items[name]
	if base != "FLAGS" && item == nil {
		p.failAt(start, "FLAGS or FLAGS.SILENT")
	}
	x.Silent = silent
	p.sp()
	if item != nil {
		item.parse(p, x)
		return
	}
	if p.peek() == '(' {
		x.Flags = p.flagList()
	} else {
		x.Flags = p.flags()
	}
	storable(p, x.Flags)
}

// flags takes flags without parentheses.
func (p *parser) flags() (list []imap.Flag) {
	list = append(list, p.flag())
	for !p.failed() && p.peek() == ' ' {
		p.sp()
		list = append(list, p.flag())
	}
	return list
}

// storable checks that a client can set flags: neither \Recent nor one with a
// backslash that no RFC knows (RFC 3501 section 2.3.2).
func storable(p *parser, flags []imap.Flag) (list []string) {
	for _, f := range flags {
		if strings.HasPrefix(string(f), `\`) && !isSystemFlag(f) {
			p.fail("no such flag as " + string(f))
		}
		list = append(list, string(f))
	}
	return list
}

func isSystemFlag(f imap.Flag) bool {
	return slices.ContainsFunc(systemFlags, func(g imap.Flag) bool {
		return strings.EqualFold(string(f), string(g))
	})
}

// writeStored writes FETCH for the messages of a set, and reports whether some
// of them are gone: another session has expunged them (RFC 2180 section
// 4.2.1).
func (s *session) writeStored(x *storing) (missing bool) {
	if x.Silent && !s.enabled[imap.CapCondStore] {
		return false
	}
	gone, modified, changed := s.view.snap.Held(), x.modified, x.changed
	var told []uint32
	for seq, e := range s.view.each(x.set) {
		uid := e.UID
		switch isGone, isModified, isChanged :=
			next(&gone, uid), next(&modified, uid), next(&changed, uid); {
		case isGone:
			missing = true
		case !x.Silent || isModified:
			if len(s.view.flagged) > 0 {
				told = append(told, uid)
			}
			s.writeFetchFlags(seq, e, x.uid)
		case x.conditional || isChanged:
			s.beginFetch(seq, e)
			s.writeModSeq(e)
			s.enc.byte(')')
			s.enc.line()
		}
	}
	s.view.toldFlags(told)
	return missing
}

// modifiedCode returns the code MODIFIED, "" if all messages could be changed
// (RFC 7162 section 3.1.3).
func (s *session) modifiedCode(x *storing) string {
	if len(x.modified) == 0 {
		return ""
	}
	if x.uid {
		return "MODIFIED " + uidRanges(x.modified).String()
	}
	var seqs imap.SeqSet
	for _, uid := range x.modified {
		if seq, ok := s.view.seq(uid); ok {
			seqs.AddNum(seq)
		}
	}
	return "MODIFIED " + seqs.String()
}
