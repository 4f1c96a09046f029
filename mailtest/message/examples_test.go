package message

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every exported name has an example whose output is checked.
func TestExamples(t *testing.T) {
	files := token.NewFileSet()
	var source, tests []*ast.File
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			tests = append(tests, f)
		} else {
			source = append(source, f)
		}
	}
	var have []string
	for _, e := range doc.Examples(tests...) {
		if e.Output != "" || e.EmptyOutput {
			have = append(have, e.Name)
		}
	}
	for _, f := range source {
		for _, decl := range f.Decls {
			for _, name := range exported(decl) {
				if !slices.Contains(have, name) {
					t.Errorf("there is no Example%s with Output", name)
				}
			}
		}
	}
}

// exported returns the exported names of a declaration, methods as
// "Type_Method".
func exported(decl ast.Decl) []string {
	var names []string
	switch d := decl.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			typ := d.Recv.List[0].Type
			if star, ok := typ.(*ast.StarExpr); ok {
				typ = star.X
			}
			if !typ.(*ast.Ident).IsExported() {
				return nil
			}
			name = typ.(*ast.Ident).Name + "_" + name
		}
		if d.Name.IsExported() {
			names = append(names, name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(n string) bool { return !ast.IsExported(n) })
}
