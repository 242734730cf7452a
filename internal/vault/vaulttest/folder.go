package vaulttest

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"latchkey/internal/vault"
)

// Folder is a keychain whose items are files, for tests in which many processes share one. It protects nothing.
type Folder string

var _ vault.Backend = Folder("")

// Keychain returns the folder as a guarded keychain.
func (f Folder) Keychain() vault.Keychain {
	return vault.Guard(f, Limits)
}

// Ready has nothing to do.
func (f Folder) Ready(ctx context.Context) error { return ctx.Err() }

func (f Folder) path(name string) string {
	return filepath.Join(string(f), hex.EncodeToString([]byte(name)))
}

// Get reads an item.
func (f Folder) Get(name string) ([]byte, error) {
	value, err := os.ReadFile(f.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, vault.ErrNotFound
	}
	return value, err
}

// Set replaces an item in one step.
func (f Folder) Set(name string, value []byte) error {
	temp, err := os.CreateTemp(string(f), "new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(value)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), f.path(name))
}

// Delete removes an item.
func (f Folder) Delete(name string) error {
	err := os.Remove(f.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return vault.ErrNotFound
	}
	return err
}
