//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
)

// hasModes says that permission bits mean something here.
const hasModes = true

// openCarefully follows no link and does not wait for a pipe's other end.
const openCarefully = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

func ownedByUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == os.Geteuid()
}

func hardLinked(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Nlink > 1
}

// syncDir puts a rename on the disk. Some file systems cannot; the rename itself is done either way.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// patiently does f. Nobody is in the way here: a file can be replaced while it is read.
func patiently(f func() error) error { return f() }
