package auth_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// run runs a program and returns its output, or skips t if it isn't installed.
// Only curl is quick enough to run each time.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	if name != "curl" && os.Getenv("MAILTEST_PROGRAMS") == "" {
		t.Skipf("%s runs only where MAILTEST_PROGRAMS is set, as .ci/run interop does", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(out), err
}

// servers returns an SMTP and an IMAP server on a store with alice.
func servers(t *testing.T) (*smtpfake.Server, *imapfake.Server) {
	st := new(mailstore.Store)
	alice := st.Account("alice@example.com")
	alice.Password = `pass "word" `
	alice.Tokens, alice.ExpiredTokens = []string{"good"}, []string{"old"}
	s, i := smtpfake.New(st), imapfake.New(st)
	t.Cleanup(s.Close)
	t.Cleanup(i.Close)
	return s, i
}

// TestPython logs in with smtplib and imaplib: see testdata/login.py.
func TestPython(t *testing.T) {
	t.Attr("client", "smtplib: PLAIN, LOGIN, CRAM-MD5")
	t.Attr("client", "imaplib: PLAIN, CRAM-MD5, XOAUTH2")
	s, i := servers(t)
	_, smtpPort, _ := net.SplitHostPort(s.Addr())
	_, imapPort, _ := net.SplitHostPort(i.Addr())
	if out, err := run(t, "python3", "testdata/login.py", smtpPort, imapPort); out != "done\n" || err != nil {
		t.Errorf("login.py: %v\n%s\n%s%s", err, out, s.Transcript(), i.Transcript())
	}
}

// TestCurl logs in with curl by each mechanism that it has, with and without
// an initial response.
func TestCurl(t *testing.T) {
	t.Attr("client", "curl: SMTP and IMAP with each mechanism, good and bad, with and without an initial response")
	for _, mechanism := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "NTLM", "XOAUTH2", "OAUTHBEARER"} {
		for _, good := range []bool{true, false} {
			for _, ir := range []bool{true, false} {
				t.Run(fmt.Sprint(mechanism, "/", good, "/", ir), func(t *testing.T) {
					t.Parallel()
					s, i := servers(t)
					s.Mechanisms, i.Mechanisms = []string{mechanism}, []string{mechanism}
					args := curlLogin(mechanism, good)
					if ir {
						args = append(args, "--sasl-ir")
					}
					for _, url := range []string{"smtp://" + s.Addr(), "imap://" + i.Addr() + "/INBOX"} {
						out, err := run(t, "curl", slices.Concat([]string{"-q", "--noproxy", "*", url}, args)...)
						if (err == nil) != good {
							t.Errorf("%s: %v\n%s\n%s%s", url, err, out, s.Transcript(), i.Transcript())
						}
					}
					want := "AUTH " + mechanism
					if got := s.Transcript().String(); !strings.Contains(got, want) {
						t.Errorf("the SMTP transcript hasn't %q:\n%s", want, got)
					}
					want = "AUTHENTICATE " + mechanism
					if got := i.Transcript().String(); !strings.Contains(got, want) {
						t.Errorf("the IMAP transcript hasn't %q:\n%s", want, got)
					}
				})
			}
		}
	}
}

func curlLogin(mechanism string, good bool) []string {
	secret, token := `pass "word" `, "good"
	if !good {
		secret, token = "wrong", "bad"
	}
	args := []string{"-sS"}
	if strings.HasSuffix(mechanism, "AUTH2") || mechanism == "OAUTHBEARER" {
		return append(args, "-u", "alice@example.com:", "--oauth2-bearer", token)
	}
	return append(args, "-u", "alice@example.com:"+secret)
}
