package message

import (
	"fmt"
	"strings"
	"testing"
)

func TestParams(t *testing.T) {
	tests := []struct{ in, want string }{
		{`text/plain`, `"text/plain" []`},
		{`text/plain; charset=utf-8`, `"text/plain" [{"charset" "utf-8"}]`},
		{` text/plain ; charset = "utf-8" ;format=flowed; `, `"text/plain" [{"charset" "utf-8"} {"format" "flowed"}]`},
		{`text/plain (a;b) ; charset=us-ascii (Plain text)`, `"text/plain" [{"charset" "us-ascii"}]`},
		{`attachment; filename=my file.pdf; size=3`, `"attachment" [{"filename" "my file.pdf"} {"size" "3"}]`},
		{`attachment; filename=report(1).pdf`, `"attachment" [{"filename" "report(1).pdf"}]`},
		{`attachment; filename="a\"b\\c;d.txt"`, `"attachment" [{"filename" "a\"b\\c;d.txt"}]`},
		{`attachment; filename="C:\temp\x.pdf"`, `"attachment" [{"filename" "C:\\temp\\x.pdf"}]`},
		{`attachment; filename="open`, `"attachment" [{"filename" "open"}]`},
		{`attachment; filename="a" junk; b=c`, `"attachment" [{"filename" "a"} {"b" "c"}]`},
		{`multipart/mixed; boundary=a=b`, `"multipart/mixed" [{"boundary" "a=b"}]`},
		{`text/plain; flag; =x; a=; ;b=c`, `"text/plain" [{"a" ""} {"b" "c"}]`},
		{``, `"" []`},
		{`;`, `"" []`},
		// RFC 2231 sections 3, 4 and 4.1.
		{`message/external-body; access-type=URL; URL*0="ftp://"; URL*1="cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"`,
			`"message/external-body" [{"access-type" "URL"} {"URL" "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"}]`},
		{`application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A`,
			`"application/x-stuff" [{"title" "This is ***fun***"}]`},
		{`application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn't it!"`,
			`"application/x-stuff" [{"title" "This is even more ***fun*** isn't it!"}]`},
		{`a; f*1=b; f*0=a`, `"a" [{"f" "ab"}]`},
		{`a; f*0*=utf-8''%E2%82; f*1*=%AC`, `"a" [{"f" "€"}]`},
		{`a; f=plain; f*=utf-8''%C3%A9`, `"a" [{"f" "é"}]`},
		{`a; f*0=a; f*2=c`, `"a" [{"f" "a"}]`},
		{`a; f*0=a; f*0=b; f*1=c`, `"a" [{"f" "a"}]`},
		{`a; f*1=b`, `"a" [{"f" ""}]`},
		{`a; f*999999999999999999999=b; f*x=c; *=d`, `"a" [{"f*999999999999999999999" "b"} {"f*x" "c"} {"*" "d"}]`},
		{`a; f*=x-unknown''%E9`, `"a" [{"f" "\xe9"}]`},
		{`a; f*=%41%4`, `"a" [{"f" "A%4"}]`},
	}
	for _, tt := range tests {
		value, params := parseParams(tt.in)
		if params == nil {
			params = []Param{}
		}
		if got := fmt.Sprintf("%q %q", value, params); got != tt.want {
			t.Errorf("parseParams(%s)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestParamsBounded(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("(", 1<<20),
		"a" + strings.Repeat(";", 1<<20),
		"a; " + strings.Repeat(`b="\`, 1<<18),
		"a" + strings.Repeat("; f*1=a", 1<<16),
	} {
		parseParams(s) // in linear time: a quadratic one would not end
	}
}
