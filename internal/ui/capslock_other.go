//go:build !linux && !windows

package ui

// capsLock is not asked here: what is typed gives it away.
func capsLock() (on, known bool) { return false, false }
