//go:build linux || darwin || freebsd || dragonfly

package diagnose

import "golang.org/x/sys/unix"

// freeSpace returns what this user may still write.
func freeSpace(folder string) (bytes uint64, ok bool) {
	var at unix.Statfs_t
	if err := unix.Statfs(folder, &at); err != nil {
		return 0, false
	}
	return uint64(max(int64(at.Bavail), 0)) * uint64(at.Bsize), true // #nosec G115 -- sizes of a file system
}
