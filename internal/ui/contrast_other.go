//go:build !linux && !windows

package ui

// highContrast is not asked here.
func highContrast() bool { return false }
