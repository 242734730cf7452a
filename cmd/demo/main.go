// Command latchkey-demo is a whole contact centre on this computer to sign in to: it starts the demo world and opens Latchkey's
// window on it. Without a display it runs the same sign-in in the terminal; without a terminal either it signs in by
// itself and tells what each step proves.
//
// Everything is on loopback and in memory. When it ends, nothing is left: sessions that Latchkey kept in the keychain
// meanwhile are signed out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"latchkey/internal/demo"
)

const usage = `latchkey-demo starts a contact centre on this computer and opens Latchkey on it.

Usage:
  latchkey-demo [--no-desktop] [--json]

Flags:
  --no-desktop  only start it, and print who can sign in
  --json        print addresses and accounts as one line of JSON

It runs until it is interrupted or the window is closed, and keeps nothing.
`

func main() { os.Exit(run()) }

// run keeps its deferred calls apart from os.Exit.
func run() int {
	log.SetOutput(io.Discard) // libraries log there; what is to be said, this program says itself
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	p := program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(),
		display: hasDisplay(os.Getenv), terminal: isTerminal(os.Stdin) && isTerminal(os.Stdout),
		bus: privateBus,
	}
	p.latchkey, p.desktop = beside("latchkey"), beside("latchkey-desktop")
	return p.run(ctx, os.Args[1:])
}

// options are the flags.
type options struct{ noDesktop, json bool }

// run starts a world, shows it, and ends it. It returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	var o options
	flags := flag.NewFlagSet("latchkey-demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.noDesktop, "no-desktop", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		p.say(usage)
		return 0
	case err != nil:
		p.complain("%v.\n\n%s", err, usage)
		return 2
	case flags.NArg() > 0:
		p.complain("%q is one word too many.\n\n%s", flags.Arg(0), usage)
		return 2
	}
	world, err := demo.Start(ctx, demo.Options{})
	if err != nil {
		p.complain("The demo world cannot start: %v.\n", err)
		return 1
	}
	p.world = world
	code := p.show(ctx, o)
	p.forget(ctx)
	if err := world.Close(); err != nil {
		p.complain("Something is left behind: %v.\n", err)
		return 1
	}
	return code
}

func (p *program) say(format string, args ...any)      { _, _ = fmt.Fprintf(p.stdout, format, args...) }
func (p *program) complain(format string, args ...any) { _, _ = fmt.Fprintf(p.stderr, format, args...) }
