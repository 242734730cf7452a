//go:build !windows

package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

func openWithoutWaiting(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
}

// openToAll reports whether every account on the machine may change or replace the file, and with it the server that
// gets the passwords.
func openToAll(path string, file fs.FileInfo) bool {
	const others = 0o002
	if file.Mode().Perm()&others != 0 {
		return true
	}
	folder, err := os.Stat(filepath.Dir(path))
	// In a folder with the sticky bit, as /tmp, nobody can replace what belongs to another.
	return err == nil && folder.Mode().Perm()&others != 0 && folder.Mode()&fs.ModeSticky == 0
}
