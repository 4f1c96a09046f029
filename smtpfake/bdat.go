package smtpfake

import (
	"strconv"
	"strings"
)

// BDAT: RFC 3030 section 2. A chunk is taken even if it is refused, since the
// client sends it in any case.

func (s *session) bdat(arg string) {
	size, last, ok := parseBdat(arg)
	if !ok {
		s.reply("501 5.5.4 Syntax: BDAT size [LAST]")
		return
	}
	if problem := s.mayText(); problem != "" {
		if s.skipChunk(size) {
			s.reply(problem)
		}
		return
	}
	if limit := s.maxText(); size > limit-int64(len(s.tx.text)) {
		if s.skipChunk(size) {
			s.refuseChunks(last, s.tooLong())
		}
		return
	}
	s.tx.chunked = true
	if err := s.readChunk(size, func(p []byte) { s.tx.text = append(s.tx.text, p...) }); err != nil {
		s.bye(err)
		return
	}
	if last {
		s.checkText(false, 0)
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

// refuseChunks refuses what has been sent of the text, at BDAT or BURL.
func (s *session) refuseChunks(last bool, problem string) {
	if last {
		s.refuseText(problem)
		return
	}
	s.endTransaction()
	s.reply(problem)
}

// skipChunk takes a chunk and forgets it. It returns false if the connection
// has ended.
func (s *session) skipChunk(size int64) bool {
	err := s.readChunk(size, func([]byte) {})
	if err != nil {
		s.bye(err)
	}
	return err == nil
}

// chunk is the size of the chunk that follows a command, 0 if there is none.
func (s *session) chunk(cmd command) int64 {
	if cmd.verb != "BDAT" || !s.srv.enabled("CHUNKING") {
		return 0
	}
	size, _, _ := parseBdat(cmd.arg)
	return size
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
