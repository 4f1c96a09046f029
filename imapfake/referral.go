package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// loginReferralsExtension is LOGIN-REFERRALS (RFC 2221): accounts whose home is
// another server.
var loginReferralsExtension = extension{
	caps: []imap.Cap{imap.CapLoginReferrals}, preauth: true,
}

// mailboxReferralsExtension is MAILBOX-REFERRALS (RFC 2193): mailboxes that
// another server has.
var mailboxReferralsExtension = extension{
	caps: []imap.Cap{imap.CapMailboxReferrals},
	commands: []command{
		{name: "RLIST", states: authenticated, cap: imap.CapMailboxReferrals, run: runRList},
		{name: "RLSUB", states: authenticated, cap: imap.CapMailboxReferrals, run: runLsub},
	},
}

// referral returns the error of a mailbox that another server has, nil if this
// one has it.
func (s *session) referral(name string) error {
	if url := s.cfg.Referrals[name]; url != "" && s.has(imap.CapMailboxReferrals) {
		return no(imap.ResponseCode("REFERRAL "+url), "Another server has this mailbox")
	}
	return nil
}

// loginReferral returns the error of an account that another server has.
func (s *session) loginReferral(addr string) error {
	for key, url := range s.cfg.Referrals {
		if strings.EqualFold(key, addr) && s.has(imap.CapLoginReferrals) {
			return no(imap.ResponseCode("REFERRAL "+url), "Another server has this account")
		}
	}
	return nil
}

// runRList is RLIST: LIST with the mailboxes of other servers.
func runRList(s *session, c *call) error {
	ref, pattern, err := parseListArgs(c.p)
	if err != nil {
		return err
	}
	l := &listing{s: s, remote: true, matchers: []matcher{newMatcher(ref, pattern)}}
	l.run()
	return nil
}

// remoteNames returns the names of mailboxes that other servers have.
func (s *session) remoteNames() (names []string) {
	if !s.has(imap.CapMailboxReferrals) {
		return nil
	}
	for key := range s.cfg.Referrals {
		if !strings.Contains(key, "@") {
			names = append(names, key)
		}
	}
	return names
}
