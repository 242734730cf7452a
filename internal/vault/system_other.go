//go:build !linux && !darwin

package vault

import (
	"context"
	"runtime"

	"latchkey/internal/problem"
)

// Ready has nothing to do: the system's keychain is open while its user is logged in.
func (s *system) Ready(ctx context.Context) error { return ctx.Err() }

// Look knows it of Windows; what the others have may ask the agent.
func (s *system) Look(ctx context.Context) (unlocked bool, err error) {
	return runtime.GOOS == "windows", ctx.Err()
}

func (s *system) classify(err error) error {
	return problem.New(problem.KeychainFailed, problem.Caused(err))
}
