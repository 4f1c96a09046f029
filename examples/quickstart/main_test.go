package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out); err != nil {
		t.Fatalf("run: %v\n%s", err, out.String())
	}
	for _, want := range []string{
		"blind copy " + hidden,
		"Your order № 1024 – thank you",
		"Teetasse größer.png, image/png",
		"C: STARTTLS",
		"read by IMAP and POP3: the same",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "AHpvZ") {
		t.Error("the transcript shows the login's secret")
	}
}
