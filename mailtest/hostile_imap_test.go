package mailtest_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// An imapJob is what an IMAP client does once it has selected the INBOX.
type imapJob func(l *link, box *inbox) (string, error)

type inbox struct{ exists, uidValidity int }

// readMail logs in, selects the INBOX, which it knows by UIDVALIDITY 1, and
// does the job.
func readMail(l *link, mode string, job imapJob) string {
	box, err := l.openIMAP(mode)
	if err != nil {
		return l.outcome("", err)
	}
	if box.uidValidity != 1 && l.careful {
		return l.outcome("resync", nil)
	}
	done, err := job(l, box)
	if err != nil {
		return l.outcome("", err)
	}
	if _, err := l.imap("z", "LOGOUT"); err != nil && !l.careful {
		return l.outcome("", err)
	}
	return l.outcome(done, nil)
}

func (l *link) openIMAP(mode string) (*inbox, error) {
	if l.careful {
		l.nc.SetDeadline(time.Now().Add(patience))
	}
	s, err := l.line()
	if err != nil {
		return nil, err
	}
	preauth := strings.HasPrefix(s, "* PREAUTH")
	switch {
	case preauth && mode == "starttls" && l.careful:
		return nil, fail("no TLS")
	case strings.HasPrefix(s, "* BYE"):
		return nil, fail("try again: BYE")
	case !strings.HasPrefix(s, "* OK") && !preauth && l.careful:
		return nil, fail("protocol error: greeting")
	}
	if mode == "starttls" && !preauth {
		if _, err := l.imap("s", "STARTTLS"); err == nil {
			err = l.startTLS()
			if err != nil {
				return nil, err
			}
		}
	}
	if err := l.loginIMAP(mode, preauth); err != nil {
		return nil, err
	}
	return l.selectIMAP()
}

func (l *link) loginIMAP(mode string, preauth bool) error {
	if preauth {
		return nil
	}
	if err := l.credentials(mode != ""); err != nil {
		return err
	}
	_, err := l.imap("l", `LOGIN alice@example.com "secret"`)
	return err
}

func (l *link) selectIMAP() (*inbox, error) {
	list, err := l.imap("e", "SELECT INBOX")
	if err != nil {
		return nil, err
	}
	box := new(inbox)
	for _, s := range list {
		fmt.Sscanf(s, "* OK [UIDVALIDITY %d]", &box.uidValidity)
		if n, ok := numbered(s, "EXISTS"); ok {
			box.exists = n
		}
	}
	switch {
	case box.exists > enough && l.careful:
		return nil, fail("protocol error: EXISTS")
	case box.exists > memory:
		return nil, errMemory // one slot for each
	case l.careful && box.uidValidity <= 0:
		return nil, fail("protocol error: UIDVALIDITY")
	}
	return box, nil
}

// numbered returns n of "* n WORD ...".
func numbered(s, word string) (int, bool) {
	f := strings.Fields(s)
	if len(f) < 3 || f[0] != "*" || !strings.HasPrefix(f[2], word) {
		return 0, false
	}
	n, err := strconv.Atoi(f[1])
	return n, err == nil
}

// imap sends a command and returns the untagged responses.
func (l *link) imap(tag, command string) ([]string, error) {
	if err := l.say("%s %s", tag, command); err != nil {
		return nil, err
	}
	return l.answerIMAP(tag)
}

func (l *link) answerIMAP(tag string) (list []string, err error) {
	for {
		s, err := l.responseIMAP()
		if err != nil {
			return nil, err
		}
		word, rest, _ := strings.Cut(s, " ")
		switch {
		case l.careful && strings.HasPrefix(s, "* BYE") && tag != "z":
			return nil, fail("try again: BYE")
		case s == "" && l.careful:
			continue
		case word == "*", word == "+" && l.careful:
			list = append(list, s)
			continue
		case l.careful && word != tag:
			return nil, fail("protocol error: tag")
		}
		return list, l.judgeIMAP(rest)
	}
}

func (l *link) judgeIMAP(rest string) error {
	word, text, _ := strings.Cut(rest, " ")
	switch {
	case word == "OK":
		return nil
	case !l.careful:
		if strings.Contains(rest, "OK") {
			return nil
		}
		return errors.New(rest)
	case word == "NO" && strings.HasPrefix(text, "[AUTHENTICATIONFAILED]"):
		return fail("refused: password")
	case word == "NO":
		code, _, _ := strings.Cut(strings.TrimPrefix(text, "["), "]")
		return fail("try again: NO %s", code)
	case word == "BAD":
		return fail("refused: BAD")
	}
	return fail("protocol error: status")
}

