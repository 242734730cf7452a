//go:build !linux

package main

import "context"

// privateBus has nothing to start: this system's keychain is part of it.
func privateBus(context.Context, string) (string, func()) { return "", func() {} }
