package imapfake

import (
	"errors"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A session is what the server knows of one connection. One goroutine uses
// it: the loop in conn.go, which runs the commands.
type session struct {
	conn *wire.Conn
	cfg  *config
	enc  encoder

	state   imap.ConnState
	account *mailstore.Account // nil before login
	view    *view              // of the selected mailbox, nil if there is none
	enabled map[imap.Cap]bool  // by ENABLE, or by a command that implies it
	closing bool               // said BYE
	threads threadIndex
	labels  labelIndex

	seen     uint64         // the store's revision when update ran last
	asked    bool           // the command asks for what is new: NOTIFY hides nothing
	metadata *metadataWatch // after ENABLE METADATA
	notify   *notification  // after NOTIFY
	// ownSettings are annotations as the session has set them last.
	ownSettings map[metadataKey]setting
	language    string // of texts; "" is English
	comparator  string // of SEARCH and SORT; "" is the default
	compressed  bool   // by COMPRESS

	conduct conduct // the client's
}

// newSession returns the session of a new connection.
func newSession(cfg *config, conn *wire.Conn) *session {
	s := &session{conn: conn, cfg: cfg, state: imap.ConnStateNotAuthenticated}
	s.enc.conn = conn
	s.enc.names = naming{delim: cfg.offer.delim, prefix: cfg.offer.prefix}
	s.startRev2()
	return s
}

// has reports whether the server offers a capability.
func (s *session) has(c imap.Cap) bool { return s.cfg.registry.has(c) }

// enable switches an extension on for the rest of the session.
func (s *session) enable(c imap.Cap) {
	if s.enabled == nil {
		s.enabled = make(map[imap.Cap]bool)
	}
	s.enabled[c] = true
}

// untagged writes "* type [code] text"; code may be "".
func (s *session) untagged(typ imap.StatusResponseType, code, text string) {
	s.status("*", string(typ), code, text)
}

// status writes a status response (RFC 3501 section 7.1).
func (s *session) status(tag, typ, code, text string) {
	e := &s.enc
	e.raw(tag)
	e.sp()
	e.raw(typ)
	e.sp()
	if code != "" {
		e.byte('[')
		e.raw(code)
		e.raw("] ")
	}
	e.raw(s.inLanguage(text))
	e.line()
}

// bye says goodbye; the loop then ends the connection.
func (s *session) bye(code, text string) {
	s.untagged(imap.StatusResponseTypeBye, code, text)
	s.enc.flush()
	s.closing = true
}

// leave unselects the mailbox, and tells the client nothing.
func (s *session) leave() {
	s.view = nil
	if s.state == imap.ConnStateSelected {
		s.state = imap.ConnStateAuthenticated
	}
}

// reply writes the tagged response of a command that returned err: nil is OK,
// a *syntaxError BAD, an *imap.Error itself.
func (s *session) reply(c *call, err error) {
	tag := c.tag
	if tag == "" {
		tag = "*"
	}
	var syntax *syntaxError
	var status *imap.Error
	switch {
	case err == nil && c.modSeq && s.view != nil:
		n := strconv.FormatUint(s.view.snap.HighestModSeq, 10)
		s.status(tag, "OK", "HIGHESTMODSEQ "+n, c.okText())
	case err == nil:
		s.status(tag, "OK", c.code, c.okText())
	case errors.As(err, &syntax):
		s.violate(c, "malformed command", "RFC 3501 section 9")
		s.status(tag, "BAD", syntax.code, syntax.Error())
	case errors.As(err, &status):
		s.status(tag, string(status.Type), string(status.Code), status.Text)
	default:
		s.status(tag, "NO", string(imap.ResponseCodeServerBug), err.Error())
	}
}

func (c *call) okText() string {
	if c.text != "" {
		return c.text
	}
	return c.name + " completed"
}

// violate records that the client has broken a rule with a command.
func (s *session) violate(c *call, rule, rfc string) {
	text := c.step().Show
	if text == "" {
		text = string(c.p.line[:min(len(c.p.line), 100)])
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	s.conn.Violation(rule, rfc, strings.ToValidUTF8(strings.TrimSpace(text), "?"))
}
