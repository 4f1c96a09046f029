package imapfake

import "github.com/emersion/go-imap/v2"

var expungeExtension = extension{
	commands: []command{
		{name: "EXPUNGE", states: selected, run: runExpunge},
	},
}

var uidPlusExtension = extension{
	caps: []imap.Cap{imap.CapUIDPlus},
	commands: []command{
		{name: "UID EXPUNGE", states: selected, cap: imap.CapUIDPlus, run: runUIDExpunge},
	},
}

// runExpunge is EXPUNGE (RFC 3501 section 6.4.3).
func runExpunge(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	return s.expunge(c, all)
}

// runUIDExpunge is UID EXPUNGE (RFC 4315 section 2.1).
func runUIDExpunge(s *session, c *call) error {
	c.p.sp()
	set := c.p.numSet(true)
	if err := c.p.end(); err != nil {
		return err
	}
	return s.expunge(c, set)
}

// expunge removes the messages of a set that have \Deleted. That they are gone
// the client is told with the reply, as of others'.
func (s *session) expunge(c *call, set imap.NumSet) error {
	if s.view.readOnly {
		return errReadOnly
	}
	if err := s.allow(s.view.box, "e"); err != nil {
		return err
	}
	uids, limit := s.view.deleted(set), ""
	// EXPUNGE has no limit (RFC 9738 section 3.1).
	if most := s.messageLimit(); most > 0 && len(uids) > int(most) && c.uid {
		uids = uids[len(uids)-int(most):]
		limit = limitCode(most, uids[0])
	}
	gone := s.view.box.Expunge(uids)
	c.modSeq = len(gone) > 0 && s.enabled[imap.CapQResync]
	c.limit(s, limit)
	return nil
}
