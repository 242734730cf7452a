// Command desktop is Latchkey's window.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2/app"

	"latchkey/internal/hardening"
	"latchkey/internal/proxy/pac"
	"latchkey/internal/ui"
	"latchkey/internal/ui/present"
	"latchkey/internal/version"
	"latchkey/internal/wiring"
)

// Exit codes, as in the contract.
const (
	exitDone       = 0
	exitUnexpected = 1
	exitUsage      = 2
)

func main() {
	if pac.Started(os.Args) {
		os.Exit(pac.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// options are the command line.
type options struct {
	config, org         string
	version, printReady bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("latchkey-desktop", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.config, "config", "", "the settings `file`")
	flags.StringVar(&o.org, "org", "", "the organisation to sign in to, by its `name` in the settings")
	flags.BoolVar(&o.version, "version", false, "print the version")
	flags.BoolVar(&o.printReady, "print-ready", false, "print a line once the window takes typing")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 { // a password on the command line would be one
		err := errors.New("latchkey-desktop takes no arguments beside its options")
		_, _ = fmt.Fprintln(stderr, err)
		return o, err
	}
	return o, nil
}

func run(args []string, stdout, stderr io.Writer) int {
	hardening.NoDumps()
	debug.SetTraceback("none") // should a goroutine crash, its stack is nobody's business
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitUsage
	case o.version:
		_, _ = fmt.Fprintln(stdout, "latchkey-desktop", version.Read())
		return exitDone
	}
	return open(o, stdout, stderr)
}

// open shows the window until it is closed.
func open(o options, stdout, stderr io.Writer) (code int) {
	startUp := watchStartUp()
	defer func() {
		switch thrown := recover(); {
		case thrown == nil:
		case !startUp.fine(): // Fyne goes on without graphics until it falls
			code = noWindow(stderr, startUp.why())
		default: // what was thrown may hold anything; only that it happened is told
			_, _ = fmt.Fprintln(stderr, "Latchkey: Something went wrong inside. Start it again; if it stays, tell IT. (unexpected)")
			code = exitUnexpected
		}
	}()
	if !startUp.display() {
		return noWindow(stderr, "there is no display")
	}
	loaded := load(o.config) // beside the start of the graphics
	app.SetMetadata(ui.Metadata())
	program := app.NewWithID(ui.AppID)
	program.SetIcon(ui.Icon())
	window := ui.Open(program, ui.Config{
		Load: loaded, Org: o.org, Version: version.Version,
		Ready: func() {
			if o.printReady && startUp.fine() {
				_, _ = fmt.Fprintln(stdout, "ready")
			}
			go seal()
		},
	})
	window.Run()
	if !startUp.fine() {
		return noWindow(stderr, startUp.why())
	}
	return exitDone
}

func noWindow(stderr io.Writer, why string) int {
	_, _ = fmt.Fprintf(stderr, "Latchkey: No window can be opened here: %s.\nSign in at the prompt instead: latchkey login\n", why)
	return exitUnexpected
}

// seal closes the process to others once the desktop has been asked what it is asked at the start: portals do not answer a sealed
// process that they have not met.
func seal() {
	time.Sleep(3 * time.Second)
	hardening.Seal()
}

// load begins to read the settings and returns what waits for them; each further call reads them anew.
func load(path string) func(context.Context) (*present.Parts, error) {
	type outcome struct {
		parts *present.Parts
		err   error
	}
	read := func() outcome {
		parts, err := wiring.New(wiring.Options{ConfigPath: path, UserAgent: version.UserAgent(), Script: pac.Run})
		return outcome{ui.Parts(parts), err} // with an error they still tell what is wrong
	}
	first := make(chan outcome, 1)
	go func() { first <- read() }()
	return func(context.Context) (*present.Parts, error) {
		select {
		case o, ok := <-first:
			if ok {
				close(first)
				return o.parts, o.err
			}
		}
		o := read()
		return o.parts, o.err
	}
}
