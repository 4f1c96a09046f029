package imapfake

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// TestRowsRegistered checks that each list of rows in this package is run: one
// that TestConformance doesn't know would fall silent without an error.
func TestRowsRegistered(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	var declared, registered []string
	for _, name := range files {
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				declared = append(declared, rowLists(v)...)
				registered = append(registered, rowListsOf(v)...)
			}
			return true
		})
	}
	if len(declared) == 0 {
		t.Fatal("found no lists of rows")
	}
	for _, name := range declared {
		if !slices.Contains(registered, name) {
			t.Errorf("the rows of %s never run: add it to conformance", name)
		}
	}
}

// TestRowsOnce checks that each row's name is that of one subtest.
func TestRowsOnce(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range slices.Concat(conformance...) {
		if seen[r.id] {
			t.Errorf("two rows are %s", r.id)
		}
		seen[r.id] = true
	}
}

// rowLists returns the name of a variable that is a []row.
func rowLists(v *ast.ValueSpec) []string {
	if list, ok := v.Values[0].(*ast.CompositeLit); ok && isSliceOf(list.Type, isRow) {
		return []string{v.Names[0].Name}
	}
	return nil
}

// rowListsOf returns the lists that a variable of type [][]row has.
func rowListsOf(v *ast.ValueSpec) (names []string) {
	list, ok := v.Values[0].(*ast.CompositeLit)
	if !ok || !isSliceOf(list.Type, func(x ast.Expr) bool { return isSliceOf(x, isRow) }) {
		return nil
	}
	for _, x := range list.Elts {
		if id, ok := x.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	return names
}

func isSliceOf(x ast.Expr, elem func(ast.Expr) bool) bool {
	a, ok := x.(*ast.ArrayType)
	return ok && a.Len == nil && elem(a.Elt)
}

func isRow(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "row"
}
