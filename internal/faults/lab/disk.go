//go:build linux

package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Hide takes files out of a folder of this computer, for this process and what it starts.
func (l *Lab) Hide(folder string, names ...string) error {
	layers := filepath.Join(l.Dir, "layers")
	if err := os.Mkdir(layers, 0o700); err != nil {
		return err
	}
	if err := syscall.Mount("none", layers, "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("mount a tmpfs: %w", err)
	}
	upper, work := filepath.Join(layers, "upper"), filepath.Join(layers, "work")
	if err := errors.Join(os.Mkdir(upper, 0o755), os.Mkdir(work, 0o755)); err != nil {
		return err
	}
	if err := syscall.Mount("none", folder, "overlay", 0, "lowerdir="+folder+",upperdir="+upper+",workdir="+work+",userxattr"); err != nil {
		return fmt.Errorf("mount an overlay on %s: %w", folder, err)
	}
	for _, name := range names {
		all, err := filepath.Glob(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		for _, file := range all {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// SmallDisk puts a file system of so many bytes in a folder's place.
func (l *Lab) SmallDisk(folder string, size int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return syscall.Mount("none", folder, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", size))
}

// ReadOnly lets nobody write to a folder.
func (l *Lab) ReadOnly(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := syscall.Mount(folder, folder, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	return syscall.Mount("", folder, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}
