package mailtest

import (
	"fmt"
	"strings"
	"testing"
)

// Account returns the account with an address, in any case, and adds it if
// there is none.
func (s *Server) Account(addr string) *Account { return s.Store.Account(addr) }

// NewAccount adds an account with an address that no other test has, made of
// t's name, for a server that tests share. If t fails, what was said on the
// connections that name the address is logged, as NewServer does for all.
func (s *Server) NewAccount(t testing.TB) *Account {
	needTest(t, "NewAccount", "use Account outside tests")
	a := s.addAccount(localPart(t.Name()))
	if !s.owned {
		t.Cleanup(func() {
			if t.Failed() {
				a.ReportFailure(t)
			}
		})
	}
	return a
}

// addAccount adds an account with a name, or with a number after it if there
// is one of that name.
func (s *Server) addAccount(name string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = make(map[string]int)
	}
	for {
		s.names[name]++
		addr := name + "@example.com"
		if n := s.names[name]; n > 1 {
			addr = fmt.Sprintf("%s-%d@example.com", name, n)
		}
		if s.Store.Lookup(addr) == nil {
			return s.Store.Account(addr)
		}
	}
}

// maxName leaves room for a number in the 64 octets that RFC 5321 section
// 4.5.3.1.1 allows a local part.
const maxName = 56

// localPart makes "testsend-to-two" of "TestSend/to_two".
func localPart(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name)
	clean = strings.Join(strings.FieldsFunc(clean, func(r rune) bool { return r == '-' }), "-")
	if len(clean) > maxName {
		clean = strings.Trim(clean[:maxName], "-")
	}
	if clean == "" {
		return "test"
	}
	return clean
}
