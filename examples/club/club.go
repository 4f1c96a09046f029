// Package club runs the mail of a members' club: confirming an address,
// resetting a password by a code, the monthly digest, and what comes back as
// undeliverable. It is an example of code under test: it knows nothing of
// mailfakes.
package club

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"html"
	"math/big"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Config says how the club reaches its mail servers. Its zero Dial and TLS
// are the standard library's.
type Config struct {
	SMTP     string // host:port of the submission server, which does STARTTLS
	IMAP     string // host:port of the server that has the mailbox of bounces, in TLS
	Password string // of bounces@club.example, on both
	TLS      *tls.Config
	Dial     func(ctx context.Context, network, addr string) (net.Conn, error)
}

// A Club has members.
type Club struct {
	conf Config

	mu      sync.Mutex
	members map[string]*member // by address; guarded by mu
}

type member struct {
	name, addr string
	token      string    // confirms the address; "" once it has
	code       string    // resets the password; "" if none was asked for
	codeUntil  time.Time // the code's end
	password   string
	bounced    bool // mail to the address comes back
}

// Errors of the club.
var (
	ErrUnknown = errors.New("no such member")
	ErrCode    = errors.New("wrong or expired code")
)

// codeLife is how long a code for resetting a password is good.
const codeLife = 15 * time.Minute

// New returns a club without members.
func New(conf Config) *Club {
	if conf.Dial == nil {
		conf.Dial = new(net.Dialer).DialContext
	}
	return &Club{conf: conf, members: make(map[string]*member)}
}

// Join adds a member and sends a link that confirms the address. If that can't
// be sent, the member isn't added.
func (c *Club) Join(ctx context.Context, addr, name string) error {
	m := &member{name: name, addr: addr, token: rand.Text()}
	link := "https://club.example/confirm?" + url.Values{"t": {m.token}}.Encode()
	err := c.send(ctx, m, letter{
		subject: "Welcome to the club, " + name,
		text:    "Hello " + name + ",\n\nplease confirm your address:\n" + link + "\n",
		html: "<p>Hello " + html.EscapeString(name) + `,</p>` +
			`<p><a href="` + html.EscapeString(link) + `">Confirm your address</a></p>`,
	})
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members[addr] = m
	return nil
}

// Confirm takes the link of the welcome mail.
func (c *Club) Confirm(link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	token := u.Query().Get("t")
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		if token != "" && m.token == token {
			m.token = ""
			return nil
		}
	}
	return ErrUnknown
}

// ForgotPassword sends a code. For an unknown address it does nothing, so that
// nobody can find out who is a member.
func (c *Club) ForgotPassword(ctx context.Context, addr string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", n)
	m := c.setCode(addr, code)
	if m == nil {
		return nil
	}
	return c.send(ctx, m, letter{
		subject: "Your code",
		text:    "Hello " + m.name + ",\n\nyour code is " + code + ". It is good for 15 minutes.\n",
	})
}

func (c *Club) setCode(addr, code string) *member {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[addr]
	if m != nil {
		m.code, m.codeUntil = code, time.Now().Add(codeLife)
	}
	return m
}

// ResetPassword takes the code, once.
func (c *Club) ResetPassword(addr, code, password string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[addr]
	if m == nil || m.code == "" || m.code != code || time.Now().After(m.codeUntil) {
		return ErrCode
	}
	m.code, m.password = "", password
	return nil
}

// SendDigest sends the digest to every confirmed member whose address works,
// each a mail of their own. The error tells of all that could not be sent.
func (c *Club) SendDigest(ctx context.Context, month string, files ...File) error {
	var errs []error
	for _, m := range c.readers() {
		err := c.sendPatiently(ctx, m, letter{
			subject: "The club in " + month,
			text:    "Hello " + m.name + ",\n\nplease find enclosed what happened in " + month + ".\n",
			files:   files,
			list:    true,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("digest to %s: %w", m.addr, err))
		}
	}
	return errors.Join(errs...)
}

// readers returns who gets the digest, in order of addresses.
func (c *Club) readers() []*member {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []*member
	for _, m := range c.members {
		if m.token == "" && !m.bounced {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(x, y *member) int { return strings.Compare(x.addr, y.addr) })
	return list
}
