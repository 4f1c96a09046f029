package club

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
)

// HandleBounces reads the delivery reports (RFC 3464) that have come back, and
// stops the digest for members whose mail failed for good. Reports are deleted;
// other mail is left, unread, for a human.
func (c *Club) HandleBounces(ctx context.Context) error {
	s, err := c.openBounces(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	unseen, err := s.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		return err
	}
	for _, uid := range unseen.AllUIDs() {
		if err := c.handleBounce(s, imap.UIDSetNum(uid)); err != nil {
			return err
		}
	}
	if err := s.Expunge().Close(); err != nil {
		return err
	}
	return s.Logout().Wait()
}

func (c *Club) openBounces(ctx context.Context) (*imapclient.Client, error) {
	host, _, err := net.SplitHostPort(c.conf.IMAP)
	if err != nil {
		return nil, err
	}
	nc, err := c.conf.Dial(ctx, "tcp", c.conf.IMAP)
	if err != nil {
		return nil, err
	}
	s := imapclient.New(tls.Client(nc, c.tls(host)), nil)
	if err := s.Login(bouncesAddr, c.conf.Password).Wait(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if _, err := s.Select("INBOX", nil).Wait(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// handleBounce takes one mail; if it is a report, it is marked as deleted.
func (c *Club) handleBounce(s *imapclient.Client, uid imap.UIDSet) error {
	body := &imap.FetchItemBodySection{Peek: true}
	items := &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{body}}
	msgs, err := s.Fetch(uid, items).Collect()
	if err != nil || len(msgs) == 0 {
		return err
	}
	failed, report := failedRecipients(msgs[0].FindBodySection(body))
	if !report {
		return nil
	}
	c.mu.Lock()
	for _, addr := range failed {
		if m := c.members[addr]; m != nil {
			m.bounced = true
		}
	}
	c.mu.Unlock()
	return s.Store(uid, &imap.StoreFlags{
		Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted},
	}, nil).Close()
}

// failedRecipients returns the addresses that a delivery report says have
// failed, and whether the message is such a report.
func failedRecipients(raw []byte) (failed []string, report bool) {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return nil, false
	}
	parts := e.MultipartReader()
	if parts == nil {
		return nil, false
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return failed, report
		}
		if mediaType, _, _ := p.Header.ContentType(); mediaType == "message/delivery-status" {
			report = true
			failed = append(failed, readStatus(p.Body)...)
		}
	}
}

// readStatus reads the groups of fields: one for the message, then one for
// each recipient.
func readStatus(r io.Reader) (failed []string) {
	groups := textproto.NewReader(bufio.NewReader(r))
	for {
		fields, err := groups.ReadMIMEHeader()
		_, addr, _ := strings.Cut(fields.Get("Final-Recipient"), ";")
		if strings.EqualFold(fields.Get("Action"), "failed") {
			failed = append(failed, strings.ToLower(strings.TrimSpace(addr)))
		}
		if err != nil {
			return failed
		}
	}
}
