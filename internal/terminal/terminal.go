// Package terminal is Latchkey for people at a prompt, and for scripts: the commands of the program latchkey.
//
// Results go to standard output, everything else to standard error or the terminal. Everything comes from outside
// (arguments, streams, environment, clock, parts), so that a test runs a whole command in its own process. A sign-in
// is a conversation that package signin leads; this package is two of its faces: prompts and JSON lines.
package terminal

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/update"
	"latchkey/internal/vault"
)

// Program is one run of latchkey.
type Program struct {
	Args    []string // without the program's own name
	Environ []string // as from os.Environ; handed on by exec
	Stdin   io.Reader
	Stdout  io.Writer // results
	Stderr  io.Writer // messages
	Console *Console  // where people are asked; never nil
	Screen  *Screen   // standard output; nil: it is no terminal
	Clock   clock.Clock
	Zone    *time.Location // for times that are shown; nil: local

	// Parts puts the real parts together. It is called at most once, and only by commands that need them. With mayCreate
	// a settings file that was named need not exist yet. With an error of the settings there can be parts all the same,
	// without organisations: doctor tells about it.
	Parts func(configPath string, mayCreate bool) (*Parts, error)
	// Exec runs a command in this program's place. It returns only when that is not possible, or with the command's
	// exit code on systems where a program cannot take another one's place.
	Exec func(path string, argv, environ []string) (exitCode int, err error)
}

// Parts are what commands work with.
type Parts struct {
	Settings *config.Settings
	Sessions Sessions
	Start    func(context.Context, signin.Options) Attempt
	Updates  Updates // nil: nothing is known of newer versions
	Close    func()  // may be nil

	// Env is what a diagnosis of an organisation looks at; org may be empty, for the default one.
	Env func(org string) diagnose.Env
	// Checks are the checks that doctor makes; nil: all there are.
	Checks func(diagnose.Env) []diagnose.Check
	// Explain looks for the cause of a sign-in's problem; nil: problems are told as they come.
	Explain func(context.Context, diagnose.Env, *problem.Problem) *problem.Problem
}

// Sessions is who is signed in. *session.Manager is one.
type Sessions interface {
	List(ctx context.Context) ([]session.Session, error)
	Token(ctx context.Context, org string, minLife time.Duration) (session.Token, error)
	SignOut(ctx context.Context, a vault.Account, everywhere bool) error
	LastUsername(org string) string
	NotMe(ctx context.Context, s session.Session) (session.Message, []session.Ended)
	TwoStepSuggested(ctx context.Context, a vault.Account) error
	Moved(o config.Organization) (session.Change, bool)
	Trust(ctx context.Context, o config.Organization) error
}

// Updates is what is known of newer versions of this program. *update.Keeper is one.
type Updates interface {
	Known() *update.Release
	Ask(ctx context.Context) (*update.Release, error)
}

// Attempt is a running sign-in. *signin.Attempt is one.
type Attempt interface {
	Steps() <-chan signin.Step
	Answer(signin.Answer) error
	Paused(ctx context.Context, username string) (signin.Trouble, bool)
	Cancel()
	Session() (session.Session, bool)
}

var (
	_ Sessions = (*session.Manager)(nil)
	_ Attempt  = (*signin.Attempt)(nil)
	_ Updates  = (*update.Keeper)(nil)
)

// exitStatus is the exit code of a program that ran in our place. As an error it is one that needs no words.
type exitStatus int

func (e exitStatus) Error() string { return "the command ended with an error" }

// Run runs the command and returns the exit code of the contract. It does not panic.
func (p *Program) Run(ctx context.Context) (exitCode int) {
	defer func() {
		if recover() != nil {
			// What was thrown may hold anything; only that it happened is told.
			trouble := problem.New(problem.UnexpectedError)
			p.errors().problem(trouble)
			exitCode = trouble.Kind.ExitCode()
		}
	}()
	err := p.dispatch(ctx)
	switch err := err.(type) {
	case nil:
		return 0
	case exitStatus:
		return int(err)
	case said:
		return err.problem.Kind.ExitCode()
	}
	trouble := problem.From(err)
	p.errors().problem(trouble)
	return trouble.Kind.ExitCode()
}

// said is a problem that the agent has been told already.
type said struct{ problem *problem.Problem }

func (s said) Error() string { return s.problem.Error() }

// errors prints messages to standard error.
func (p *Program) errors() printer {
	out := printer{out: p.Stderr, ascii: p.Console.ASCII}
	if p.Stderr == p.Console.Out {
		out.colour, out.width = p.Console.Colour, p.Console.Width()
	}
	return out
}

// when shows a time the way people say it: the hour today, the day too on any other.
func (p *Program) when(t time.Time) string {
	t, now := t.In(p.zone()), p.Clock.Now().In(p.zone())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}

// whenWas shows a time of the past as when does, with yesterday and today in words.
func (p *Program) whenWas(t time.Time) string {
	hour := t.In(p.zone()).Format("15:04")
	switch hour {
	case p.when(t):
		return "today " + hour
	case p.when(t.AddDate(0, 0, 1)):
		return "yesterday " + hour
	}
	return p.when(t)
}

func (p *Program) zone() *time.Location {
	if p.Zone == nil {
		return time.Local
	}
	return p.Zone
}

// whenAgain shows a time to wait for: a short wait in seconds, a longer one by the clock.
func (p *Program) whenAgain(t time.Time) string {
	switch wait := t.Sub(p.Clock.Now()); {
	case wait <= time.Second:
		return "now"
	case wait < 2*time.Minute:
		return fmt.Sprintf("in %d seconds", int(math.Ceil(wait.Seconds())))
	}
	return "at " + p.when(t)
}
