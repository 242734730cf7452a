//go:build !linux && !darwin && !freebsd && !dragonfly && !windows

package diagnose

func freeSpace(string) (bytes uint64, ok bool) { return 0, false }
