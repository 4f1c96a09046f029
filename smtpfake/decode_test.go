package smtpfake

import "testing"

func TestDecodeParams(t *testing.T) {
	const bad = "(bad)"
	for _, tt := range []struct{ name, value, want string }{
		{"BODY", "8bitmime", "8BITMIME"},
		{"BODY", "9BIT", bad},
		{"RET", "hdrs", "HDRS"},
		{"RET", "HEADERS", bad},
		{"ENVID", "a+2Bb+3Dc", "a+b=c"},
		{"ENVID", "a+2bb", bad}, // lower case
		{"ENVID", "a+2", bad},
		{"ENVID", "a+00", bad},
		{"AUTH", "<>", "<>"},
		{"AUTH", "e+3Dmc2@example.com", "e=mc2@example.com"},
		{"AUTH", "<alice@example.com>", "alice@example.com"},
		{"AUTH", "alice", bad},
		{"NOTIFY", "success,Failure,DELAY", "SUCCESS,FAILURE,DELAY"},
		{"NOTIFY", "NEVER", "NEVER"},
		{"NOTIFY", "NEVER,DELAY", bad},
		{"NOTIFY", "DELAY,DELAY", bad},
		{"NOTIFY", "DELAY,", bad},
		{"NOTIFY", "SOON", bad},
		{"ORCPT", "RFC822;bob+2Bx@example.com", "rfc822;bob+x@example.com"},
		{"ORCPT", "x400;/C=de/S=bob/", bad}, // "=" must be +3D
		{"ORCPT", "x400;/C+3Dde/S+3Dbob/", "x400;/C=de/S=bob/"},
		{"ORCPT", "rfc822;", bad},
		{"ORCPT", "bob@example.com", bad},
		{"ORCPT", ";bob@example.com", bad},
		{"ORCPT", "rfc822;+C3+A9@example.com", bad},
		{"ORCPT", `utf-8;jos\x{E9}@example.com`, "utf-8;josé@example.com"},
		{"ORCPT", `utf-8;a\x{1F4E7}\x{5C}\x{2B}@example.com`, `utf-8;a📧\+@example.com`},
		{"ORCPT", "utf-8;josé@example.com", "utf-8;josé@example.com"},
		{"ORCPT", `utf-8;a\x{41}@example.com`, bad}, // needn't be written so
		{"ORCPT", `utf-8;a\x{0E9}@example.com`, bad},
		{"ORCPT", `utf-8;a\x{e9}@example.com`, bad},
		{"ORCPT", `utf-8;a\x{D800}@example.com`, bad},
		{"ORCPT", `utf-8;a\x{110000}@example.com`, bad},
		{"ORCPT", `utf-8;a\x{0D}\x{0A}b@example.com`, bad}, // ends a line
		{"ORCPT", `utf-8;a\x{1F}@example.com`, bad},
		{"ORCPT", `utf-8;a\x{09}\x{10}\x{20}@example.com`, "utf-8;a\t\x10 @example.com"},
		{"ORCPT", `utf-8;a\x{E9@example.com`, bad},
		{"ORCPT", `utf-8;a\E9}@example.com`, bad},
		{"ORCPT", "utf-8;a+20@example.com", bad},
		{"RRVS", "2014-04-03T23:01:00Z", "2014-04-03T23:01:00Z"},
		{"RRVS", "2014-04-03T23:01:00Z;c", "2014-04-03T23:01:00Z;c"},
		{"RRVS", "2014-04-03T23:01:00Z;X", bad},
		{"RRVS", "2014-04-03", bad},
	} {
		got, ok := paramRules[tt.name].decode(tt.value)
		if !ok || !validValue(tt.value) {
			got = bad
		}
		if got != tt.want {
			t.Errorf("%s=%s is %q, want %q", tt.name, tt.value, got, tt.want)
		}
	}
}
