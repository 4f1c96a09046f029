// Package mailsync keeps a copy of an INBOX, asking the server for no more than
// what has changed: by QRESYNC (RFC 7162 section 3.2) if it has that, else by
// CONDSTORE (section 3.1), else by comparing all flags.
package mailsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"
)

// A Mirror is a copy of an INBOX. Its zero value is empty. It may be kept
// between sessions: that is what makes the next sync short.
type Mirror struct {
	UIDValidity uint32
	ModSeq      uint64 // HIGHESTMODSEQ that the copy stands for; 0 if the server has none
	Messages    map[uint32]*Message
}

// A Message is one message of a Mirror.
type Message struct {
	Flags []string
	Raw   string
}

// A Login says where the INBOX is.
type Login struct {
	Dial           func(context.Context) (net.Conn, error)
	User, Password string
}

// Sync brings the copy up to date in a session of its own.
func (m *Mirror) Sync(ctx context.Context, l Login) error {
	return l.session(ctx, m.update)
}

// Watch keeps the copy up to date until ctx is done: by IDLE where the server
// has it, by polling elsewhere. When a session breaks, it waits and starts
// another. changed is called after each update.
func (m *Mirror) Watch(ctx context.Context, l Login, wait time.Duration, changed func()) error {
	for ctx.Err() == nil {
		l.session(ctx, func(c *client) error {
			for {
				if err := m.update(c); err != nil {
					return err
				}
				changed()
				if err := c.untilNews(ctx, wait); err != nil {
					return err
				}
			}
		})
		sleep(ctx, wait)
	}
	return ctx.Err()
}

// session runs f on a connection that is logged in.
func (l Login) session(ctx context.Context, f func(*client) error) error {
	nc, err := l.Dial(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	stop := context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := newClient(nc, l.User, l.Password)
	if err != nil {
		return err
	}
	if err := f(c); err != nil {
		return err
	}
	_, err = c.run("LOGOUT")
	return err
}

// errStale says that the mailbox isn't the one that was copied: its
// UIDVALIDITY is another.
var errStale = errors.New("UIDVALIDITY has changed")

func (m *Mirror) update(c *client) error {
	err := m.refresh(c)
	if errors.Is(err, errStale) {
		*m = Mirror{}
		err = m.refresh(c)
	}
	return err
}

// refresh gets the changes. The mod-sequence is taken over last: if the session
// breaks before, the next one asks for the same changes again.
func (m *Mirror) refresh(c *client) error {
	box, err := m.open(c)
	if err != nil {
		return err
	}
	if m.UIDValidity != 0 && box.uidValidity != m.UIDValidity {
		return errStale
	}
	if m.Messages == nil {
		m.UIDValidity, m.Messages = box.uidValidity, make(map[uint32]*Message)
	}
	m.apply(box.changes)
	if !box.complete {
		if err := m.compare(c); err != nil {
			return err
		}
	}
	if err := m.fetchTexts(c); err != nil {
		return err
	}
	m.ModSeq = box.modSeq
	return nil
}

// open selects the INBOX, by the best way that the server has.
func (m *Mirror) open(c *client) (*mailbox, error) {
	known := m.UIDValidity != 0 && m.ModSeq != 0
	switch {
	case c.caps["QRESYNC"] && known:
		box, err := c.selectInbox(fmt.Sprintf(" (QRESYNC (%d %d))", m.UIDValidity, m.ModSeq))
		if err == nil {
			box.complete = true
		}
		return box, err
	case c.caps["CONDSTORE"]:
		return c.selectInbox(" (CONDSTORE)")
	}
	return c.selectInbox("")
}

// compare asks for the flags, of what has changed if the server can tell, and
// for all UIDs, since what is missing from them was expunged.
func (m *Mirror) compare(c *client) error {
	since := ""
	if c.caps["CONDSTORE"] && m.ModSeq != 0 {
		since = fmt.Sprintf(" (CHANGEDSINCE %d)", m.ModSeq)
	}
	changes, err := c.run("UID FETCH 1:* (FLAGS)" + since)
	if err != nil {
		return err
	}
	m.apply(changes)
	found, err := c.run("UID SEARCH ALL")
	if err != nil {
		return err
	}
	m.apply(found)
	return nil
}

// apply takes over what the server has said.
func (m *Mirror) apply(changes []response) {
	for _, r := range changes {
		switch r.kind {
		case "FETCH":
			m.store(r)
		case "VANISHED":
			for _, uid := range r.uids {
				delete(m.Messages, uid)
			}
		case "SEARCH":
			for uid := range m.Messages {
				if !slices.Contains(r.uids, uid) {
					delete(m.Messages, uid)
				}
			}
		}
	}
}

func (m *Mirror) store(r response) {
	if r.uid == 0 {
		return // pushed by sequence number: the next sync has it
	}
	msg := m.Messages[r.uid]
	if msg == nil {
		msg = new(Message)
		m.Messages[r.uid] = msg
	}
	if r.flags != nil {
		msg.Flags = r.flags
	}
	if r.body != nil {
		msg.Raw = *r.body
	}
}

// fetchTexts gets the messages that are not copied yet. One that is gone
// meanwhile has no answer.
func (m *Mirror) fetchTexts(c *client) error {
	for _, uid := range m.withoutText() {
		got, err := c.run(fmt.Sprintf("UID FETCH %d (BODY.PEEK[])", uid))
		if err != nil {
			return err
		}
		m.apply(got)
		if msg := m.Messages[uid]; msg != nil && msg.Raw == "" {
			delete(m.Messages, uid)
		}
	}
	return nil
}

func (m *Mirror) withoutText() (uids []uint32) {
	for uid, msg := range m.Messages {
		if msg.Raw == "" {
			uids = append(uids, uid)
		}
	}
	slices.Sort(uids)
	return uids
}

// untilNews waits until something has happened in the mailbox.
func (c *client) untilNews(ctx context.Context, poll time.Duration) error {
	if !c.caps["IDLE"] {
		sleep(ctx, poll)
		return ctx.Err()
	}
	if err := c.send("IDLE"); err != nil {
		return err
	}
	// Servers may log an idle client out after 30 minutes (RFC 2177).
	c.nc.SetReadDeadline(time.Now().Add(29 * time.Minute))
	for {
		r, err := c.read()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if isTimeout(err) || err == nil && r.kind != "+" && r.kind != "OK" {
			break
		}
		if err != nil {
			return err
		}
	}
	c.nc.SetReadDeadline(time.Time{})
	if _, err := io.WriteString(c.nc, "DONE\r\n"); err != nil {
		return err
	}
	_, err := c.answer()
	return err
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
