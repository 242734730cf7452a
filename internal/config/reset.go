package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// Reset puts the user's settings file by under another name, which it returns, and leaves an empty one in its place. The machine's
// policy is not touched. Without a file there is nothing to do.
func Reset(p Paths, now time.Time) (backup string, err error) {
	file, err := linkTarget(p.Settings)
	if err != nil { // a link that leads nowhere or in a circle: the link itself goes
		file = p.Settings
	}
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	for n := 1; n < 100; n++ {
		backup = fmt.Sprintf("%s.broken-%s", file, now.UTC().Format("20060102-150405"))
		if n > 1 {
			backup = fmt.Sprintf("%s-%d", backup, n)
		}
		if _, err := os.Lstat(backup); !errors.Is(err, fs.ErrNotExist) {
			continue // never over an older one
		}
		if err := os.Rename(file, backup); err != nil {
			return "", notReset(err)
		}
		if err := replaceFile(file, []byte("# The settings before are in "+fmt.Sprintf("%q", backup)+".\n")); err != nil {
			return backup, notReset(err)
		}
		return backup, nil
	}
	return "", notReset(fs.ErrExist)
}

func notReset(err error) error {
	return problem.New(problem.SettingsNotSaved, problem.Because("The file cannot be put by."),
		problem.Do("Check that its folder is yours and that there is space on the disk."), problem.Caused(err))
}

// LockedKeys returns the keys that the policy fixes, sorted, for instance "organizations.acme.region".
func (s *Settings) LockedKeys() []string { return slices.Sorted(maps.Keys(s.locked)) }
