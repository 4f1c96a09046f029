package imapfake

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
)

// inProgressExtension is INPROGRESS (RFC 9585): a search that takes long says
// from time to time how far it is.
var inProgressExtension = extension{caps: []imap.Cap{imap.CapInProgress}}

// progressInterval is what RFC 9585 section 4 recommends.
const progressInterval = 10 * time.Second

// progressStride is after how many messages the clock is looked at.
const progressStride = 256

// A progress tells how far a command is.
type progress struct {
	s           *session
	tag         string
	done, total uint32
	last        time.Time
}

// newProgress returns nil if nothing is to be said.
func (s *session) newProgress(tag string, total uint32) *progress {
	if !s.has(imap.CapInProgress) || total < progressStride {
		return nil
	}
	return &progress{s: s, tag: tag, total: total, last: time.Now()}
}

// step counts a message. It may be called on nil.
func (g *progress) step() {
	if g == nil {
		return
	}
	if g.done++; g.done%progressStride != 0 {
		return
	}
	now := time.Now()
	if now.Sub(g.last) < g.s.cfg.progress {
		return
	}
	g.last = now
	code := fmt.Sprintf("INPROGRESS (%q %d %d)", g.tag, g.done, g.total)
	g.s.untagged(imap.StatusResponseTypeOK, code, "Still searching")
	g.s.enc.flush()
	g.s.conn.Flush()
}
