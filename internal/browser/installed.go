package browser

import (
	"cmp"
	"context"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// Installed is one browser of this computer.
type Installed struct {
	ID   string // for [Browser.OpenIn]
	Name string // as people know it
	// Private tells that it can open a private window: one that knows nothing of earlier sign-ins, and has no extensions.
	Private bool
}

// known is a browser that is looked for.
type known struct {
	id, name string
	private  []string // what makes it open a private window; nil: nothing does
	places   []string // where it is: names in PATH on Linux, applications on macOS, below the folders for programs on Windows
}

// Installed lists the browsers that are found on this computer, in the order in which they are looked for. It starts nothing.
func (b Browser) Installed() []Installed {
	environment := read(b.Env)
	var found []Installed
	for _, k := range browsers {
		if _, ok := environment.locate(k); ok {
			found = append(found, Installed{ID: k.id, Name: k.name, Private: k.private != nil})
		}
	}
	return found
}

// OpenIn is [Browser.Open] in one of the browsers that [Browser.Installed] lists, in a private window if that is asked.
func (b Browser) OpenIn(ctx context.Context, id string, private bool, address string) error {
	checked, err := check(address)
	if err != nil {
		return err
	}
	environment := read(b.Env)
	if why := environment.obstacle(); why != "" {
		return problem.New(problem.BrowserNotOpened, problem.Because("%s", why))
	}
	i := slices.IndexFunc(browsers, func(k known) bool { return k.id == id && (k.private != nil || !private) })
	if i < 0 {
		return problem.New(problem.BrowserNotOpened, problem.Because("It is not on this computer."))
	}
	path, ok := environment.locate(browsers[i])
	if !ok {
		return problem.New(problem.BrowserNotOpened, problem.Because("It is no longer on this computer."))
	}
	var arguments []string
	if private {
		arguments = append(arguments, browsers[i].private...)
	}
	return b.wait(ctx, func() error { return environment.run(path, append(arguments, checked)) })
}

// wait starts something and waits for its end, but not for one that stays until the browser is closed.
func (b Browser) wait(ctx context.Context, start func() error) error {
	ended := make(chan error, 1) // taken or not, it can end
	go func() { ended <- start() }()
	timer := time.NewTimer(cmp.Or(b.Patience, patience))
	defer timer.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return problem.New(problem.BrowserNotOpened, problem.Because("%s", whyNot(err)), problem.Caused(err))
		}
		return nil
	case <-timer.C: // it runs as long as the browser does
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
