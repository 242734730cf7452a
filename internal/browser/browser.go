// Package browser opens an address in the system's browser, after a check of its own: what opens addresses on a
// desktop opens files, programs and other protocols as well, and checks nothing.
//
// macOS and Windows go through pkg/browser. On Linux and the BSDs the launcher is started here, the same ones in the
// same order, because three things matter there that pkg/browser has no say in: which environment the launcher gets, that Ctrl+C in
// the terminal does not end the browser, and that nothing is opened where there is no screen to show it.
package browser

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// Browser opens addresses. The zero value uses the system's browser.
type Browser struct {
	// Patience is how long the launcher may take before it is taken for one that stays until the browser ends; 0:
	// 3 s.
	Patience time.Duration
	// Env is the environment that tells how to open, in the form of os.Environ; nil: this process' own.
	Env []string
}

const patience = 3 * time.Second

// Open starts the browser and returns as soon as the launcher is done, or after 3 s at the latest; it does not wait
// for the browser to end. Only https, and http on loopback, is opened; the launcher gets the re-serialised address, a
// minimal environment and no open files. The error is the problem browser-not-opened or endpoint-unsafe, or ctx's. A
// launcher that is still running when Open returns goes on by itself; its end is still waited for, so that nothing is
// left of it.
func (b Browser) Open(ctx context.Context, address string) error {
	checked, err := check(address)
	if err != nil {
		return err
	}
	return b.start(ctx, checked)
}

// OpenPage is Open for a page that nothing of the sign-in is on, such as the one a network wants to be signed in at: those are at
// plain http addresses, too.
func (b Browser) OpenPage(ctx context.Context, address string) error {
	checked, err := checkPage(address)
	if err != nil {
		return err
	}
	return b.start(ctx, checked)
}

func (b Browser) start(ctx context.Context, checked string) error {
	environment := read(b.Env)
	if why := environment.obstacle(); why != "" {
		return problem.New(problem.BrowserNotOpened, problem.Because("%s", why))
	}
	return b.wait(ctx, func() error { return launch(environment, checked) })
}

// Find returns the name of what Open would start, and starts nothing: a launcher's file name on Linux, what the system calls it
// elsewhere. The error is the problem browser-not-opened, or ctx's.
func (b Browser) Find(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	environment := read(b.Env)
	if why := environment.obstacle(); why != "" {
		return "", problem.New(problem.BrowserNotOpened, problem.Because("%s", why))
	}
	name, err := preferred(environment)
	if err != nil {
		return "", problem.New(problem.BrowserNotOpened, problem.Because("%s", whyNot(err)), problem.Caused(err))
	}
	return name, nil
}
