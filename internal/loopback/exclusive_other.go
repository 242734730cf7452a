//go:build !windows

package loopback

import (
	"errors"
	"syscall"
)

// exclusive does nothing: elsewhere two listeners never share a port and an address.
func exclusive(_, _ string, _ syscall.RawConn) error { return nil }

func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}

func isDenied(err error) bool { return errors.Is(err, syscall.EACCES) }
