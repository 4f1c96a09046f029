package message

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

var (
	update  = flag.Bool("update", false, "write the golden files")
	writing bool // -update, whatever tests do with the flag
)

func TestMain(m *testing.M) {
	flag.Parse()
	writing = *update
	goleak.VerifyTestMain(m)
}

// A recorder is a testing.TB that records a failure instead of having it.
type recorder struct {
	testing.TB
	failures []string
}

type fatal struct{}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "TestRecorded" }

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(fatal{})
}

// failure runs f and returns how it failed, "" if it didn't.
func failure(f func(t testing.TB)) (text string) {
	r := &recorder{}
	defer func() {
		if p := recover(); p != nil && p != (fatal{}) {
			panic(p)
		}
		text = strings.Join(r.failures, "\n")
	}()
	f(r)
	return ""
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if writing {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the difference:\n%s", file, got)
	}
}
