package message

import (
	"slices"
	"strings"
	"testing"
)

// hostileRules are the rules that the hostile messages break; those that
// aren't here are well-formed, but a reader may trip over them.
var hostileRules = map[string]string{
	"msg-empty/nothing":                    "required-field required-field",
	"msg-empty/line-end":                   "required-field required-field",
	"msg-empty/body-only":                  "required-field required-field",
	"msg-no-date-from":                     "required-field required-field",
	"msg-date-bad/words":                   "date",
	"msg-date-bad/year":                    "date",
	"msg-date-bad/zone":                    "date",
	"msg-date-bad/long":                    "line-length date",
	"msg-header-1mb-line":                  "line-length",
	"msg-header-no-colon/junk":             "header-line",
	"msg-header-no-colon/mbox":             "header-line",
	"msg-header-8bit/latin-1":              "header-charset",
	"msg-header-8bit/name":                 "header-line",
	"msg-header-nul-cr":                    "nul bare-line-end bare-line-end",
	"msg-encoded-word-bad/charset":         "encoded-word",
	"msg-encoded-word-bad/base64":          "encoded-word",
	"msg-encoded-word-bad/open":            "encoded-word",
	"msg-encoded-word-bad/long":            "encoded-word",
	"msg-encoded-word-bad/nested":          "encoded-word",
	"msg-2231-gap/no-middle":               "parameter",
	"msg-2231-gap/huge-number":             "parameter",
	"msg-filename-traversal/dots":          "file-name",
	"msg-filename-traversal/drive":         "file-name",
	"msg-filename-traversal/nul":           "file-name",
	"msg-filename-traversal/right-to-left": "file-name",
	"msg-filename-traversal/4kb":           "file-name",
	"msg-filename-traversal/con":           "file-name",
	"msg-address-bomb/comments":            "line-length address",
	"msg-address-bomb/groups":              "line-length",
	"msg-address-bomb/local-part":          "line-length",
	"msg-address-odd/no-domain":            "address",
	"msg-multipart-unterminated":           "boundary",
	"msg-multipart-no-boundary/missing":    "boundary",
	"msg-multipart-no-boundary/empty":      "boundary",
	"msg-multipart-no-boundary/long":       "boundary",
	"msg-multipart-empty":                  "boundary",
	"msg-nesting-3000/multipart":           "nesting",
	"msg-nesting-3000/message":             "nesting",
	"msg-part-100k":                        "boundary",
	"msg-cte-unknown":                      "encoding",
	"msg-cte-wrong/base64-junk":            "base64 charset",
	"msg-cte-wrong/base64-padding":         "base64",
	"msg-cte-wrong/base64-8bit":            "base64",
	"msg-cte-wrong/quoted-printable":       "quoted-printable charset",
	"msg-cte-wrong/binary":                 "nul bare-line-end bare-line-end",
	"msg-cte-on-multipart/multipart":       "composite-encoding",
	"msg-cte-on-multipart/message":         "composite-encoding",
	"msg-charset-unknown":                  "charset",
	"msg-charset-lying/latin-1":            "charset",
	"msg-charset-lying/utf-16":             "charset",
	"msg-body-dot-lines":                   "bare-line-end bare-line-end",
	"msg-body-long-line":                   "line-length",
	"msg-body-mixed-eol":                   "bare-line-end bare-line-end",
	"msg-dup-headers":                      "duplicate-field duplicate-field duplicate-field sender",
	"msg-autoheader-inject":                "encoded-line-end",
}

func TestHostile(t *testing.T) {
	var names []string
	for name, raw := range Hostile() {
		names = append(names, name)
		t.Run(name, func(t *testing.T) {
			if got, want := broken(raw), hostileRules[name]; got != want {
				t.Errorf("it breaks %q, want %q:\n%s", got, want, strings.Join(Parse([]byte(raw)).Problems(), "\n"))
			}
			if len(raw) < 64<<10 {
				use(Parse([]byte(raw)))
			}
		})
	}
	for name := range hostileRules {
		if !slices.Contains(names, name) {
			t.Errorf("there is no message %s", name)
		}
	}
	if n := len(names); n != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
		t.Error("a name is there twice")
	}
}
