package message

import (
	"strings"
	"testing"
)

func TestDecodeHeader(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain =? text ?=", "plain =? text ?="},
		// RFC 2047 section 8.
		{"(=?ISO-8859-1?Q?a?=)", "(a)"},
		{"(=?ISO-8859-1?Q?a?= b)", "(a b)"},
		{"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"},
		{"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"},
		{"(=?ISO-8859-1?Q?a?=\t=?ISO-8859-1?Q?b?=)", "(ab)"},
		{"(=?ISO-8859-1?Q?a_b?=)", "(a b)"},
		{"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"},
		{"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"},
		{"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\t =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
			"If you can read this you understand the example."},
		{"=?utf-8?q?caf=c3=a9?=", "café"},
		{"=?UTF-8?b?Y2Fmw6k?=", "café"}, // no padding
		{"=?utf-8?q?caf=c3?= =?utf-8?q?=a9?=", "café"},
		{"=?utf-8*en?q?hi?=", "hi"},
		{"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"},
		{"=?koi8-r?b?8NLJ18XU?=", "Привет"},
		{"=?utf-8?q?a b?=", "a b"},
		{"x=?utf-8?q?a?=y", "xay"},
		{"=?utf-8?q??=", ""},
		// What can't be decoded stays.
		{"=?x-unknown?q?a?= =?utf-8?q?b?=", "=?x-unknown?q?a?= b"},
		{"=?utf-8?b?!!?=", "=?utf-8?b?!!?="},
		{"=?utf-8?q?a=z?=", "=?utf-8?q?a=z?="},
		{"=?utf-8?x?a?=", "=?utf-8?x?a?="},
		{"=?utf-8?q?open", "=?utf-8?q?open"},
		{"=?utf-8?q?a?= =?utf-8?q?open", "a =?utf-8?q?open"},
		{"raw caf\xe9", "raw caf\xe9"},
		{"raw café", "raw café"},
	}
	for _, tt := range tests {
		if got := DecodeHeader(tt.in); got != tt.want {
			t.Errorf("DecodeHeader(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	DecodeHeader(strings.Repeat("=?a?q?", 1<<18)) // in linear time
}

func TestDecodeCharset(t *testing.T) {
	tests := []struct {
		charset, in, want string
		known             bool
	}{
		{"utf-8", "caf\xc3\xa9\xff", "café\uFFFD", true},
		{"US-ASCII", "a\xe9", "a\uFFFD", true},
		{"iso-8859-1", "caf\xe9", "café", true},
		{"ISO-8859-2", "\xb1", "ą", true},
		{"iso-8859-15", "\xa4", "€", true},
		{"windows-1251", "\xcf", "П", true},
		{"Windows-1252", "\x80", "€", true},
		{"gb2312", "\xc4\xe3", "你", true},
		{"gb18030", "\x81\x30\x81\x30", "\u0080", true},
		{"big5", "\xa7\x41", "你", true},
		{"shift_jis", "\x93\xfa", "日", true},
		{"cp932", "\x93\xfa", "日", true},
		{"euc-jp", "\xc6\xfc", "日", true},
		{"iso-2022-jp", "\x1b$BF|\x1b(B", "日", true},
		{"euc-kr", "\xb0\xa1", "가", true},
		{"ks_c_5601-1987", "\xb0\xa1", "가", true},
		{"koi8-r", "\xf0", "П", true},
		{"koi8-u", "\xa4", "є", true},
		{"tis-620", "\xa1", "ก", true},
		{"macintosh", "\x8e", "é", true},
		{"ibm437", "\x82", "é", true},
		{"cp850", "\x82", "é", true},
		{"cp936", "\xc4\xe3", "你", true},
		{"hz-gb-2312", "~{Dc~}", "你", true},
		{"utf-16", "\x00h\x00i", "hi", true},
		{"utf-16", "\xff\xfeh\x00i\x00", "hi", true},
		{"utf-16le", "h\x00i\x00", "hi", true},
		{"utf-7", "Hi Mom -+Jjo--+- A+ImIDkQ.", "Hi Mom -☺-+ A≢Α.", true},
		{"x-unknown", "caf\xe9", "caf\xe9", false},
		{"iso-2022-kr", "a", "a", false},
		{"", "a", "a", false},
	}
	for _, tt := range tests {
		got, ok := DecodeCharset(tt.charset, []byte(tt.in))
		if got != tt.want || ok != tt.known {
			t.Errorf("DecodeCharset(%q, %q) = %q, %v, want %q, %v", tt.charset, tt.in, got, ok, tt.want, tt.known)
		}
	}
}

func TestDecodeTransfer(t *testing.T) {
	tests := []struct {
		encoding, in, want string
		known              bool
	}{
		{"", "a=\r\n", "a=\r\n", true},
		{"8BIT", "\xe9", "\xe9", true},
		{"x-uuencode", "begin", "begin", false},
		{"BASE64", "aGVs\r\nbG8=\r\n", "hello", true},
		{"base64", "aGVs!!b G8=", "hello", true},
		{"base64", "aGVsbG8", "hello", true},
		{"base64", "aGk=aGk=", "hihi", true},
		{"base64", "aGk=\r\n-- \r\nfooter", "hi~\x8a-z", true},
		{"base64", "a", "", true},
		{"base64", "", "", true},
		{"quoted-printable", "caf=C3=A9=20\r\nx  \r\ny=\r\nz=", "caf\xc3\xa9 \r\nx\r\nyz", true},
		{"quoted-printable", "a=3d=3D\n=  \nb", "a==\nb", true},
		{"quoted-printable", "100=% =4 =xy\r\n", "100=% =4 =xy\r\n", true},
		{"quoted-printable", "\xe9\r\r\n", "\xe9\r\r\n", true},
	}
	for _, tt := range tests {
		got, ok := decodeTransfer(tt.encoding, []byte(tt.in))
		if string(got) != tt.want || ok != tt.known {
			t.Errorf("%s of %q = %q, %v, want %q, %v", tt.encoding, tt.in, got, ok, tt.want, tt.known)
		}
	}
}
