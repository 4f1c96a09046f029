package imapfake

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// multiSearchExtension is MULTISEARCH (RFC 7377): one search in several
// mailboxes, selected or not.
var multiSearchExtension = extension{
	caps: []imap.Cap{imap.CapMultiSearch},
	commands: []command{
		{name: "ESEARCH", states: authenticated, cap: imap.CapMultiSearch, run: runMultiSearch},
	},
}

// runMultiSearch writes one ESEARCH response for each mailbox in which there
// are hits.
func runMultiSearch(s *session, c *call) error {
	r := &searchReply{s: s, c: c, view: s.view, multi: true}
	c.p.sp()
	filters := s.parseSources(c.p)
	r.parseReturn(c.p)
	r.extended = true
	q, err := parseSearch(s, c.p)
	if err != nil {
		return err
	}
	views, elsewhere := s.sources(filters)
	switch {
	case s.view == nil && (r.update || filters == nil || slices.ContainsFunc(filters, isSelected)):
		return bad(imap.ResponseCodeClientBug, "There is no selected mailbox to search")
	case elsewhere && r.save:
		return bad(imap.ResponseCodeClientBug, "SAVE is for the selected mailbox alone")
	case elsewhere && q.hasSequence():
		return bad(imap.ResponseCodeClientBug, "Sequence numbers are for the selected mailbox alone")
	}
	for _, v := range views {
		r.view, r.modSeq = v, q.modSeq
		hits := q.find(v)
		switch {
		case len(hits) > 0:
			r.write(hits)
		case r.save:
			v.saved = nil
		}
		if v == s.view {
			r.followSelected(q, hits)
		}
	}
	return nil
}

func isSelected(f mailboxFilter) bool { return f.filter == "SELECTED" }

// followSelected is follow for what goes on with other mailboxes: UPDATE is
// about the selected one only (RFC 7377 section 2.2).
func (r *searchReply) followSelected(q *search, hits []hit) {
	only := *r // whose view stays
	only.follow(q, nil, hits)
}

// parseSources takes IN (...) and the space behind it, if that is next.
func (s *session) parseSources(p *parser) (filters []mailboxFilter) {
	if !p.tryKeyword("IN") {
		return nil
	}
	p.sp()
	p.list1(func() {
		filters = append(filters, p.mailboxFilter("SELECTED", "INBOXES", "PERSONAL", "SUBSCRIBED",
			"SUBTREE", "SUBTREE-ONE", "MAILBOXES"))
	})
	p.sp()
	return filters
}

// sources returns the mailboxes to search, each once: those that aren't there
// or can't be read are passed over. elsewhere is whether others than the
// selected one were asked for.
func (s *session) sources(filters []mailboxFilter) (views []*view, elsewhere bool) {
	wanted := make(map[*mailstore.Mailbox]bool)
	subs := s.subscriptions()
	all := s.mailboxes()
	if filters == nil {
		filters = []mailboxFilter{{filter: "SELECTED"}}
	}
	for _, f := range filters {
		if f.filter == "SELECTED" {
			if s.view != nil {
				wanted[s.view.box] = true
			}
			continue
		}
		elsewhere = true
		all = append(all, s.unlisted(f, all)...)
		for _, b := range all {
			if !b.NoSelect() && s.may(b, "r") && f.fits(s.nameOf(b), subs) {
				wanted[b] = true
			}
		}
	}
	for _, b := range all {
		switch {
		case !wanted[b]:
		case s.isSelected(b):
			views = append(views, s.view)
		default:
			views = append(views, newView(b, true, false))
		}
	}
	return views, elsewhere
}

// unlisted returns the mailboxes that a filter names and that aren't listed: it
// takes no right to see a mailbox to search it by its name (RFC 7377 section
// 2.2).
func (s *session) unlisted(f mailboxFilter, listed []*mailstore.Mailbox) (list []*mailstore.Mailbox) {
	if f.filter != "MAILBOXES" {
		return nil
	}
	for _, name := range f.under {
		b := s.find(name)
		if b != nil && !slices.Contains(listed, b) && !slices.Contains(list, b) {
			list = append(list, b)
		}
	}
	return list
}

// hasSequence reports whether the criteria name sequence numbers.
func (q *search) hasSequence() bool {
	for _, b := range q.sets {
		if _, ok := b.set.(imap.SeqSet); ok || imap.IsSearchRes(b.set) {
			return true
		}
	}
	return false
}
