package vault

import (
	"errors"
	"time"

	"github.com/zalando/go-keyring"

	"latchkey/internal/problem"
)

// service is the name under which the items are found, and shown when the system asks the agent.
const service = "Latchkey"

// System returns this computer's keychain: the Secret Service on Linux, the Credential Manager on Windows, the Keychain on
// macOS. Nothing is asked before it is used.
func System() Keychain {
	return Guard(&system{}, Limits{Read: 3 * time.Second, Write: 60 * time.Second, Size: Limit})
}

// system is the keychain as go-keyring offers it. Ready and classify are the operating system's part.
type system struct{}

var _ Backend = (*system)(nil)

func (s *system) Get(name string) ([]byte, error) {
	value, err := keyring.Get(service, name)
	if err != nil {
		return nil, s.typed(err)
	}
	return []byte(value), nil
}

func (s *system) Set(name string, value []byte) error {
	return s.typed(keyring.Set(service, name, string(value)))
}

func (s *system) Delete(name string) error {
	return s.typed(keyring.Delete(service, name))
}

func (s *system) typed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return problem.New(problem.KeychainTooSmall, problem.Caused(err))
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return problem.New(problem.KeychainMissing, problem.Caused(err))
	}
	return s.classify(err)
}
