//go:build unix

package diagnose_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

func TestProgram(t *testing.T) {
	e := computer(t)
	r := foundBy(t, e, "program")
	wantFinding(t, r, diagnose.OK, "", "Latchkey 1.2.3. Its files are in order.")
	if mib, ok := fact(r, "free_mib").(int64); !ok || mib <= 0 {
		t.Errorf("free_mib is %v", fact(r, "free_mib"))
	}
	for _, f := range r.Facts { // RD-14
		if text, ok := f.Value.(string); ok && f.Shareable && strings.Contains(text, "/") {
			t.Errorf("%s shares %q", f.Name, text)
		}
	}
	e.Version, e.Settings.Paths.State = "", filepath.Join(e.Settings.Paths.State, "not", "there", "yet")
	wantFinding(t, foundBy(t, e, "program"), diagnose.OK, "", "Its files are in order.")
	if _, err := os.Stat(e.Settings.Paths.State); err == nil {
		t.Error("looking made the folder")
	}
	e.Settings = nil
	wantFinding(t, foundBy(t, e, "program"), diagnose.OK, "", "")
}

func TestProgramOnAFullDisk(t *testing.T) {
	e := computer(t)
	e.Free = func(string) (uint64, bool) { return 1 << 20, true }
	r := foundBy(t, e, "program")
	wantFinding(t, r, diagnose.Problem, problem.DiskFull, "hardly any space")
	if fact(r, "free_mib") != int64(1) || r.Blocks {
		t.Errorf("got %+v", r)
	}
	e.Free = func(string) (uint64, bool) { return 0, false } // cannot be told
	wantFinding(t, foundBy(t, e, "program"), diagnose.OK, "", "")
}

func TestProgramFilesThatOthersCanReadAreMadePrivate(t *testing.T) {
	e := computer(t)
	state := e.Settings.Paths.State
	file := filepath.Join(state, "accounts.json")
	if err := errors.Join(os.WriteFile(file, []byte("{}"), 0o600), os.Chmod(file, 0o644), os.Chmod(state, 0o755)); err != nil { // #nosec G302
		t.Fatal(err)
	}
	r := foundBy(t, e, "program")
	wantFinding(t, r, diagnose.Warning, problem.FilesExposed, "Others on this computer")
	if fact(r, "files_exposed") != 2 {
		t.Errorf("facts: %+v", r.Facts)
	}
	repair(t, r, "make-private")
	wantFinding(t, foundBy(t, e, "program"), diagnose.OK, "", "")
	for path, want := range map[string]os.FileMode{state: 0o700, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has %v, %v", filepath.Base(path), info.Mode(), err)
		}
	}
}

func TestCF07ProgramFilesThatAreSomethingElse(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"link": func(path string) error { return os.Symlink("/etc/hostname", path) },
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			if err := put(filepath.Join(e.Settings.Paths.State, "accounts.json")); err != nil {
				t.Fatal(err)
			}
			wantFinding(t, foundBy(t, e, "program"), diagnose.Problem, problem.StateUnwritable, "or are links")
		})
	}
}
