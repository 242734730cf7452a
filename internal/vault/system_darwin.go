package vault

import (
	"context"
	"errors"
	"os"
	"os/exec"

	"latchkey/internal/problem"
)

// Ready has nothing to do: the system asks the agent by itself, and there is always a keychain.
func (s *system) Ready(ctx context.Context) error { return ctx.Err() }

// Look finds out whether there is a keychain. Whether it is locked cannot be told without the question for its password.
func (s *system) Look(ctx context.Context) (unlocked bool, err error) {
	command := exec.CommandContext(ctx, "/usr/bin/security", "default-keychain")
	command.Env = []string{"HOME=" + os.Getenv("HOME")}
	if err := command.Run(); err != nil {
		return false, s.classify(err)
	}
	return false, nil
}

// classify tells by the exit status of /usr/bin/security, which is the low byte of the system's error and, other than its
// words, the same in every language.
func (s *system) classify(err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return problem.New(problem.KeychainFailed, problem.Caused(err))
	}
	switch exit.ExitCode() {
	case 44: // errSecItemNotFound, -25300
		return ErrNotFound
	case 36, 51, 128: // errSecInteractionNotAllowed -25308, errSecAuthFailed -25293, userCanceledErr -128
		return problem.New(problem.KeychainLocked, problem.Caused(err))
	case 50, 37: // errSecNoSuchKeychain -25294, errSecNoDefaultKeychain -25307
		return problem.New(problem.KeychainMissing, problem.Caused(err))
	}
	return problem.New(problem.KeychainFailed, problem.Caused(err))
}
