package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// storeGmailLabels is STORE X-GM-LABELS: to put a label on a message copies it
// to the label's mailbox, which is made if there is none, and to take it off
// expunges it there.
func storeGmailLabels(p *parser, x *storing) {
	var labels []string
	if p.peek() == '(' {
		p.list(func() { labels = append(labels, p.label()) })
	} else {
		labels = append(labels, p.label())
	}
	x.run = func(s *session) error { return s.storeLabels(x, labels) }
}

func (s *session) storeLabels(x *storing, labels []string) error {
	s.labels.update(s.account)
	var err error
	switch x.Op {
	case imap.StoreFlagsAdd:
		err = s.addLabels(s.view.uids(x.set), labels)
	case imap.StoreFlagsDel:
		err = s.removeLabels(s.view.uids(x.set), labels)
	default:
		err = s.replaceLabels(x.set, labels)
	}
	s.view.absorb(nil)
	if err != nil || x.Silent {
		return err
	}
	s.echoLabels(x)
	return nil
}

func (s *session) addLabels(uids []uint32, labels []string) error {
	for _, label := range labels {
		if strings.EqualFold(label, labelStarred) {
			s.view.box.SetFlags(uids, mailstore.AddFlags, string(imap.FlagFlagged))
			continue
		}
		box, ids, err := s.labelBox(label)
		if err != nil {
			return err
		}
		var missing []uint32
		for _, uid := range uids {
			if m := s.view.box.Snapshot().Get(uid); m != nil {
				if _, ok := ids[m.ID]; !ok {
					missing = append(missing, uid)
				}
			}
		}
		if _, err := s.view.box.CopyTo(box, missing); err != nil {
			return nameError(err)
		}
	}
	return nil
}

// labelBox returns the mailbox of a label, and the messages that have it.
func (s *session) labelBox(label string) (*mailstore.Mailbox, map[uint64]uint32, error) {
	if x := s.labels.find(label); x != nil {
		return x.box, x.ids, nil
	}
	for use, system := range systemLabels {
		if system != "" && strings.EqualFold(system, label) {
			return nil, nil, no(imap.ResponseCodeNonExistent, "No mailbox has the special use %s", use)
		}
	}
	if strings.HasPrefix(label, `\`) {
		return nil, nil, bad("", "There is no system label %s", label)
	}
	if err := limitMailboxes(s.account, label); err != nil {
		return nil, nil, err
	}
	box, err := s.account.Create(label)
	if err != nil {
		return nil, nil, nameError(err)
	}
	return box, nil, nil
}

func (s *session) removeLabels(uids []uint32, labels []string) error {
	for _, label := range labels {
		if strings.EqualFold(label, labelStarred) {
			s.view.box.SetFlags(uids, mailstore.RemoveFlags, string(imap.FlagFlagged))
		}
		x := s.labels.find(label)
		if x == nil {
			continue
		}
		var there []uint32
		for _, uid := range uids {
			m := s.view.box.Snapshot().Get(uid)
			if m == nil {
				continue
			}
			if uid, ok := x.ids[m.ID]; ok {
				there = append(there, uid)
			}
		}
		slices.Sort(there)
		x.box.Expunge(there)
	}
	return nil
}

// replaceLabels gives messages these labels and no others. The label of the
// selected mailbox isn't spoken of.
func (s *session) replaceLabels(set imap.NumSet, labels []string) error {
	for _, m := range s.view.each(set) {
		var old []string
		for _, label := range s.labels.of(m, s.view.box) {
			if !slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(l, label) }) {
				old = append(old, label)
			}
		}
		if err := s.removeLabels([]uint32{m.UID}, old); err != nil {
			return err
		}
	}
	return s.addLabels(s.view.uids(set), labels)
}

// echoLabels writes FETCH with the labels of the messages.
func (s *session) echoLabels(x *storing) {
	f := &fetch{s: s, uid: x.uid, set: x.set}
	if x.uid {
		fetchUID(nil, f)
	}
	fetchGmailLabels(nil, f)
	f.run()
}
