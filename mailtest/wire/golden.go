package wire

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Golden fails t if the transcript's String isn't the content of a file, such
// as "testdata/send.txt". To write the file, run the test with the environment
// variable MAILTEST_UPDATE set, or with -update if the test has such a flag.
// [Play] understands what is written.
func (t *Transcript) Golden(tb testing.TB, file string) {
	tb.Helper()
	got := t.String()
	if updating() {
		if err := writeFile(file, got); err != nil {
			tb.Fatalf("wire: writing the transcript: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("wire: %v; set MAILTEST_UPDATE=1 to write it", err)
	}
	text := strings.ReplaceAll(string(want), "\r\n", "\n")
	if d := firstDifference(got, text); d != "" {
		tb.Errorf("transcript differs from %s (set MAILTEST_UPDATE=1 to write it anew):\n%s", file, d)
	}
}

// updating reports whether golden files are to be written. The flag isn't
// defined here: it would clash with that of many a test.
func updating() bool {
	f := flag.Lookup("update")
	return os.Getenv("MAILTEST_UPDATE") != "" || f != nil && f.Value.String() == "true"
}

func writeFile(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

// firstDifference returns the first line that differs, with those before it.
func firstDifference(got, want string) string {
	if got == want {
		return ""
	}
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	n := 0
	for n < len(g) && n < len(w) && g[n] == w[n] {
		n++
	}
	var b strings.Builder
	for _, l := range g[max(0, n-5):n] {
		b.WriteString("  " + l)
	}
	fmt.Fprintf(&b, "- %s\n+ %s\n(-want +got, line %d)", lineAt(w, n), lineAt(g, n), n+1)
	return b.String()
}

func lineAt(lines []string, n int) string {
	if n >= len(lines) || lines[n] == "" {
		return "(end)"
	}
	return strings.TrimSuffix(lines[n], "\n")
}
