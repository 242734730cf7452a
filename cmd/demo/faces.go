package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"latchkey/internal/demo"
)

// program is the demo as it was started.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	display        bool     // a window can be shown
	terminal       bool     // somebody sits at a terminal
	latchkey       []string // how to start the terminal's Latchkey; empty: it is not there
	desktop        []string // how to start the window; empty: it is not there

	// bus starts a keychain of its own in a folder and returns the address of its D-Bus; empty where that is not
	// possible. end ends it.
	bus func(ctx context.Context, folder string) (address string, end func())

	world *demo.World
}

// show picks the face that this computer can show, and returns the exit code when it is over.
func (p *program) show(ctx context.Context, o options) int {
	if o.json {
		p.printJSON()
	} else {
		p.printAccounts()
	}
	if !o.noDesktop && p.display && len(p.desktop) > 0 {
		err := p.run1(ctx, p.command(ctx, p.desktop, nil))
		if err == nil || ctx.Err() != nil {
			return 0
		}
		p.complain("The window could not be shown (%v).\n", err)
	}
	switch {
	case o.noDesktop || o.json:
	case len(p.latchkey) == 0:
		p.complain("Latchkey is not here yet. Build it with: make build\n")
	case !p.terminal:
		return p.play(ctx)
	default:
		p.say("There is no display, so here is the same sign-in in the terminal.\nThe phone page above has Amy's codes.\n\n  latchkey login\n\n")
		err := p.run1(ctx, p.command(ctx, p.latchkey, nil, "login"))
		if ctx.Err() != nil {
			return 0
		}
		if err != nil {
			p.complain("The sign-in ended without success.\n")
		}
		p.say("\nTo go on in another terminal:\n\n  export LATCHKEY_CONFIG=%s\n  export LATCHKEY_STATE=%s\n\n", p.world.ConfigPath, p.world.StateDir)
	}
	if !o.json {
		p.say("The demo world goes on until Ctrl-C.\n")
	}
	<-ctx.Done()
	return 0
}

// run1 runs a child at this program's own standard streams.
func (p *program) run1(_ context.Context, c *exec.Cmd) error {
	c.Stdin, c.Stdout, c.Stderr = p.stdin, p.stderr, p.stderr
	if p.terminal {
		c.Stdout = p.stdout
	}
	return c.Run()
}

// command prepares a child that sees this world's settings and no others.
func (p *program) command(ctx context.Context, program, more []string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program[0], append(slices.Clone(program[1:]), args...)...)
	for _, each := range p.environ {
		if name, _, _ := strings.Cut(each, "="); !strings.HasPrefix(name, "LATCHKEY_") {
			c.Env = append(c.Env, each)
		}
	}
	c.Env = append(c.Env, "LATCHKEY_CONFIG="+p.world.ConfigPath, "LATCHKEY_STATE="+p.world.StateDir)
	c.Env = append(c.Env, more...)
	c.Cancel = func() error { return interrupt(c.Process) }
	c.WaitDelay = 10 * time.Second
	return c
}

// forget signs out what Latchkey kept meanwhile: a session of the demo world is no use to anybody once it is gone.
func (p *program) forget(ctx context.Context) {
	kept, err := os.ReadDir(p.world.StateDir)
	if err != nil || len(kept) == 0 || len(p.latchkey) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	_ = p.command(ctx, p.latchkey, nil, "logout", "--all").Run()
}

// beside returns how to start a program that lies beside this one; nil when there is none.
func beside(name string) []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return nil
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(filepath.Dir(self), name)
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return []string{path}
}

// hasDisplay reports whether a window can be shown.
func hasDisplay(env func(string) string) bool {
	return runtime.GOOS == "windows" || runtime.GOOS == "darwin" || env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != ""
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// interrupt asks a child to end in order. Windows knows no such request between programs.
func interrupt(child *os.Process) error {
	if runtime.GOOS == "windows" {
		return child.Kill()
	}
	return child.Signal(os.Interrupt)
}
