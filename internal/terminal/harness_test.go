package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
	"latchkey/internal/vault"
)

// noon is when these tests happen.
var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

const acmeSettings = `
default = "acme"

[organizations.acme]
name = "Acme Contact Center"
issuer = "https://login.acme.example"
client_id = "latchkey"
company = "Acme"

[organizations.globex]
name = "Globex"
region = "euw2"
client_id = "3f0a"
`

// world is what one command finds around it.
type world struct {
	t        *testing.T
	stdin    io.Reader
	settings string // text of the settings file; empty: acmeSettings
	sessions *fakeSessions
	attempt  func(*fakeAttempt) // plays the sign-in; nil: there must be none
	people   bool
	width    int
	colour   bool
	resumed  chan os.Signal
	ascii    bool
	dumb     bool
	stdout   io.Writer // nil: captured
	clock    clock.Clock
	checks   []diagnose.Check
	explain  func(context.Context, *problem.Problem) *problem.Problem
	screen   *terminal.Screen
	updates  *fakeUpdates // nil: nothing is known
	exec     func(path string, argv, environ []string) (int, error)
	ctx      context.Context

	file    string
	started *signin.Options
	stderr  *buffer
	hidden  bool // typing is not shown
}

// captureStderr lets a test look at standard error while the command runs.
func (w *world) captureStderr() *buffer {
	w.stderr = &buffer{}
	return w.stderr
}

// result is what one command left.
type result struct {
	code           int
	stdout, stderr string
}

