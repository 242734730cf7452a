package scenarios

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/browser"
	"latchkey/internal/clock"
	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
	"latchkey/internal/ui"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
	"latchkey/internal/vault/vaulttest"
	"latchkey/internal/wiring"
)

// patience is how long an agent in a test waits for what must come. It never says how long that takes.
const patience = time.Minute

// agent sits in front of the window: the real screens and everything behind them, with a keychain in memory and a
// browser that walks through pages.
type agent struct {
	t       *testing.T
	world   *demo.World
	clock   clock.Clock
	store   *vaulttest.Store
	state   string
	config  string
	browser *tabs

	app    fyne.App
	window fyne.Window
	view   *ui.View
	p      *present.Presenter
	posts  chan func()
	parts  *wiring.Parts
	copied fyne.Clipboard
}

// sitDown starts a demo world, and an agent at a computer that is set up for it. The window is not open yet.
func sitDown(t *testing.T, clk clock.Clock) *agent {
	t.Helper()
	if clk == nil {
		clk = clock.System{}
	}
	w, err := demo.Start(t.Context(), demo.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	a := &agent{
		t: t, world: w, clock: clk, store: &vaulttest.Store{}, state: filepath.Join(dir, "state"), config: filepath.Join(dir, "config.toml"),
		browser: &tabs{}, app: test.NewTempApp(t),
	}
	t.Setenv("LATCHKEY_STATE", a.state)
	a.copied = a.app.Clipboard()
	a.settings(w.ConfigTOML())
	t.Cleanup(a.browser.wait)
	return a
}

// settings writes the settings file.
func (a *agent) settings(text string) {
	a.t.Helper()
	if err := os.WriteFile(a.config, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// opens opens the window, as starting the program does. org is empty for the default one.
func (a *agent) opens(org string) *agent {
	a.t.Helper()
	a.posts = make(chan func(), 4096)
	a.app.Settings().SetTheme(look.Theme{})
	var mu sync.Mutex
	over := false
	a.p = present.New(a.t.Context(), present.Options{
		Org: org, Load: a.load, Clock: a.clock, Clipboard: a.copied, Show: a.draw, Version: "1.0.0",
		Post: func(f func()) {
			mu.Lock()
			defer mu.Unlock()
			if !over {
				a.posts <- f
			}
		},
	})
	a.view = ui.NewView(a.p)
	a.window = test.NewTempWindow(a.t, a.view.Root())
	a.window.SetPadded(false)
	a.window.Resize(fyne.NewSize(look.Width, look.Height))
	a.window.Canvas().SetOnTypedKey(a.view.Key)
	a.p.Start()
	a.t.Cleanup(func() {
		a.closes()
		mu.Lock()
		over = true
		mu.Unlock()
	})
	a.until("the settings are read", a.p.Settled)
	return a
}

// closes closes the window and waits for what must not be torn apart.
func (a *agent) closes() {
	if a.p == nil {
		return
	}
	p := a.p
	a.p = nil
	p.Close()
	ended := make(chan struct{})
	go func() { p.Wait(context.Background()); close(ended) }()
	for {
		select {
		case <-a.posts: // nobody looks any more
		case <-ended:
			return
		}
	}
}

func (a *agent) draw(f present.Frame) {
	if a.view != nil {
		a.view.Draw(f, a.window.Canvas())
	}
}

// load puts the parts together as the program does, but for keychain, browser and clock.
func (a *agent) load(context.Context) (*present.Parts, error) {
	parts, err := wiring.New(wiring.Options{ConfigPath: a.config, Clock: a.clock, Keychain: a.store.Keychain(), Browser: a.browser})
	a.parts = parts
	return ui.Parts(a.parts), err
}

// until lets the window work until something holds.
func (a *agent) until(what string, holds func() bool) {
	a.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for !holds() {
		select {
		case f := <-a.posts:
			f()
		case <-timer.C:
			a.t.Fatalf("not so: %s. On the screen:\n%s", what, a.screen())
		case <-time.After(20 * time.Millisecond): // what holds may not come by the window
		}
	}
	for { // nobody's hands are faster than what comes in the same moment
		select {
		case f := <-a.posts:
			f()
		case <-time.After(30 * time.Millisecond):
			return
		}
	}
}

// sees waits until all of these words are on the screen.
func (a *agent) sees(words ...string) *agent {
	a.t.Helper()
	a.until(fmt.Sprintf("%q can be read", words), func() bool {
		shown := a.screen()
		for _, w := range words {
			if !strings.Contains(shown, w) {
				return false
			}
		}
		return true
	})
	return a
}

// passing lets time pass, in such steps, until all of these words are on the screen.
func (a *agent) passing(clk *clocktest.Clock, step time.Duration, words ...string) *agent {
	a.t.Helper()
	a.until(fmt.Sprintf("%q can be read after a while", words), func() bool {
		clk.Advance(step)
		shown := a.screen()
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(shown, w) })
	})
	return a
}

// doesNotSee fails when these words are on the screen now.
func (a *agent) doesNotSee(words ...string) *agent {
	a.t.Helper()
	shown := a.screen()
	for _, w := range words {
		if strings.Contains(shown, w) {
			a.t.Errorf("%q can be read on the screen:\n%s", w, shown)
		}
	}
	return a
}

// tabs is the system's browser: each address that is opened is a tab, and somebody signs in there.
type tabs struct {
	mu     sync.Mutex // guards the following
	opened []string
	in     string                                          // the other browser that was taken last
	who    func(ctx context.Context, address string) error // nil: nobody does anything
	broken error                                           // it cannot be started
	mailed string                                          // the mail that the agent was about to write
	noMail error                                           // there is no mail program
	errs   []error
	open   sync.WaitGroup
}

// Open opens an address in a tab of its own.
func (b *tabs) Open(ctx context.Context, address string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened = append(b.opened, address)
	if b.broken != nil {
		return b.broken
	}
	who := b.who
	if who == nil {
		return nil
	}
	b.open.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err := who(ctx, address); err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.errs = append(b.errs, err)
		}
	})
	return nil
}

// OpenPage opens a page as any other.
func (b *tabs) OpenPage(ctx context.Context, address string) error { return b.Open(ctx, address) }

// Installed lists the browsers of this computer.
func (b *tabs) Installed() []browser.Installed {
	return []browser.Installed{{ID: "firefox", Name: "Firefox", Private: true}}
}

// Find finds one.
func (b *tabs) Find(context.Context) (string, error) { return "Firefox", nil }

// OpenIn opens an address in the other browser.
func (b *tabs) OpenIn(ctx context.Context, id string, private bool, address string) error {
	b.mu.Lock()
	b.broken, b.in = nil, fmt.Sprintf("%s, private: %v", id, private)
	b.mu.Unlock()
	return b.Open(ctx, address)
}

// Mail keeps what would be written.
func (b *tabs) Mail(_ context.Context, to, subject, body string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.noMail != nil {
		return b.noMail
	}
	b.mailed = to + "\n" + subject + "\n" + body
	return nil
}

func (b *tabs) wait() { b.open.Wait() }

// last returns the address that was opened last, "" when none was.
func (b *tabs) last() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.opened) == 0 {
		return ""
	}
	return b.opened[len(b.opened)-1]
}

// signsInAs lets somebody sign in on whatever page is opened from now on.
func (b *tabs) signsInAs(who walker.Agent) {
	b.does(who.Open)
}

func (b *tabs) does(what func(ctx context.Context, address string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.who = what
}

// freePort is an address that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