// responseIMAP reads one response with its literals.
func (l *link) responseIMAP() (string, error) {
	all, err := l.line()
	for err == nil && strings.HasSuffix(all, "}") {
		n, ok := literalSize(all)
		if !ok {
			return all, nil
		}
		if l.careful && (n < 0 || n > enough) {
			return "", fail("protocol error: literal")
		}
		if n > memory {
			return "", errMemory // make([]byte, n)
		}
		data := make([]byte, max(n, 0))
		if _, err = io.ReadFull(l.r, data); err != nil {
			if isTimeout(err) {
				err = fail("try again: timeout")
			}
			break
		}
		var rest string
		rest, err = l.line()
		all += "\n" + string(data) + rest
	}
	return all, err
}

func literalSize(s string) (int, bool) {
	i := strings.LastIndexByte(s, '{')
	if i < 0 {
		return 0, false
	}
	n, err := strconv.Atoi(s[i+1 : len(s)-1])
	return n, err == nil
}

// fetchAll reads all messages and says which.
func fetchAll(l *link, box *inbox) (string, error) {
	list, err := l.imap("f", "UID FETCH 1:* (UID BODY.PEEK[])")
	if err != nil {
		return "", err
	}
	got := make(map[string]bool)
	for _, s := range list {
		n, ok := numbered(s, "EXPUNGE")
		if ok && l.careful && (n == 0 || n > box.exists) {
			return "", fail("protocol error: EXPUNGE")
		}
		if ok {
			box.exists--
		}
		n, ok = numbered(s, "FETCH")
		if !ok || l.careful && (n < 1 || n > box.exists) {
			continue
		}
		_, uid, _ := strings.Cut(s, "UID ")
		uid, _, _ = strings.Cut(strings.TrimRight(uid, ")"), " ")
		if l.careful && (uid == "" || uid == "0" || !strings.Contains(s, "BODY[] {")) {
			return "", fail("try again: incomplete")
		}
		got[uid] = true
	}
	if l.careful && len(got) < box.exists {
		return "", fail("try again: incomplete")
	}
	if !l.careful && box.exists < 0 {
		panic("index out of range")
	}
	return fmt.Sprintf("%d messages", len(got)), nil
}

// appendMail stores a message.
func appendMail(l *link, _ *inbox) (string, error) {
	if err := l.say("p APPEND INBOX {19}"); err != nil {
		return "", err
	}
	s, err := l.line()
	for err == nil && strings.HasPrefix(s, "* ") {
		if strings.HasPrefix(s, "* BYE") && l.careful {
			return "", fail("try again: BYE")
		}
		s, err = l.line()
	}
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(s, "+") && l.careful {
		_, rest, _ := strings.Cut(s, " ")
		return "", l.judgeIMAP(rest)
	}
	if err := l.say("Subject: x\r\n\r\nhello"); err != nil {
		return "", err
	}
	if _, err := l.answerIMAP("p"); err != nil {
		var f failure
		if l.careful && (!errors.As(err, &f) || strings.Contains(f.what, "timeout")) {
			return "", fail("outcome unknown")
		}
		return "", err
	}
	return "stored", nil
}

// idle waits for new mail for at most an hour, refreshing in between, and says
// whether it came.
func idle(l *link, box *inbox) (string, error) {
	for range 3 {
		if err := l.say("i IDLE"); err != nil {
			return "", err
		}
		s, err := l.line()
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(s, "+") && !strings.HasPrefix(s, "* ") && l.careful {
			return "polled", nil
		}
		if l.careful {
			l.nc.SetReadDeadline(time.Now().Add(28 * time.Minute))
		}
		for err == nil && !strings.HasSuffix(s, " EXISTS") && !strings.HasPrefix(s, "* BYE") && !strings.HasPrefix(s, "i ") {
			s, err = l.line()
		}
		switch {
		case err != nil && !isRefresh(err):
			return "", err
		case strings.HasPrefix(s, "* BYE") && l.careful:
			return "", fail("try again: BYE")
		}
		if err := l.say("DONE"); err != nil {
			return "", err
		}
		if _, err := l.answerIMAP("i"); err != nil {
			return "", err
		}
		if strings.HasSuffix(s, " EXISTS") {
			return "new mail", nil
		}
	}
	return "nothing new", nil
}

func isRefresh(err error) bool {
	var f failure
	return errors.As(err, &f) && strings.Contains(f.what, "timeout")
}
