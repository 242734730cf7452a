//go:build !unix

package terminal

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
)

// Exec runs another program in this one's place and returns its exit code. Interrupts reach it from the console; this
// program outlives them to hand the exit code on.
func Exec(path string, argv, environ []string) (exitCode int, err error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	cmd := exec.Cmd{Path: path, Args: argv, Env: environ, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	return 0, err
}
