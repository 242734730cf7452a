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
	Close    func() // may be nil

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
}

// Attempt is a running sign-in. *signin.Attempt is one.
type Attempt interface {
	Steps() <-chan signin.Step
	Answer(signin.Answer) error
	Cancel()
	Session() (session.Session, bool)
}

var (
	_ Sessions = (*session.Manager)(nil)
	_ Attempt  = (*signin.Attempt)(nil)
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
	zone := p.Zone
	if zone == nil {
		zone = time.Local
	}
	t, now := t.In(zone), p.Clock.Now().In(zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
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
