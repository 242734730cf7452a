package house

import (
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestFilesAreFormattedAndShort(t *testing.T) {
	const most = 400
	for _, name := range files(t, "*.go") {
		text := read(t, name)
		formatted, err := format.Source([]byte(text))
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case string(formatted) != text:
			t.Errorf("%s is not formatted: gofmt -w %[1]s", name)
		}
		if lines := strings.Count(text, "\n"); lines > most {
			t.Errorf("%s has %d lines, at most %d: it holds more than one concept", name, lines, most)
		}
	}
}

// A stranger learns from `go doc` what a package is for and what each exported name promises.
func TestEverythingExportedIsExplained(t *testing.T) {
	folders := map[string][]string{}
	for _, name := range files(t, "*.go") {
		if !strings.HasSuffix(name, "_test.go") {
			folders[filepath.Dir(name)] = append(folders[filepath.Dir(name)], name)
		}
	}
	for folder, names := range folders {
		set, parsed := token.NewFileSet(), []*ast.File{}
		packageDoc := false
		for _, name := range names {
			f, err := parser.ParseFile(set, name, read(t, name), parser.ParseComments)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			packageDoc = packageDoc || f.Doc != nil
			parsed = append(parsed, f)
		}
		if !packageDoc {
			t.Errorf("%s: the package says nothing about itself", folder)
		}
		if len(parsed) > 0 && parsed[0].Name.Name != "main" {
			explained(t, set, folder, parsed)
		}
	}
}

func explained(t *testing.T, set *token.FileSet, folder string, parsed []*ast.File) {
	t.Helper()
	p, err := doc.NewFromFiles(set, parsed, module+"/"+folder)
	if err != nil {
		t.Errorf("%s: %v", folder, err)
		return
	}
	need := func(name, text string) {
		if ast.IsExported(name[strings.LastIndex(name, ".")+1:]) && strings.TrimSpace(text) == "" {
			t.Errorf("%s: %s has no comment", folder, name)
		}
	}
	values := func(all []*doc.Value) {
		for _, v := range all {
			for _, s := range v.Decl.Specs {
				if spec, ok := s.(*ast.ValueSpec); ok {
					for _, n := range spec.Names { // a group is explained by its own comment or line by line
						need(n.Name, v.Doc+spec.Doc.Text()+spec.Comment.Text())
					}
				}
			}
		}
	}
	funcs := func(of string, all []*doc.Func) {
		for _, f := range all {
			if !customary[f.Name] {
				need(of+f.Name, f.Doc)
			}
		}
	}
	values(p.Consts)
	values(p.Vars)
	funcs("", p.Funcs)
	for _, typ := range p.Types {
		need(typ.Name, typ.Doc)
		values(typ.Consts)
		values(typ.Vars)
		funcs("", typ.Funcs)
		if ast.IsExported(typ.Name) {
			funcs(typ.Name+".", typ.Methods)
		}
	}
}

// customary are methods whose name is their contract, by the standard library's interfaces and Fyne's.
var customary = map[string]bool{
	"String": true, "Error": true, "Unwrap": true, "Is": true, "Len": true, "Less": true, "Swap": true,
	"CreateRenderer": true, "MinSize": true, "Layout": true, "Refresh": true, "Objects": true, "Destroy": true,
	"Tapped": true, "TappedSecondary": true, "FocusGained": true, "FocusLost": true, "TypedRune": true, "TypedKey": true,
	"TypedShortcut": true, "KeyDown": true, "KeyUp": true, "MouseIn": true, "MouseMoved": true, "MouseOut": true,
	"MouseDown": true, "MouseUp": true, "Cursor": true, "AcceptsTab": true, "Enable": true, "Disable": true, "Disabled": true,
	"Color": true, "Font": true, "Icon": true, "Size": true, "AccessibilityLabel": true, "AccessibilityRole": true,
}

// Fyne draws on one goroutine; one file hands work to it.
func TestOnePlaceHandsWorkToTheWindow(t *testing.T) {
	call := regexp.MustCompile(`\bfyne\.Do(AndWait)?\(`)
	for _, name := range files(t, "*.go") {
		if name != "internal/ui/post.go" && !strings.HasSuffix(name, "_test.go") && call.MatchString(code(read(t, name))) {
			t.Errorf("%s calls fyne.Do: internal/ui/post.go does that", name)
		}
	}
}

// A test that can be skipped proves nothing on the machine that skips it.
func TestTestsCannotBeSkipped(t *testing.T) {
	skip := regexp.MustCompile(`\b(t|tb|b|f)\.Skip(f|Now)?\(|testing\.Short\(`)
	for _, name := range files(t, "*_test.go") {
		if hit := skip.FindString(code(read(t, name))); hit != "" {
			t.Errorf("%s can be skipped: %s", name, hit)
		}
	}
}

// A skeleton never ships.
func TestNothingIsLeftToDo(t *testing.T) {
	todo := regexp.MustCompile(`panic\("to do"\)|\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`)
	for _, name := range files(t, "*.go", "scripts/*", "Makefile", ".ci/run", "*.md") {
		if hit := todo.FindString(read(t, name)); hit != "" {
			t.Errorf("%s: %s", name, hit)
		}
	}
}

// code returns Go source without its comments' lines.
func code(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
