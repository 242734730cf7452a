//go:build unix

package hardening

import "golang.org/x/sys/unix"

func noDumps() (undo func()) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &before); err != nil {
		return func() {}
	}
	// Only the soft limit: the hard one could not be given back to a program that takes this one's place.
	now := before
	now.Cur = 0
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &now); err != nil {
		return func() {}
	}
	return func() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &before) }
}
