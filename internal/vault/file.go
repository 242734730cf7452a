package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"latchkey/internal/problem"
)

// errNotPrivate says that something else than a plain file or folder of the user's own is in its place.
var errNotPrivate = errors.New("not a plain file of the user's own")

// unwritable is the problem of a folder or file that cannot be written.
func unwritable(err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	return problem.New(problem.StateUnwritable, problem.Caused(err))
}

// privateDir makes the folder and those above it, 0700 whatever the umask. A symbolic link in its place is refused.
func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || !ownedByUser(info) {
		return fmt.Errorf("%w: %s", errNotPrivate, filepath.Base(dir))
	}
	if info.Mode().Perm() == 0o700 || !hasModes {
		return nil
	}
	return os.Chmod(dir, 0o700)
}

// readPrivate reads a plain file of the user's own. It never waits for a pipe and follows no link.
func readPrivate(path string, most int64) ([]byte, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s", errNotPrivate, filepath.Base(path))
	}
	var f *os.File
	err = patiently(func() (err error) {
		f, err = os.OpenFile(path, os.O_RDONLY|openCarefully, 0) // #nosec G304 -- a file of the vault's own
		return err
	})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := plain(info); err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s has more than %d bytes", filepath.Base(path), most)
	}
	return io.ReadAll(io.LimitReader(f, most))
}

// plain checks an open file: a regular one, of the user's own, under one name only.
func plain(info fs.FileInfo) error {
	if !info.Mode().IsRegular() || !ownedByUser(info) || hardLinked(info) {
		return fmt.Errorf("%w: %s", errNotPrivate, info.Name())
	}
	return nil
}

// writePrivate replaces the file in one step: the new content is on the disk before the name points to it, and
// the old content stays when anything fails.
func writePrivate(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	if err := privateDir(dir); err != nil {
		return err
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s", errNotPrivate, filepath.Base(path))
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if hasModes {
		if err := f.Chmod(0o600); err != nil {
			return err
		}
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := patiently(func() error { return os.Rename(f.Name(), path) }); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// sweep removes what writers of the file left half-written when they were killed. Call it where nobody else writes it.
func sweep(path string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "."+filepath.Base(path)+".new-") {
			_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}
