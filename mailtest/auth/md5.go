package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// Timestamp returns a new timestamp for POP3's greeting (RFC 1939 section 7).
// It has the plain form <digits.digits@host>, since there are clients that
// refuse others, and is the same in each run of a test.
func (c *Config) Timestamp() string {
	if c.fixed != "" {
		return c.fixed
	}
	return fmt.Sprintf("<%d.946684800@%s>", c.stamps.Add(1), c.Hostname)
}

// APOP logs in on a connection by the digest of a timestamp and the password
// (RFC 1939 section 7). The connection is told of a refusal; it may be nil.
func (c *Config) APOP(
	conn *wire.Conn, user, timestamp, digest string,
) (*mailstore.Account, error) {
	a, err := c.check(user, func(a *mailstore.Account) bool {
		sum := md5.Sum([]byte(timestamp + a.Password))
		return digest == hex.EncodeToString(sum[:])
	})
	c.tell(conn, user, err)
	return a, err
}

// cramMD5 is CRAM-MD5 (RFC 2195). The server speaks first, so there can be no
// initial response.
func cramMD5(x *Exchange, response []byte) ([]byte, bool, error) {
	if response != nil {
		return nil, false, ErrMalformed
	}
	challenge := x.config.Timestamp()
	x.step = func(x *Exchange, response []byte) ([]byte, bool, error) {
		return x.cramAnswer(challenge, string(response))
	}
	return []byte(challenge), false, nil
}

// cramAnswer takes "user digest", where the user name may contain spaces.
func (x *Exchange) cramAnswer(challenge, answer string) ([]byte, bool, error) {
	i := strings.LastIndexByte(answer, ' ')
	if i <= 0 || len(answer)-i-1 != hex.EncodedLen(md5.Size) {
		return nil, false, ErrMalformed
	}
	a, err := x.check(answer[:i], func(a *mailstore.Account) bool {
		mac := hmac.New(md5.New, []byte(a.Password))
		mac.Write([]byte(challenge))
		return answer[i+1:] == hex.EncodeToString(mac.Sum(nil))
	})
	return x.finish("", a, err)
}
