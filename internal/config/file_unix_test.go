//go:build !windows

package config_test

import (
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func TestCF10OnlyTheOwnerReadsTheFile(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	for _, mask := range []int{0o000, 0o022, 0o077} {
		syscall.Umask(0o022)
		folder := filepath.Join(t.TempDir(), "latchkey")
		syscall.Umask(mask)
		p := config.Paths{Settings: filepath.Join(folder, "config.toml")}
		if err := load(t, p).Add(initech()); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]fs.FileMode{p.Settings: 0o600, folder: 0o700} {
			info, err := os.Stat(path)
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("umask %o: %s has %v, %v", mask, path, info.Mode().Perm(), err)
			}
		}
	}
}

// fullDisk names the settings file to a second run of this test, which cannot write more than 100 bytes.
const fullDisk = "LATCHKEY_TEST_FULL_DISK"

func TestCF11OldFileStaysWhenTheDiskIsFull(t *testing.T) {
	if path := os.Getenv(fullDisk); path != "" {
		addOnFullDisk(t, path)
		return
	}
	p := write(t, contract)
	// The limit holds for a whole process: one of its own.
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), fullDisk+"="+p.Settings)
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if text(t, p) != contract {
		t.Error("the old file was touched")
	}
	if entries, err := os.ReadDir(filepath.Dir(p.Settings)); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// addOnFullDisk has the kernel end the write in the middle, as on a full disk.
func addOnFullDisk(t *testing.T, path string) {
	s := load(t, config.Paths{Settings: path})
	signal.Ignore(syscall.SIGXFSZ)
	var free syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &free); err != nil {
		t.Fatal(err)
	}
	full := free
	full.Cur = 100
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		t.Fatal(err)
	}
	err := s.Add(initech())
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &free); err != nil { // a coverage report is written at the end
		t.Fatal(err)
	}
	if !problem.Has(err, problem.SettingsNotSaved) || !strings.Contains(problem.From(err).Why, path) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Organization("initech"); err == nil {
		t.Error("what was not saved is used")
	}
}

func TestCF07NotAnOrdinaryFile(t *testing.T) {
	folder := t.TempDir()
	fifo := filepath.Join(folder, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	loop := filepath.Join(folder, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, link, loop, folder, "/dev/null", "/dev/zero", "/dev/tty", "/dev/stdin"} {
		for name, p := range map[string]config.Paths{"settings": {Settings: path}, "policy": {Policy: path}} {
			_, err := config.Load(p) // returns at all: nothing waits for a writer
			if !problem.Has(err, problem.SettingsUnreadable) || !strings.Contains(problem.From(err).Why, path) {
				t.Errorf("%s %s: got %v", name, path, err)
			}
		}
	}
}

func TestCF07ALinkToAnOrdinaryFileIsRead(t *testing.T) {
	p := write(t, contract)
	link := filepath.Join(t.TempDir(), "link.toml")
	if err := os.Symlink(p.Settings, link); err != nil {
		t.Fatal(err)
	}
	load(t, config.Paths{Settings: link})
}

func TestCF08AFileThatEverybodyCanChange(t *testing.T) {
	for _, c := range []struct {
		name         string
		file, folder fs.FileMode
		ok           bool
	}{
		{"mine", 0o600, 0o700, true}, {"readable", 0o644, 0o755, true}, {"a group's", 0o664, 0o775, true},
		{"sticky folder", 0o600, 0o777 | fs.ModeSticky, true},
		{"open file", 0o666, 0o700, false}, {"open folder", 0o600, 0o777, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := write(t, contract)
			for path, mode := range map[string]fs.FileMode{p.Settings: c.file, filepath.Dir(p.Settings): c.folder} {
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
			}
			_, err := config.Load(p)
			if (err == nil) != c.ok || err != nil && !problem.Has(err, problem.SettingsUnreadable) {
				t.Errorf("got %v", err)
			}
			_, err = config.Load(config.Paths{Policy: p.Settings})
			if (err == nil) != c.ok {
				t.Errorf("as the policy: got %v", err)
			}
		})
	}
}
