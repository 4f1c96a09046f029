package mailtest_test

import (
	"errors"
	"io"
	"strings"
	"time"
)

// sendMail sends one mail, with a login if there is TLS to do.
func sendMail(l *link, mode string) string {
	caps, err := l.helloSMTP(mode)
	if err == nil && mode != "" {
		err = l.authSMTP(caps)
	}
	for _, command := range []string{"MAIL FROM:<a@shop.example>", "RCPT TO:<bob@example.com>"} {
		if err == nil {
			_, err = l.smtp("2", "%s", command)
		}
	}
	if err == nil {
		_, err = l.smtp("354", "DATA")
	}
	if err != nil {
		return l.outcome("", err)
	}
	if _, err = l.smtp("2", "Subject: hi\r\n\r\n%s\r\n.", strings.Repeat("hello\r\n", 2000)); err != nil {
		var f failure
		if l.careful && (!errors.As(err, &f) || strings.Contains(f.what, "timeout")) {
			return l.outcome("", fail("outcome unknown"))
		}
		return l.outcome("", err)
	}
	if _, err = l.smtp("2", "QUIT"); err != nil && !l.careful {
		return l.outcome("", err) // though the mail was accepted
	}
	return l.outcome("sent", nil)
}

func (l *link) helloSMTP(mode string) (caps string, err error) {
	if l.careful {
		l.nc.SetDeadline(time.Now().Add(patience))
	}
	if _, err = l.replySMTP("220"); err != nil {
		return "", err
	}
	if caps, err = l.smtp("2", "EHLO c.example.com"); err != nil || mode != "starttls" {
		return caps, err
	}
	if !strings.Contains(strings.ToUpper(caps), "\nSTARTTLS") {
		return caps, nil // and see what authSMTP does
	}
	if _, err = l.smtp("220", "STARTTLS"); err != nil {
		if !l.careful {
			return caps, nil // goes on in the clear
		}
		return caps, err
	}
	if err = l.startTLS(); err != nil {
		return "", err
	}
	return l.smtp("2", "EHLO c.example.com")
}

func (l *link) authSMTP(caps string) error {
	if err := l.credentials(true); err != nil {
		return err
	}
	if l.careful && !strings.Contains(caps, "\nAUTH ") {
		return fail("no way to log in")
	}
	_, err := l.smtp("235", "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==")
	return err
}

func (l *link) smtp(want, format string, args ...any) (string, error) {
	if err := l.say(format, args...); err != nil {
		return "", err
	}
	return l.replySMTP(want)
}

// replySMTP reads a reply whose code begins with want.
func (l *link) replySMTP(want string) (text string, err error) {
	var all strings.Builder
	code := ""
	for n := 0; ; n++ {
		s, err := l.line()
		if err != nil {
			return "", err
		}
		if l.careful {
			if err := checkSMTP(s, &code, n); err != nil {
				return "", err
			}
		}
		if len(s) < 4 && !l.careful {
			return "", io.ErrUnexpectedEOF
		}
		all.WriteString("\n" + strings.TrimSpace(s[min(4, len(s)):]))
		if len(s) < 4 || s[3] != '-' {
			return all.String(), l.judgeSMTP(s, want)
		}
	}
}

// checkSMTP holds a line against RFC 5321 section 4.2.
func checkSMTP(s string, code *string, n int) error {
	digits := len(s) >= 3 && s[0] >= '2' && s[0] <= '5' && s[1] >= '0' && s[1] <= '9' && s[2] >= '0' && s[2] <= '9'
	if !digits || len(s) > 3 && s[3] != ' ' && s[3] != '-' || n > 100 || *code != "" && *code != s[:3] {
		return fail("protocol error: reply")
	}
	*code = s[:3]
	return nil
}

func (l *link) judgeSMTP(s, want string) error {
	switch {
	case strings.HasPrefix(s, want), !l.careful && s[0] == want[0]:
		return nil
	case !l.careful:
		return errors.New(s)
	case s[0] == '4':
		return fail("try again: %s", s[:3])
	case s[0] == '5':
		return fail("refused: %s", s[:3])
	}
	return fail("protocol error: %s", s[:3])
}
