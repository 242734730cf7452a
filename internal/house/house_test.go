package house

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the path that every package of this project starts with.
const module = "latchkey"

// pkg is what `go list` says about one package.
type pkg struct {
	ImportPath   string
	Dir          string
	Imports      []string // of its files, without its tests
	TestImports  []string
	XTestImports []string
	Deps         []string // of its files, all the way down
}

// short returns the import path below the module: "internal/oauth".
func (p pkg) short() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// ours returns the packages of this project among imports, in their short form.
func ours(imports []string) []string {
	var own []string
	for _, i := range imports {
		if short, ok := strings.CutPrefix(i, module+"/"); ok {
			own = append(own, short)
		}
	}
	return own
}

// top returns the project's folder.
func top(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// packages lists every package of the project, built as tags and environment say.
func packages(t *testing.T, tags string, env ...string) []pkg {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-tags", tags,
		"-json=ImportPath,Dir,Imports,TestImports,XTestImports,Deps", "./...")
	list.Dir = top(t)
	list.Env = append(os.Environ(), env...)
	list.Stderr = t.Output()
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			slices.SortFunc(all, func(a, b pkg) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
			return all
		case err != nil:
			t.Fatal(err)
		default:
			all = append(all, p)
		}
	}
}

// files lists what belongs to the project as git sees it: what is committed, and what is new and not ignored.
func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git",
		append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, patterns...)...)
	list.Dir = top(t)
	list.Stderr = t.Output()
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	var names []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(top(t), name)); err == nil { // not one that was just deleted
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Fatalf("no files like %q", patterns)
	}
	return names
}

// read returns a file of the project.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(top(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
