package auth

import (
	"fmt"
	"strings"
)

// xoauth2 is XOAUTH2, as Google and Microsoft define it:
//
//	user=alice@example.com ^A auth=Bearer token ^A ^A
//
// A failure is a challenge in JSON that the client answers with an empty line.
func xoauth2(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	pairs, ok := keyValues(string(response))
	user, token := pairs["user"], bearer(pairs["auth"])
	if !ok || user == "" || token == "" {
		return nil, false, ErrMalformed
	}
	a, err := x.token(user, token)
	if err != nil {
		return x.fail(`{"status":"401","schemes":"bearer","scope":"https://mail.example.com/"}`, err)
	}
	return x.finish("", a, nil)
}

// oauthBearer is OAUTHBEARER (RFC 7628):
//
//	n,a=alice@example.com, ^A host=mail.example.com ^A auth=Bearer token ^A ^A
//
// Without an authzid the token tells who it is. A failure is a challenge in
// JSON that the client answers with a single ^A; an empty line will do, since
// many send that.
func oauthBearer(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	header, rest, ok := strings.Cut(string(response), "\x01")
	authzid, good := gs2Header(header)
	pairs, fine := keyValues(rest)
	token := bearer(pairs["auth"])
	if !ok || !good || !fine || token == "" {
		return x.fail(`{"status":"invalid_request"}`, ErrMalformed)
	}
	a, err := x.token(authzid, token)
	if err != nil {
		return x.fail(fmt.Sprintf(`{"status":"invalid_token","schemes":"bearer","scope":"mail",`+
			`"openid-configuration":"https://%s/.well-known/openid-configuration"}`, x.config.Hostname), err)
	}
	return x.finish("", a, nil)
}

// gs2Header parses "n,a=authzid," (RFC 5801 section 4). There is no binding to
// a channel in OAUTHBEARER.
func gs2Header(s string) (authzid string, ok bool) {
	part := strings.Split(s, ",")
	if len(part) != 3 || part[0] != "n" && part[0] != "y" || part[2] != "" {
		return "", false
	}
	if part[1] == "" {
		return "", true
	}
	name, ok := strings.CutPrefix(part[1], "a=")
	return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name), ok && name != ""
}

// keyValues parses key=value pairs, each of which ^A ends; another ^A ends the
// list.
func keyValues(s string) (map[string]string, bool) {
	s, ok := strings.CutSuffix(s, "\x01\x01")
	if !ok {
		return nil, false
	}
	pairs := make(map[string]string)
	for p := range strings.SplitSeq(s, "\x01") {
		k, v, ok := strings.Cut(p, "=")
		if _, twice := pairs[k]; !ok || k == "" || twice {
			return nil, false
		}
		pairs[k] = v
	}
	return pairs, true
}

// bearer returns the token of "Bearer token", or "".
func bearer(s string) string {
	scheme, token, _ := strings.Cut(s, " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.ContainsAny(token, " \t\r\n") {
		return ""
	}
	return token
}
