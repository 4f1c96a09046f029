package shop_test

import (
	"os"
	"strings"
	"testing"
)

// The README's first screen is the test beside this file.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("welcome_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```go\n"+string(source)+"```\n") {
		t.Error("README.md doesn't contain welcome_test.go as it is")
	}
}
