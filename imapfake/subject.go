package imapfake

import "strings"

// baseSubject returns what SORT and THREAD compare of a decoded subject (RFC
// 5256 section 2.1): without what replies and forwards add to it. reply is
// whether there was any of that.
func baseSubject(s string) (base string, reply bool) {
	s = strings.Join(strings.Fields(s), " ")
	for {
		for {
			rest, ok := cutSuffixFold(s, "(fwd)")
			if !ok {
				break
			}
			s, reply = strings.TrimRight(rest, " "), true
		}
		for more := true; more; {
			var isReply bool
			s, isReply, more = cutLeader(s)
			reply = reply || isReply
		}
		inner, ok := cutPrefixFold(s, "[fwd:")
		if !ok || !strings.HasSuffix(inner, "]") {
			return s, reply
		}
		s, reply = strings.TrimSpace(inner[:len(inner)-1]), true
	}
}

// cutLeader cuts one leader from a subject: blobs with "Re:" or the like
// behind them, or a blob with some text behind it.
func cutLeader(s string) (rest string, reply, ok bool) {
	after := s
	for {
		next, isBlob := cutBlob(after)
		if !isBlob {
			break
		}
		after = next
	}
	if rest, ok := cutRefwd(after); ok {
		return rest, true, true
	}
	if rest, ok := cutBlob(s); ok && rest != "" {
		return rest, false, true
	}
	return s, false, false
}

// cutBlob cuts "[list]" and the spaces behind it.
func cutBlob(s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, "[") {
		return s, false
	}
	i := strings.IndexAny(s[1:], "[]") + 1
	if i == 0 || s[i] == '[' {
		return s, false
	}
	return strings.TrimLeft(s[i+1:], " "), true
}

// cutRefwd cuts "Re:", "Fw:" or "Fwd:", which may have a blob before the
// colon, and the spaces behind it.
func cutRefwd(s string) (rest string, ok bool) {
	for _, word := range []string{"re", "fwd", "fw"} {
		rest, ok := cutPrefixFold(s, word)
		if !ok {
			continue
		}
		rest, _ = cutBlob(strings.TrimLeft(rest, " "))
		if rest, ok := strings.CutPrefix(rest, ":"); ok {
			return strings.TrimLeft(rest, " "), true
		}
	}
	return s, false
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func cutSuffixFold(s, suffix string) (string, bool) {
	n := len(s) - len(suffix)
	if n < 0 || !strings.EqualFold(s[n:], suffix) {
		return s, false
	}
	return s[:n], true
}
