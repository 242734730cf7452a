//go:build unix

package terminal

import "syscall"

// Exec replaces this program with another one. It returns only when that is not possible.
func Exec(path string, argv, environ []string) (exitCode int, err error) {
	return 0, syscall.Exec(path, argv, environ)
}
