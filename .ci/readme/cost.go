package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// costTests are a test that sends a mail to a server that it hasn't, and the
// same with the servers here.
var costTests = map[string]string{
	"base": `package shop
import ("net/smtp"; "testing")
func TestMail(t *testing.T) { smtp.SendMail("127.0.0.1:25", nil, "a@shop.example", []string{"b@example.com"}, nil) }
`,
	"smtpfake": `package shop
import ("net/smtp"; "testing"; "github.com/mailfakes/mailfakes/smtpfake")
func TestMail(t *testing.T) {
	srv := smtpfake.NewServer(t)
	smtp.SendMail(srv.Addr(), nil, "a@shop.example", []string{"b@example.com"}, nil)
	srv.Store.Account("b@example.com").Next(t)
}
`,
	"mailtest": `package shop
import ("net/smtp"; "testing"; "github.com/mailfakes/mailfakes/mailtest")
func TestMail(t *testing.T) {
	srv := mailtest.NewServer(t)
	smtp.SendMail(srv.SMTP.Addr(), nil, "a@shop.example", []string{"b@example.com"}, nil)
	srv.Account("b@example.com").Next(t).Check(t, mailtest.Want{Subject: "hi"})
}
`,
}

// cost writes what a module of a user's gains.
func cost() error {
	dir, err := os.MkdirTemp("", "cost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	size := make(map[string]int64)
	for name, text := range costTests {
		if size[name], err = costOf(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	modules, err := run(filepath.Join(dir, "mailtest"), "go", "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all")
	if err != nil {
		return err
	}
	required, err := os.ReadFile(filepath.Join(dir, "mailtest", "go.mod"))
	if err != nil {
		return err
	}
	var names []string
	for _, m := range strings.Fields(modules) {
		if strings.Contains(string(required), "\t"+m+" ") {
			names = append(names, strings.TrimPrefix(m, "github.com/"))
		}
	}
	sum, err := os.ReadFile(filepath.Join(dir, "mailtest", "go.sum"))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("The go.mod of a project gains %d modules (%s, and this one), go.sum %d lines; "+
		"a test binary grows by %.1f MB with mailtest, by %.1f MB with smtpfake alone, beside one that uses net/smtp.\n",
		len(names)+1, strings.Join(names, ", "), strings.Count(string(sum), "\n")+2, // this module has no sum here
		float64(size["mailtest"]-size["base"])/1e6, float64(size["smtpfake"]-size["base"])/1e6)
	fmt.Print(text)
	if update() {
		return write("cost", text)
	}
	return nil
}

// costOf makes a module with one test, and returns the size of its binary.
func costOf(dir, text string) (int64, error) {
	root, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	mod := "module shop.example\n\ngo 1.26\n\nreplace github.com/mailfakes/mailfakes => " + root + "\n"
	if err := os.Mkdir(dir, 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "mail_test.go"), []byte(text), 0o644); err != nil {
		return 0, err
	}
	if _, err := run(dir, "go", "mod", "tidy"); err != nil {
		return 0, err
	}
	if _, err := run(dir, "go", "test", "-c", "-o", "mail.test"); err != nil {
		return 0, err
	}
	info, err := os.Stat(filepath.Join(dir, "mail.test"))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
