//go:build unix

package diagnose

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// file is one of whoever a test says.
type file struct {
	mode fs.FileMode
	uid  int
}

func (f file) Name() string       { return "file" }
func (f file) Size() int64        { return 0 }
func (f file) Mode() fs.FileMode  { return f.mode }
func (f file) ModTime() time.Time { return time.Time{} }
func (f file) IsDir() bool        { return f.mode.IsDir() }
func (f file) Sys() any           { return &syscall.Stat_t{Uid: uint32(f.uid)} } // #nosec G115

func TestPR16FilesOfOthersAreSeen(t *testing.T) {
	if !owned(file{0o600, os.Geteuid()}) || owned(file{0o600, os.Geteuid() + 1}) {
		t.Error("cannot tell whose a file is")
	}
	for mode, want := range map[fs.FileMode]bool{0o600: false, 0o700: false, 0o640: true, 0o604: true, 0o601: true, 0o777: true} {
		if open(file{mode, 0}) != want {
			t.Errorf("%o is open: %v, want %v", mode, !want, want)
		}
	}
}

func TestWritableAsksTheSystem(t *testing.T) {
	if !writable(t.TempDir()) {
		t.Error("an ordinary folder cannot be written to")
	}
	// Nobody may make files there, not even the administrator.
	for _, folder := range []string{filepath.Join(t.TempDir(), "none"), "/proc/self/task"} {
		if _, err := os.Stat("/proc/self"); err != nil && folder == "/proc/self/task" {
			continue
		}
		if f, err := os.CreateTemp(folder, "x"); err == nil {
			_ = f.Close()
			t.Fatalf("%s can be written to", folder)
		}
	}
	if writable(filepath.Join(t.TempDir(), "none")) {
		t.Error("a folder that is not there can be written to")
	}
}
