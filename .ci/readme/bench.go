package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A ratio is a line of the table: one benchmark's figure over another's. A
// benchmark is named as go test names it, with the unit behind a colon unless
// that is ns/op.
type ratio struct {
	what, floor, network string
	pkg, over, under     string // if under is a number, it is that
	aim                  float64
}

// pair is a ratio of .../fake to .../floor.
func pair(aim float64, pkg, name, network, what, floor string) ratio {
	return ratio{what, floor, network, pkg, name + "/fake", name + "/floor", aim}
}

const (
	bare   = "bare go-smtp"
	memory = "imapserver with imapmemserver"
)

var ratios = []ratio{
	pair(2, "mailtest", "Unused", "", "a server that isn't used: `New`, `Close`", "three unused `http.Server`s"),
	pair(1.5, "mailtest", "Listen/loopback", "loopback", "start and stop of all three protocols", "three bare listeners"),
	pair(1.3, "mailtest", "FirstMail/memory", "memory", "a whole test: start, one mail by net/smtp, `Next`, `Close`", bare),
	pair(1.3, "mailtest", "FirstMail/loopback", "loopback", "the same", bare),
	{"`Next`, after the client's 250", "50 µs", "memory", "mailtest", "Next:lag-ns", "50000", 1},
	pair(1.2, "smtpfake", "Mail/2KiB/1/memory", "memory", "mails of 2 KiB on one connection", bare),
	pair(1.2, "smtpfake", "Mail/2KiB/1/loopback", "loopback", "the same", bare),
	pair(1.2, "smtpfake", "Mail/2KiB/8/memory", "memory", "mails of 2 KiB on eight connections", bare),
	pair(1.2, "smtpfake", "Mail/2KiB/8/loopback", "loopback", "the same", bare),
	{"the same in memory", "on loopback", "both", "smtpfake", "Mail/2KiB/8/memory/fake", "Mail/2KiB/8/loopback/fake", 0.25},
	pair(0.5, "smtpfake", "Text/loopback", "loopback", "texts of 1 MiB", bare),
	pair(0.125, "imapfake", "Session/flags/10000", "memory", "LOGIN, SELECT, `FETCH 1:* FLAGS` of 10,000 mails", memory),
	pair(0.125, "imapfake", "Session/body/10000", "memory", "the same with `BODY.PEEK[]`", memory),
	pair(0.125, "imapfake", "Session/envelope/10000", "memory", "the same with `ENVELOPE`", memory),
	pair(0.2, "imapfake", "FetchBodyStructure/10000", "memory", "`FETCH 1:* BODYSTRUCTURE` alone", memory),
	pair(0.2, "imapfake", "SearchText/10000", "memory", "`SEARCH TEXT`", memory),
	pair(0.1, "imapfake", "StoreAll/10000", "memory", "`STORE 1:*`", memory),
	{"`UID FETCH` of one of 100,000 mails", "of 1,000", "memory", "imapfake", "FetchOne/100000/fake", "FetchOne/1000/fake", 1.5},
	{"`UID STORE` of one of 100,000 mails", "of 1,000", "memory", "imapfake", "StoreOne/100000/fake", "StoreOne/1000/fake", 1.5},
	pair(4, "imapfake", "Push/loopback", "loopback", "from a delivery to the EXISTS during IDLE", "a round trip of a line"),
	pair(1.2, "imapfake", "StuckReader/memory", "memory", "a delivery, while a client doesn't read", "without that client"),
	pair(1.3, "pop3fake", "Retr/memory", "memory", "`RETR` of 10,000 mails", "writing the same bytes"),
	pair(1.3, "pop3fake", "Retr/loopback", "loopback", "the same", "writing the same bytes"),
	{"of 20,000 tests with one mail, the last 1,000", "the first 1,000", "loopback", "mailtest", "Sequence:growth", "1", 1.5},
	{"heap of a mail of 2 KiB", "2 KiB", "", "mailtest/mailstore", "Heap:heap", "1", 1.5},
}

// benchtimes are those of benchmarks that aren't to run for a while.
var benchtimes = map[string]string{"Sequence": "20000x", "Heap": "20000x"}

const runs = 5

// bench runs the benchmarks several times, and writes the median of each ratio.
func bench() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	found := make([][]float64, len(ratios))
	for range runs {
		seen := make(map[string]float64) // in this run
		for i, r := range ratios {
			over, err := figure(dir, r.pkg, r.over, seen)
			if err != nil {
				return err
			}
			under, err := figure(dir, r.pkg, r.under, seen)
			if err != nil {
				return err
			}
			found[i] = append(found[i], over/under)
		}
	}
	var rows strings.Builder
	fmt.Fprint(&rows, "| what | to | network | ratio | aim |\n|---|---|---|---|---|\n")
	for i, r := range ratios {
		slices.Sort(found[i])
		fmt.Fprintf(&rows, "| %s | %s | %s | %.2g | %.3g |\n", r.what, r.floor, r.network, found[i][runs/2], r.aim)
	}
	fmt.Print(rows.String())
	if update() {
		return write("bench", rows.String())
	}
	return nil
}

// figure returns what a benchmark measures, which is measured once in a run.
func figure(dir, pkg, name string, seen map[string]float64) (float64, error) {
	if n, err := strconv.ParseFloat(name, 64); err == nil {
		return n, nil
	}
	key := pkg + " " + name
	if n, ok := seen[key]; ok {
		return n, nil
	}
	name, unit, ok := strings.Cut(name, ":")
	if !ok {
		unit = "ns/op"
	}
	out, err := runBench(dir, pkg, name)
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(out)
	for i, f := range fields {
		if f == unit {
			n, err := strconv.ParseFloat(fields[i-1], 64)
			seen[key] = n
			return n, err
		}
	}
	return 0, fmt.Errorf("benchmark %s of %s has no %s:\n%s", name, pkg, unit, out)
}

// runBench runs one benchmark of a package, which is built once.
func runBench(dir, pkg, name string) (string, error) {
	bin := filepath.Join(dir, filepath.Base(pkg)+".test")
	if _, err := os.Stat(bin); err != nil {
		if _, err := run(".", "go", "test", "-c", "-o", bin, "./"+pkg); err != nil {
			return "", err
		}
	}
	time := benchtimes[name]
	if time == "" {
		time = "200ms"
	}
	pattern := "^Benchmark" + strings.ReplaceAll(name, "/", "$/^") + "$"
	return run(pkg, bin, "-test.run=^$", "-test.bench="+pattern, "-test.benchtime="+time)
}
