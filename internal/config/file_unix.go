//go:build !windows

package config

import (
	"io/fs"
	"os"
	"syscall"
)

func openWithoutWaiting(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
}

// openToAll reports whether every account on the machine may change the file, and with it the server that gets the
// passwords.
func openToAll(info fs.FileInfo) bool { return info.Mode().Perm()&0o002 != 0 }
