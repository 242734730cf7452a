package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"latchkey/internal/problem"
)

const maxFile = 1 << 20

// readFile reads a settings file; found is false when there is none. The file is opened first and looked at then, so
// that nobody can swap it in between, and opening neither waits for a pipe nor reads a device.
func readFile(path string) (text []byte, found bool, err error) {
	if path == "" {
		return nil, false, nil
	}
	f, err := openWithoutWaiting(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, false, unreadable(path, err)
	case info.IsDir():
		return nil, false, refusedFile("%s is a folder.", path)
	case !info.Mode().IsRegular():
		return nil, false, refusedFile("%s is not an ordinary file.", path)
	case openToAll(path, info):
		return nil, false, problem.New(problem.SettingsUnreadable,
			problem.Because("Everybody on this computer may change or replace %s.", path),
			problem.Do("Take the right to write to it and its folder away from others: chmod o-w"), problem.Caused(&Mistake{File: path}))
	}
	text, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, false, unreadable(path, err)
	}
	if len(text) > maxFile {
		return nil, false, refusedFile("%s is larger than 1 MiB.", path)
	}
	return text, true, nil
}

func refusedFile(format, path string) error {
	return problem.New(problem.SettingsUnreadable, problem.Because(format, path), problem.Do("Use a text file with settings."),
		problem.Caused(&Mistake{File: path}))
}

func unreadable(path string, err error) error {
	why := "It cannot be read: " + path
	if errors.Is(err, fs.ErrPermission) {
		why = "You may not read it: " + path
	}
	if reason, ok := errors.AsType[*os.PathError](err); ok && !errors.Is(err, fs.ErrPermission) {
		why = fmt.Sprintf("%s (%v)", why, reason.Err)
	}
	return problem.New(problem.SettingsUnreadable, problem.Because("%s.", why), problem.Caused(&Mistake{File: path, err: err}))
}
