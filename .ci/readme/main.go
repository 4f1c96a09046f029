// Command readme keeps what README.md has from running something. clients reads
// go test -json of the tests that run real clients; bench runs the benchmarks;
// cost builds a user's test. Each has its place between two comments,
// <!-- clients --> and <!-- /clients -->, which is written if MAILTEST_UPDATE is
// set. If not, clients compares what ran with what is there, and the others
// print their figures.
package main

import (
	"fmt"
	"os"
	"strings"
)

const readme = "README.md"

func main() {
	var err error
	switch strings.Join(os.Args[1:], " ") {
	case "clients":
		err = clients(os.Stdin)
	case "bench":
		err = bench()
	case "cost":
		err = cost()
	default:
		err = fmt.Errorf("usage: readme clients|bench|cost")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func update() bool { return os.Getenv("MAILTEST_UPDATE") != "" }

// section returns what README.md has between a name's comments, and what is
// before and behind.
func section(name string) (before, text, after string, err error) {
	all, err := os.ReadFile(readme)
	if err != nil {
		return "", "", "", err
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(string(all), begin)
	text, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", "", "", fmt.Errorf("%s has no lines %q and %q", readme, begin, end)
	}
	return before + begin, text, end + after, nil
}

// write replaces what README.md has between a name's comments.
func write(name, text string) error {
	before, _, after, err := section(name)
	if err != nil {
		return err
	}
	return os.WriteFile(readme, []byte(before+text+after), 0o644)
}
