package mailtest_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// Every exported function, type and method has an example that is run.
func TestExamples(t *testing.T) {
	for _, dir := range []string{
		".", "message", "mailstore", "wire", "auth", "../smtpfake", "../imapfake", "../pop3fake",
	} {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			for _, name := range withoutExample(t, dir) {
				t.Errorf("there is no %s with an Output", name)
			}
		})
	}
}

// withoutExample returns the names of the examples that a package lacks.
func withoutExample(t *testing.T, dir string) (missing []string) {
	t.Helper()
	p := parsePackage(t, dir)
	need := func(name string, examples []*doc.Example) {
		if !slices.ContainsFunc(examples, isRun) {
			missing = append(missing, "Example"+name)
		}
	}
	funcs := p.Funcs
	for _, typ := range p.Types {
		need(typ.Name, typ.Examples)
		funcs = append(funcs, typ.Funcs...)
		for _, m := range typ.Methods {
			need(typ.Name+"_"+m.Name, m.Examples)
		}
	}
	for _, f := range funcs {
		need(f.Name, f.Examples)
	}
	return missing
}

func isRun(e *doc.Example) bool { return e.Output != "" || e.EmptyOutput }

func parsePackage(t *testing.T, dir string) *doc.Package {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	check(t, err)
	if len(names) == 0 {
		t.Fatalf("no package in %s", dir)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		check(t, err)
		files = append(files, f)
	}
	p, err := doc.NewFromFiles(fset, files, "example.com/"+filepath.Base(dir))
	check(t, err)
	return p
}
