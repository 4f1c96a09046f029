package mailtest_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// popMail downloads all messages and deletes them at the server.
func popMail(l *link, mode string) string {
	if l.careful {
		l.nc.SetDeadline(time.Now().Add(patience))
	}
	_, err := l.replyPOP3()
	if err == nil && mode == "starttls" {
		if _, err = l.pop3("STLS"); err == nil {
			err = l.startTLS()
		} else if !l.careful {
			err = nil
		}
	}
	if err == nil {
		err = l.credentials(mode != "")
	}
	for _, command := range []string{"USER alice@example.com", "PASS secret"} {
		if err == nil {
			_, err = l.pop3(command)
		}
	}
	if err != nil {
		return l.outcome("", err)
	}
	n, err := l.drop()
	if err != nil {
		return l.outcome("", err)
	}
	if _, err := l.pop3("QUIT"); err != nil {
		return l.outcome("", errQuit(l, n))
	}
	return l.outcome(fmt.Sprintf("%d messages moved", n), nil)
}

// errQuit says that the server may have kept what was deleted.
func errQuit(l *link, n int) error {
	if l.careful {
		return fail("%d messages copied, deletion unknown", n)
	}
	return io.ErrUnexpectedEOF
}

func (l *link) pop3(command string) (string, error) {
	if err := l.say("%s", command); err != nil {
		return "", err
	}
	return l.replyPOP3()
}

func (l *link) replyPOP3() (string, error) {
	s, err := l.line()
	word, text, _ := strings.Cut(s, " ")
	switch {
	case err != nil:
		return "", err
	case word == "+OK", !l.careful && strings.HasPrefix(s, "+"):
		return text, nil
	case !l.careful:
		return "", errors.New(s)
	case strings.HasPrefix(text, "[IN-USE]"), strings.HasPrefix(text, "[SYS/TEMP]"), strings.HasPrefix(text, "[LOGIN-DELAY]"):
		return "", fail("try again: %s", text[:strings.IndexByte(text, ']')+1])
	case word == "-ERR":
		return "", fail("refused: -ERR")
	}
	return "", fail("protocol error: status")
}

// lines reads a multiline response.
func (l *link) lines() (list []string, err error) {
	for {
		s, err := l.line()
		if err != nil {
			return nil, err
		}
		if s == "." {
			return list, nil
		}
		list = append(list, strings.TrimPrefix(s, "."))
	}
}

// drop reads the messages by their unique ids and marks them deleted.
func (l *link) drop() (int, error) {
	text, err := l.pop3("STAT")
	if err != nil {
		return 0, err
	}
	f := strings.Fields(text)
	if l.careful && len(f) < 2 {
		return 0, fail("protocol error: STAT")
	}
	n, err := strconv.Atoi(f[0]) // panics if there is none
	if l.careful && (err != nil || n < 0 || n > enough) {
		return 0, fail("protocol error: STAT")
	}
	if n > memory {
		return 0, errMemory
	}
	ids, err := l.uidl(n)
	if err != nil {
		return 0, err
	}
	for _, i := range ids {
		if err := l.moveOne(i); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// uidl returns the numbers of messages with an id of their own.
func (l *link) uidl(n int) (numbers []string, err error) {
	if _, err := l.pop3("UIDL"); err != nil {
		return nil, err
	}
	list, err := l.lines()
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for _, s := range list {
		f := strings.Split(s, " ")
		if l.careful && (len(f) != 2 || f[1] == "" || len(f[1]) > 70 || seen[f[1]]) {
			return nil, fail("protocol error: UIDL")
		}
		seen[f[1]] = true
		numbers = append(numbers, f[0])
	}
	if l.careful && len(numbers) != n {
		return nil, fail("protocol error: UIDL")
	}
	return numbers, nil
}

func (l *link) moveOne(number string) error {
	if _, err := l.pop3("RETR " + number); err != nil {
		return err
	}
	if _, err := l.lines(); err != nil {
		return err
	}
	// What follows a dot that was not stuffed isn't a reply.
	if l.careful && l.r.Buffered() > 0 {
		return fail("protocol error: after the dot")
	}
	_, err := l.pop3("DELE " + number)
	return err
}
