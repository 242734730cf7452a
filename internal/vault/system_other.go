//go:build !linux && !darwin

package vault

import (
	"context"

	"latchkey/internal/problem"
)

// Ready has nothing to do: the system's keychain is open while its user is logged in.
func (s *system) Ready(ctx context.Context) error { return ctx.Err() }

func (s *system) classify(err error) error {
	return problem.New(problem.KeychainFailed, problem.Caused(err))
}
