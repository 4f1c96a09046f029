package smtpfake

import (
	"math"
	"strconv"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// DATA: RFC 5321 section 4.1.1.4.

func (s *session) data(arg string) {
	problem := s.mayText()
	switch body, _ := s.body(); {
	case arg != "":
		s.reply("501 5.5.4 DATA takes no argument")
	case problem != "":
		s.reply(problem)
	case s.tx.chunked:
		s.reply("503 5.5.1 DATA after BDAT")
	case body == "BINARYMIME":
		s.reply("503 5.5.1 BODY=BINARYMIME needs BDAT")
	default:
		s.c.CheckUnasked("the text")
		s.reply("354 End data with <CR><LF>.<CR><LF>")
		s.text()
	}
}

// mayText returns the reply if the transaction is not ready for its text.
func (s *session) mayText() string {
	switch {
	case s.tx == nil:
		return "503 5.5.1 Send MAIL first"
	case len(s.tx.rcpts) == 0 && s.tx.refused > 0:
		return "554 5.5.1 No valid recipients"
	case len(s.tx.rcpts) == 0:
		return "503 5.5.1 Send RCPT first"
	}
	return ""
}

// body returns the BODY of the transaction.
func (s *session) body() (string, bool) {
	if s.tx == nil {
		return "", false
	}
	return s.tx.params.get("BODY")
}

// text reads the message text and delivers the message. The step of DATA ends
// here, and that of the end of the text is ended by the caller.
func (s *session) text() {
	if s.c.End() != nil {
		return
	}
	u := newUnstuffer(s.tx.size, s.maxText())
	u.lax = s.cfg.LaxText
	if err := s.readText(u); err != nil {
		s.bye(err)
		return
	}
	s.tx.text = u.text
	s.checkText(true, u.bare)
	s.endText(u.over)
}

func (s *session) readText(u *unstuffer) error {
	for done := false; !done; {
		s.await()
		window, err := s.c.Window()
		if err != nil {
			return err
		}
		var n int
		n, done = u.feed(window)
		s.c.Advance(n)
	}
	return nil
}

// endText is the step at the end of the text. over is for a text that was too
// long.
func (s *session) endText(over bool) {
	s.conduct.verb = wire.StepText
	step := wire.Step{Name: wire.StepText}
	if s.cfg.LMTP {
		step.Replies = len(s.tx.rcpts)
	}
	if !s.c.Begin(step) {
		s.endTransaction()
		return
	}
	if over {
		s.refuseText(s.tooLong())
		return
	}
	s.finish()
}

// refuseText ends the transaction and refuses the text: in LMTP once for each
// recipient (RFC 2033 section 4.2).
func (s *session) refuseText(problem string) {
	n := 1
	if s.cfg.LMTP {
		n = len(s.tx.rcpts)
	}
	s.endTransaction()
	for range n {
		s.reply(problem)
	}
}

func (s *session) tooLong() string {
	return "552 5.3.4 Message exceeds the limit of " +
		strconv.FormatInt(s.maxText(), 10) + " octets"
}

// defaultMaxText bounds a text if MaxMessageBytes doesn't, so that a client
// that never ends it doesn't take all memory.
const defaultMaxText = 128 << 20

// maxText is how long a text may be.
func (s *session) maxText() int64 {
	switch limit := s.cfg.MaxMessageBytes; {
	case limit < 0:
		return math.MaxInt64
	case limit == 0:
		return defaultMaxText
	default:
		return limit
	}
}

// finish delivers the message and replies.
func (s *session) finish() {
	s.tx.reply = ""
	var problem string
	if s.cfg.LMTP {
		s.deliverLMTP()
	} else {
		problem = s.deliverSMTP()
	}
	tx := s.tx
	// The store must know that the transaction is over before the client
	// does.
	s.endTransaction()
	switch {
	case problem != "":
		s.reply(problem)
	case tx.reply != "":
		s.reply(tx.reply)
	case s.cfg.LMTP:
		for _, r := range tx.results {
			if !s.ended { // by a 421
				s.reply(r)
			}
		}
	default:
		s.reply("250 2.0.0 Ok: queued as " + tx.id)
	}
}

// endTransaction forgets the transaction.
func (s *session) endTransaction() {
	if s.tx != nil {
		s.tx.end()
		s.tx = nil
	}
}
