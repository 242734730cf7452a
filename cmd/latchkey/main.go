// Command latchkey is Latchkey in the terminal: sign in, stay signed in, and hand access tokens to other tools.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"latchkey/internal/clock"
	"latchkey/internal/diagnose"
	"latchkey/internal/hardening"
	"latchkey/internal/proxy/pac"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
	"latchkey/internal/version"
	"latchkey/internal/wiring"
)

func main() { os.Exit(run()) }

// run keeps its deferred calls apart from os.Exit.
func run() int {
	undo := hardening.NoDumps()
	hardening.Seal()
	log.SetOutput(io.Discard)  // libraries log there, and nobody knows what
	debug.SetTraceback("none") // should a goroutine crash, its stack is nobody's business
	if pac.Started(os.Args) {
		return pac.Serve(os.Stdin, os.Stdout)
	}
	screen := terminal.OpenScreen(os.Stdout, os.Getenv)
	console, closeConsole := terminal.OpenConsole(os.Stdin, os.Stderr, os.Getenv)
	defer closeConsole()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once

	program := terminal.Program{
		Args: os.Args[1:], Environ: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Console: console, Screen: screen,
		Clock: clock.System{},
		Parts: parts,
		Exec: func(path string, argv, environ []string) (int, error) {
			undo()
			return terminal.Exec(path, argv, environ)
		},
	}
	return program.Run(ctx)
}

// parts puts the real parts into the form that the commands want.
func parts(configPath string, mayCreate bool) (*terminal.Parts, error) {
	p, err := wiring.New(wiring.Options{ConfigPath: configPath, MayCreate: mayCreate, UserAgent: version.UserAgent(), Script: pac.Run})
	return &terminal.Parts{
		Settings: p.Settings,
		Sessions: p.Sessions,
		Start: func(ctx context.Context, o signin.Options) terminal.Attempt {
			return signin.Start(ctx, p.SignIn, o)
		},
		Updates: p.Updates,
		Env:     p.Diagnosis,
		Explain: diagnose.Explain,
		Close:   p.Close,
	}, err
}
