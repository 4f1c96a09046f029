package mailtest_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// The clients of TestHostile: for each protocol one that is careful, and one
// that does the same without the care: it has no deadlines and no limits,
// takes any answer for the one it waits for, goes on without TLS, and can't
// tell failures apart. Both tell in a word what has become of their work.

// A link is a client's connection.
type link struct {
	nc      net.Conn
	r       *bufio.Reader
	careful bool
	tls     bool
	leaked  bool // the password was sent in the clear
	read    int
}

// A failure is what a careful client makes of an error.
type failure struct{ what string }

func (f failure) Error() string { return f.what }

func fail(format string, args ...any) error { return failure{fmt.Sprintf(format, args...)} }

// outcome is the client's word.
func (l *link) outcome(done string, err error) string {
	var f failure
	switch {
	case err == nil:
	case !l.careful && err == errMemory:
		done = "out of memory"
	case !l.careful:
		done = "failed"
	case errors.As(err, &f):
		done = f.what
	default:
		done = "try again"
	}
	if l.leaked {
		done += ", password in the clear"
	}
	return done
}

var errMemory = errors.New("out of memory")

const (
	patience = 5 * time.Minute // of the careful client, for one answer
	enough   = 1 << 18         // bytes that it reads of one session
	memory   = 1 << 20         // bytes that the careless one has
)

// line reads a line without its end.
func (l *link) line() (string, error) {
	if !l.careful {
		return l.anyLine()
	}
	s, err := l.r.ReadSlice('\n')
	if l.read += len(s); errors.Is(err, bufio.ErrBufferFull) || l.read > enough {
		return "", fail("protocol error: too much")
	}
	if isTimeout(err) {
		return "", fail("try again: timeout")
	}
	text, ok := strings.CutSuffix(string(s), "\r\n")
	if err == nil && !ok {
		return "", fail("protocol error: line end")
	}
	return text, err
}

// anyLine reads a line of any length and form, as long as there is memory.
func (l *link) anyLine() (string, error) {
	var all []byte
	for {
		s, err := l.r.ReadSlice('\n')
		all = append(all, s...)
		if l.read += len(s); l.read > memory {
			return "", errMemory
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return strings.TrimRight(string(all), "\r\n"), err
		}
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

func (l *link) say(format string, args ...any) error {
	if l.careful {
		l.nc.SetDeadline(time.Now().Add(patience))
	}
	_, err := fmt.Fprintf(l.nc, format+"\r\n", args...)
	return err
}

// startTLS goes on within TLS. The careless client keeps what it has read
// before.
func (l *link) startTLS() error {
	if l.careful && l.r.Buffered() > 0 {
		return fail("protocol error: injected before TLS")
	}
	if l.careful {
		l.nc.SetDeadline(time.Now().Add(patience))
	}
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	conf.InsecureSkipVerify = !l.careful
	t := tls.Client(l.nc, conf)
	if err := t.Handshake(); err != nil {
		if isTimeout(err) {
			return fail("try again: timeout")
		}
		return fail("no TLS")
	}
	left, _ := l.r.Peek(l.r.Buffered())
	l.nc, l.tls = t, true
	l.r = bufio.NewReader(io.MultiReader(strings.NewReader(string(left)), t))
	return nil
}

// credentials is called before the password is sent.
func (l *link) credentials(wantTLS bool) error {
	if l.tls || !wantTLS {
		return nil
	}
	if l.careful {
		return fail("no TLS")
	}
	l.leaked = true
	return nil
}

// SMTP

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

// IMAP

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

// POP3

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
