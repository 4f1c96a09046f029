package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var storeExtension = extension{
	commands: []command{
		{name: "STORE", states: selected, uid: true, quiet: true, run: runStore},
	},
}

// runStore is STORE (RFC 3501 section 6.4.6).
func runStore(s *session, c *call) error {
	c.p.sp()
	set := c.p.numSet(c.uid)
	c.p.sp()
	op := s.parseStore(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	if err := s.view.check(set); err != nil {
		return err
	}
	if s.view.readOnly {
		return errReadOnly
	}
	flags := make([]string, len(op.Flags))
	for i, f := range op.Flags {
		flags[i] = string(f)
	}
	if err := s.changeFlags(s.view.uids(set), flagOps[op.Op], flags); err != nil {
		return err
	}
	if !op.Silent {
		return s.echoStore(set, c.uid)
	}
	return nil
}

// flagOps are the store's names of the operations.
var flagOps = map[imap.StoreFlagsOp]mailstore.FlagOp{
	imap.StoreFlagsSet: mailstore.ReplaceFlags,
	imap.StoreFlagsAdd: mailstore.AddFlags,
	imap.StoreFlagsDel: mailstore.RemoveFlags,
}

// parseStore takes what STORE is to do.
func (s *session) parseStore(p *parser) (op imap.StoreFlags) {
	switch {
	case p.try('+'):
		op.Op = imap.StoreFlagsAdd
	case p.try('-'):
		op.Op = imap.StoreFlagsDel
	}
	start := p.pos
	switch p.keyword("FLAGS") {
	case "FLAGS":
	case "FLAGS.SILENT":
		op.Silent = true
	default:
		p.failAt(start, "FLAGS or FLAGS.SILENT")
	}
	p.sp()
	if p.peek() == '(' {
		op.Flags = p.flagList()
	} else {
		op.Flags = p.flags()
	}
	storable(p, op.Flags)
	return op
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

// echoStore writes the flags of a set's messages. Messages that another session has
// expunged are passed over, and spoken of at the end (RFC 2180 section 4.2.1).
func (s *session) echoStore(set imap.NumSet, uid bool) error {
	s.tellKeywords()
	missing := false
	var told []uint32
	now := s.view.box.Snapshot()
	for seq, e := range s.view.each(set) {
		if now.Get(e.UID) == nil {
			missing = true
			continue
		}
		told = append(told, e.UID)
		s.writeFetchFlags(seq, e, uid)
	}
	s.view.toldFlags(told)
	if missing {
		return no(expungeIssued, "Some of the messages have been expunged")
	}
	return nil
}
