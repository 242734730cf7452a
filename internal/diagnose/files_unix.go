//go:build unix

package diagnose

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// owned reports whether the file belongs to who runs the program.
func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == os.Geteuid()
}

// ours reports the same of a folder.
func ours(folder string) bool {
	info, err := os.Stat(folder)
	return err != nil || owned(info)
}

// open reports whether others can read, change or enter it.
func open(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }

func asRoot() bool { return os.Geteuid() == 0 }

// writable reports whether files can be made in the folder. It asks the system and makes none.
func writable(folder string) bool { return unix.Access(folder, unix.W_OK|unix.X_OK) == nil }
