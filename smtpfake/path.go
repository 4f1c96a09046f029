package smtpfake

import (
	"net/netip"
	"strings"
)

// Paths as RFC 5321 section 4.1.2 writes them, with the octets above 127 that
// RFC 6531 section 3.3 adds.

const (
	maxLocal  = 64  // RFC 5321 section 4.5.3.1.1
	maxDomain = 255 // RFC 5321 section 4.5.3.1.2
)

// cutPath parses the path that s begins with. It returns the mailbox as
// written, without the source route, and what follows the path. The mailbox is
// "" for the null path.
func cutPath(s string, lenient bool) (mailbox, rest string, ok bool) {
	if lenient {
		s = strings.TrimLeft(s, " \t")
	}
	if lenient && !strings.HasPrefix(s, "<") {
		mailbox, rest, _ = strings.Cut(s, " ")
		return mailbox, rest, mailbox != "" && validMailbox(mailbox, true)
	}
	content, rest, ok := cutAngle(s)
	if !ok || rest != "" && rest[0] != ' ' {
		return "", "", false
	}
	if strings.HasPrefix(content, "@") {
		route, mailbox, ok := strings.Cut(content, ":")
		return mailbox, rest, ok && validRoute(route) && validMailbox(mailbox, lenient)
	}
	return content, rest, content == "" || validMailbox(content, lenient)
}

// cutAngle splits s after the ">" that closes the "<" it begins with. A ">" in
// a quoted string doesn't.
func cutAngle(s string) (content, rest string, ok bool) {
	if !strings.HasPrefix(s, "<") {
		return "", "", false
	}
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '>' && !quoted:
			return s[1:i], s[i+1:], true
		}
	}
	return "", "", false
}

// validRoute checks a source route: "@a,@b". It is accepted and ignored (RFC
// 5321 appendix C).
func validRoute(route string) bool {
	for hop := range strings.SplitSeq(route, ",") {
		if !strings.HasPrefix(hop, "@") || !validDomain(hop[1:]) {
			return false
		}
	}
	return true
}

// validMailbox checks local-part "@" domain. A domainless postmaster is a
// forward-path of its own (RFC 5321 section 4.1.1.3).
func validMailbox(m string, lenient bool) bool {
	local, domain, ok := cutMailbox(m)
	switch {
	case !ok:
		return isPostmaster(m)
	case !lenient && (len(local) > maxLocal || len(domain) > maxDomain):
		return false
	case strings.HasPrefix(local, `"`):
		return validQuoted(local) && validDomain(domain)
	}
	return validDotString(local, lenient) && validDomain(domain)
}

func isPostmaster(mailbox string) bool {
	return strings.EqualFold(mailbox, "postmaster")
}

// cutMailbox splits a mailbox at the "@" that isn't in a quoted string.
func cutMailbox(m string) (local, domain string, ok bool) {
	if !strings.HasPrefix(m, `"`) {
		return strings.Cut(m, "@")
	}
	for i := 1; i < len(m); i++ {
		switch m[i] {
		case '\\':
			i++
		case '"':
			return m[:i+1], strings.TrimPrefix(m[i+1:], "@"), strings.HasPrefix(m[i+1:], "@")
		}
	}
	return "", "", false
}

// validQuoted checks a Quoted-string with its quotes, which cutMailbox has
// found.
func validQuoted(s string) bool {
	for _, b := range []byte(s) {
		if b < ' ' || b == 127 {
			return false
		}
	}
	return true
}

// validDotString checks atoms with single dots between them. Lenient takes
// dots anywhere, as Japanese carriers gave out.
func validDotString(s string, lenient bool) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] != '.' && !isAtext(s[i]) {
			return false
		}
	}
	return lenient || s[0] != '.' && s[len(s)-1] != '.' && !strings.Contains(s, "..")
}

func isAtext(b byte) bool {
	return isLetDig(b) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", b) >= 0
}

// isLetDig is for letters and digits, and UTF-8.
func isLetDig(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9' || b >= 0x80
}

// validDomain checks a Domain or an address-literal. Underscores are not in
// the grammar, but in the names of many a container.
func validDomain(s string) bool {
	if strings.HasPrefix(s, "[") {
		return validLiteral(s)
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, b := range []byte(label) {
			if !isLetDig(b) && b != '-' && b != '_' {
				return false
			}
		}
	}
	return true
}

// validLiteral checks an address-literal with its brackets (RFC 5321 section
// 4.1.3).
func validLiteral(s string) bool {
	s, ok := strings.CutSuffix(s[1:], "]")
	if !ok {
		return false
	}
	tag, rest, general := strings.Cut(s, ":")
	if !general {
		ip, err := netip.ParseAddr(s)
		return err == nil && ip.Is4()
	}
	if strings.EqualFold(tag, "IPv6") {
		ip, err := netip.ParseAddr(rest)
		return err == nil && ip.Is6() && ip.Zone() == ""
	}
	return tag != "" && rest != "" && !strings.ContainsAny(rest, " []\\")
}
