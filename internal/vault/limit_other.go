//go:build !windows && !darwin

package vault

// Limit is the most bytes of an item. The Secret Service names none; what a server may send fits.
const Limit = 1 << 20
