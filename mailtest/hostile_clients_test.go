package mailtest_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
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
