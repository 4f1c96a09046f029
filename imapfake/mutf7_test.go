package imapfake

import (
	"testing"
	"unicode/utf8"
)

func TestMailboxNames(t *testing.T) {
	for _, tt := range []struct{ name, wire string }{
		{"", ""},
		{"INBOX", "INBOX"},
		{"A&B", "A&-B"},
		{"&&", "&-&-"},
		{"a b\"c\\d%*", "a b\"c\\d%*"},
		{"Entwürfe", "Entw&APw-rfe"},
		{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
		{"台北日本語", "&U,BTF2XlZyyKng-"},
		{"Été", "&AMk-t&AOk-"},
		{"😀", "&2D3eAA-"},
		{"ü&ü", "&APw-&-&APw-"},
		{"ü-", "&APw--"},
		{"tab\t", "tab&AAk-"},
		{"\x7f", "&AH8-"},
		{"\ufffd", "&,,0-"},
	} {
		if got := encodeMailbox(tt.name); got != tt.wire {
			t.Errorf("encodeMailbox(%q) = %q, want %q", tt.name, got, tt.wire)
		}
		if got, err := decodeMailbox(tt.wire); err != nil || got != tt.name {
			t.Errorf("decodeMailbox(%q) = %q, %v, want %q", tt.wire, got, err, tt.name)
		}
	}
}

func TestMailboxNamesMalformed(t *testing.T) {
	for _, tt := range []struct {
		wire string
		want error
	}{
		{"ü", errMUTF7Char},
		{"a\x00", errMUTF7Char},
		{"a\x7f", errMUTF7Char},
		{"&", errMUTF7Shift},
		{"a&APw", errMUTF7Shift},
		{"&!-", errMUTF7Code},
		{"&AP/8-", errMUTF7Code}, // "/" of the ordinary base64
		{"&APw=-", errMUTF7Code}, // padding
		{"&A\rPw-", errMUTF7Code},
		{"&AA-", errMUTF7Code},  // half a code unit
		{"&APx-", errMUTF7Code}, // bits left over
		{"&2D0-", errMUTF7Code}, // first half of a surrogate pair
		{"&3gA-", errMUTF7Code}, // second half alone
		{"&2D0A,A-", errMUTF7Code},
		{"&AEE-", errMUTF7Plain},
		{"&ACY-", errMUTF7Plain},
		{"&APwAQQ-", errMUTF7Plain},
		{"&APw-&APw-", errMUTF7Null},
	} {
		if got, err := decodeMailbox(tt.wire); err != tt.want {
			t.Errorf("decodeMailbox(%q) = %q, %v, want error %q", tt.wire, got, err, tt.want)
		}
	}
}

// checkMailboxName decodes and encodes a name, each the other way round.
func checkMailboxName(t *testing.T, s string) {
	t.Helper()
	if name, err := decodeMailbox(s); err == nil && encodeMailbox(name) != s {
		t.Errorf("%q is %q, which is written %q", s, name, encodeMailbox(name))
	}
	if !utf8.ValidString(s) {
		return
	}
	if got, err := decodeMailbox(encodeMailbox(s)); err != nil || got != s {
		t.Errorf("%q came back as %q, %v", s, got, err)
	}
}