func (w *world) run(args ...string) result {
	w.t.Helper()
	var stdout buffer
	stderr := w.stderr
	if stderr == nil {
		stderr = &buffer{}
	}
	if w.file == "" {
		w.file = filepath.Join(w.t.TempDir(), "config.toml")
		text := w.settings
		if text == "" {
			text = acmeSettings
		}
		if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	if w.sessions == nil {
		w.sessions = &fakeSessions{}
	}
	if w.clock == nil {
		w.clock = clocktest.At(noon)
	}
	if w.ctx == nil {
		w.ctx = w.t.Context()
	}
	if w.stdin == nil {
		w.stdin = strings.NewReader("")
	}
	console := &terminal.Console{
		Out: stderr, People: w.people, Width: func() int { return w.width }, Colour: w.colour, ASCII: w.ascii, Dumb: w.dumb,
		Echo: func(on bool) error {
			if w.hidden = !on; w.hidden {
				io.WriteString(stderr, "<hidden>")
			}
			return nil
		},
	}
	if w.resumed != nil {
		console.Resumed = func() (<-chan os.Signal, func()) { return w.resumed, func() {} }
	}
	out := io.Writer(&stdout)
	if w.stdout != nil {
		out = w.stdout
	}
	program := terminal.Program{
		Args: args, Environ: []string{"PATH=/bin", "LATCHKEY_ACCESS_TOKEN=old"},
		Stdin: w.stdin, Stdout: out, Stderr: stderr, Console: console, Screen: w.screen, Clock: w.clock, Zone: time.UTC,
		Parts: func(explicit string, mayCreate bool) (*terminal.Parts, error) {
			if explicit == "" {
				explicit = w.file
			}
			paths, err := config.DefaultPaths(explicit)
			if err != nil {
				return nil, err
			}
			if mayCreate {
				paths = paths.Creatable()
			}
			paths.Policy = w.file + ".policy" // not this machine's own
			settings, err := config.Load(paths)
			if err != nil {
				settings = &config.Settings{Paths: paths}
			}
			parts := &terminal.Parts{Settings: settings, Sessions: w.sessions, Start: w.start, Env: w.env(settings, err)}
			parts.Checks = func(e diagnose.Env) []diagnose.Check { return append(w.checks, settingsCheck(e)) }
			if w.updates != nil {
				parts.Updates = w.updates
			}
			if w.explain != nil {
				parts.Explain = func(ctx context.Context, _ diagnose.Env, p *problem.Problem) *problem.Problem {
					return w.explain(ctx, p)
				}
			}
			return parts, err
		},
		Exec: w.exec,
	}
	code := program.Run(w.ctx)
	return result{code, stdout.String(), stderr.String()}
}

// env is what the checks of a test look at.
func (w *world) env(settings *config.Settings, err error) func(string) diagnose.Env {
	return func(org string) diagnose.Env {
		e := diagnose.Env{Settings: settings, SettingsErr: err, Clock: w.clock, Version: "0.3.0", Getenv: func(name string) string {
			return map[string]string{"HOME": "/home/wendy", "USER": "wendy"}[name]
		}}
		if err == nil {
			e.Org, e.SettingsErr = settings.Organization(org)
		}
		return e
	}
}

// settingsCheck stands in for the real one.
func settingsCheck(e diagnose.Env) diagnose.Check {
	return diagnose.Check{ID: "settings", Title: "Settings", Blocks: true, Run: func(context.Context) diagnose.Finding {
		if e.SettingsErr != nil {
			return diagnose.Found(diagnose.Problem, problem.From(e.SettingsErr))
		}
		return diagnose.Good("The settings are fine.")
	}}
}

func (w *world) start(_ context.Context, o signin.Options) terminal.Attempt {
	w.started = &o
	if w.attempt == nil {
		w.t.Error("a sign-in was started")
		w.attempt = func(a *fakeAttempt) {}
	}
	a := &fakeAttempt{steps: make(chan signin.Step, 64), answers: make(chan signin.Answer, 1), cancelled: make(chan struct{})}
	go func() {
		defer close(a.steps)
		w.attempt(a)
	}()
	return a
}

// fakeAttempt is a sign-in that a test plays.
type fakeAttempt struct {
	steps   chan signin.Step
	answers chan signin.Answer

	mu        sync.Mutex
	waiting   string // id of the step that waits; "-" for one that takes answers without an id
	refuse    error  // the next answer is refused with this
	panics    bool
	paused    map[string]signin.Trouble // by user name
	session   *session.Session
	once      sync.Once
	cancelled chan struct{}
}

func (a *fakeAttempt) Steps() <-chan signin.Step { return a.steps }

func (a *fakeAttempt) Cancel() { a.once.Do(func() { close(a.cancelled) }) }

func (a *fakeAttempt) Session() (session.Session, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.session == nil {
		return session.Session{}, false
	}
	return *a.session, true
}

func (a *fakeAttempt) Answer(ans signin.Answer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.panics {
		panic("canary")
	}
	if err := a.refuse; err != nil {
		a.refuse = nil
		return err
	}
	if a.waiting == "" || (a.waiting != "-" && ans.ID != a.waiting) {
		return signin.ErrStale
	}
	if a.waiting != "-" {
		a.waiting = ""
	}
	a.answers <- ans
	return nil
}

func (a *fakeAttempt) Paused(_ context.Context, username string) (signin.Trouble, bool) {
	t, ok := a.paused[username]
	return t, ok
}

func (a *fakeAttempt) say(steps ...signin.Step) {
	for _, s := range steps {
		a.steps <- s
	}
}

// wasHeard waits until every step that was said has been taken, and all but the last one dealt with.
func (a *fakeAttempt) wasHeard() {
	for len(a.steps) > 0 {
		time.Sleep(time.Millisecond)
	}
}

// ask says a step and returns its answer; ok is false when the attempt was cancelled instead.
func (a *fakeAttempt) ask(id string, step signin.Step) (ans signin.Answer, ok bool) {
	a.mu.Lock()
	a.waiting = id
	a.mu.Unlock()
	a.say(step)
	select {
	case ans := <-a.answers:
		return ans, true
	case <-a.cancelled:
		a.fail(problem.New(problem.GivenUp))
		return ans, false
	}
}

func (a *fakeAttempt) fail(p *problem.Problem) {
	p.Again = false
	a.say(signin.Trouble{Problem: p, AttemptsLeft: -1})
}

// succeed is the end of a sign-in as Amy.
func (a *fakeAttempt) succeed() { a.succeedAs(amy) }

func (a *fakeAttempt) succeedAs(s session.Session) {
	a.mu.Lock()
	a.session = &s
	a.mu.Unlock()
	a.say(signin.Done{Username: amy.Username, FullName: amy.Name, Org: "acme", ExpiresAt: amy.Expires})
}

var amy = session.Session{
	Account: vault.Account{Org: "acme", Issuer: "https://login.acme.example", ClientID: "latchkey", Subject: "1"},
	OrgName: "Acme Contact Center", Username: "amy@acme.example", Name: "Amy Agent", State: session.SignedIn,
	Expires: noon.Add(6*time.Hour + 40*time.Minute), Renewable: true, Kept: vault.InKeychain, Default: true,
}

// fakeSessions is who is signed in.
type fakeSessions struct {
	list      []session.Session
	listErr   error
	token     session.Token
	tokenErr  error
	signOut   map[string]error // by organisation
	last      string
	panics    any
	asked     []string // what was asked of it
	minLife   time.Duration
	signedOut []vault.Account
	message   session.Message
	ended     []session.Ended
	suggested []vault.Account
	change    session.Change // the zero value: none
	trusted   []config.Organization
}

func (f *fakeSessions) List(context.Context) ([]session.Session, error) { return f.list, f.listErr }

func (f *fakeSessions) Token(_ context.Context, org string, minLife time.Duration) (session.Token, error) {
	if f.panics != nil {
		panic(f.panics)
	}
	f.asked, f.minLife = append(f.asked, org), minLife
	return f.token, f.tokenErr
}

func (f *fakeSessions) SignOut(_ context.Context, a vault.Account, everywhere bool) error {
	f.signedOut = append(f.signedOut, a)
	if everywhere {
		f.asked = append(f.asked, "everywhere")
	}
	return f.signOut[a.Org]
}

func (f *fakeSessions) NotMe(_ context.Context, s session.Session) (session.Message, []session.Ended) {
	f.asked = append(f.asked, "not me: "+s.Username)
	return f.message, f.ended
}

func (f *fakeSessions) TwoStepSuggested(_ context.Context, a vault.Account) error {
	f.suggested = append(f.suggested, a)
	return nil
}

func (f *fakeSessions) Moved(config.Organization) (session.Change, bool) {
	return f.change, f.change.New != ""
}

func (f *fakeSessions) Trust(_ context.Context, o config.Organization) error {
	f.trusted = append(f.trusted, o)
	return nil
}

func (f *fakeSessions) LastUsername(string) string { return f.last }

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var errBoom = errors.New("canary of an inner error")

// typing is input that comes line by line as the test says so, and does not end by itself.
func typing(t *testing.T) (io.Reader, func(line string)) {
	r, w := io.Pipe()
	t.Cleanup(func() { _ = w.Close() })
	return r, func(line string) {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			t.Error(err)
		}
	}
}

// until waits for words on standard error.
func until(stderr *buffer, words string) {
	for !strings.Contains(stderr.String(), words) {
		runtime.Gosched()
	}
}
