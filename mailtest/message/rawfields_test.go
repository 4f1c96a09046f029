package message

import (
	"fmt"
	"strings"
	"testing"
)

func TestRawFields(t *testing.T) {
	const mail = "From someone\r\nSubject : a\r\n b\r\nno field\r\nX:\n\r\nTo: body\r\n"
	var b strings.Builder
	for name, field := range Parse([]byte(mail)).Tree().RawFields() {
		fmt.Fprintf(&b, "%s %q %q\n", name, field, FieldValue(field))
	}
	want := ` "From someone\r\n" "From someone"
Subject "Subject : a\r\n b\r\n" "a b"
 "no field\r\n" "no field"
X "X:\n" ""
`
	if got := b.String(); got != want {
		t.Errorf("RawFields =\n%s\nwant\n%s", got, want)
	}
}
