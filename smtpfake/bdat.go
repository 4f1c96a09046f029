package smtpfake

import (
	"strconv"
	"strings"
)

// BDAT: RFC 3030 section 2. A chunk is taken even if it is refused, since the
// client sends it in any case. go-smtp takes no part in it before the end.

func (s *session) bdat(arg string) {
	size, last, ok := parseBdat(arg)
	if !ok {
		s.reply("501 5.5.4 Syntax: BDAT size [LAST]")
		return
	}
	if problem := s.mayText(); problem != "" {
		s.refuseChunk(size, problem)
		return
	}
	if limit := s.cfg.MaxMessageBytes; limit > 0 && size > limit-int64(len(s.tx.text)) {
		s.reset()
		s.refuseChunk(size, s.tooLong())
		return
	}
	s.tx.chunked = true
	if err := s.readChunk(size, func(p []byte) { s.tx.text = append(s.tx.text, p...) }); err != nil {
		s.bye(err)
		return
	}
	s.endChunk(last, strconv.FormatInt(size, 10)+" octets received")
}

// endChunk replies to BDAT or BURL. The step of the last one ends here.
func (s *session) endChunk(last bool, done string) {
	if !last {
		s.reply("250 2.0.0 " + done)
		return
	}
	if s.c.End() == nil {
		s.endText(false)
	}
}

// parseBdat parses size [LAST].
func parseBdat(arg string) (size int64, last, ok bool) {
	digits, word, hasWord := strings.Cut(arg, " ")
	if hasWord && !strings.EqualFold(word, "LAST") {
		return 0, false, false
	}
	n, err := strconv.ParseUint(digits, 10, 62)
	return int64(n), hasWord, err == nil
}

// refuseChunk takes a chunk and forgets it.
func (s *session) refuseChunk(size int64, problem string) {
	if err := s.readChunk(size, func([]byte) {}); err != nil {
		s.bye(err)
		return
	}
	s.reply(problem)
}

// skipChunk takes the chunk of a BDAT that a fault has answered.
func (s *session) skipChunk(arg string) {
	if size, _, ok := parseBdat(arg); ok {
		if err := s.readChunk(size, func([]byte) {}); err != nil {
			s.bye(err)
		}
	}
}

func (s *session) readChunk(size int64, keep func([]byte)) error {
	for size > 0 {
		s.await()
		window, err := s.c.Window()
		if err != nil {
			return err
		}
		n := min(int64(len(window)), size)
		keep(window[:n])
		s.c.Advance(int(n))
		size -= n
	}
	return nil
}
