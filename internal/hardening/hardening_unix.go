//go:build unix && !linux

package hardening

// On macOS the hardened runtime of the signed program does this.
func seal() {}
