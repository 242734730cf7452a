package vault

import (
	"context"
	"errors"
)

// ErrNotFound says that nothing is kept under a name.
var ErrNotFound = errors.New("not kept")

// Keychain is a keychain of the operating system. Values are small: at most [Limit] bytes. Every call obeys ctx and
// has its own time limit besides (3 s to read, 60 s to write or delete: the agent may have to unlock it).
type Keychain interface {
	// Get returns the item, or an error that is ErrNotFound, or a problem: keychain-missing, -locked, -timeout, -failed.
	Get(ctx context.Context, name string) ([]byte, error)
	// Set writes the item and reads it back; what was not kept is the problem keychain-not-saved.
	Set(ctx context.Context, name string, value []byte) error
	// Delete removes the item; removing one that is not there is not an error.
	Delete(ctx context.Context, name string) error
}

// Backend is a keychain as a system or a library offers it: no time limit, and no promise that a write was kept.
// [Guard] makes a Keychain of it. Names are at most 160 bytes of letters, digits and ". _ - / % ~".
type Backend interface {
	// Ready finds out that the keychain is there and not locked, and lets the agent unlock it. It gives up when ctx ends.
	Ready(ctx context.Context) error
	// Get returns an item; ErrNotFound when there is none.
	Get(name string) ([]byte, error)
	// Set writes an item. It may claim success although nothing was kept.
	Set(name string, value []byte) error
	// Delete removes an item; ErrNotFound when there is none.
	Delete(name string) error
}

// limiter is a Keychain that knows its own limit.
type limiter interface{ Limit() int }

// looker is a keychain or backend that can tell whether it is unlocked without asking the agent; a locked one is the problem
// keychain-locked.
type looker interface {
	Look(ctx context.Context) (unlocked bool, err error)
}

// limitOf returns the most bytes a value may have in kc.
func limitOf(kc Keychain) int {
	if l, ok := kc.(limiter); ok {
		return l.Limit()
	}
	return Limit
}
