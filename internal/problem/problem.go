// Package problem names what goes wrong in words an agent can act on.
//
// Every problem has a stable code, a title (what happened), a why (if it is known) and a fix (one thing to do). The
// window, the terminal, the JSON lines and docs/problems.md all show the same ones. Packages below the faces return
// a *[Problem] wherever they know what happened; [From] turns any other error into one.
package problem

import (
	"context"
	"errors"
	"fmt"
)

// Code is the stable name of a problem: lower-case, hyphenated, never reused for something else.
type Code string

// Kind groups problems by what ended; each kind has one exit code.
type Kind int

// The kinds, in the order of their exit codes.
const (
	Unexpected     Kind = iota // exit 1
	Usage                      // exit 2
	NobodySignedIn             // exit 3
	Refused                    // exit 4: sign-in refused or given up
	Unreachable                // exit 5: the server or the network cannot be reached
	Keychain                   // exit 6
	Settings                   // exit 7
)

// ExitCode returns the process exit code for problems of this kind.
func (k Kind) ExitCode() int { return int(k) + 1 }

// Problem is one thing that went wrong. It is an error; errors.As finds it through any wrapping.
type Problem struct {
	Code  Code
	Kind  Kind
	Title string // what happened, in one line
	Why   string // why, if known; may be empty
	Fix   string // one thing to do
	Again bool   // the same step can be answered again

	err error // what was behind it: for logs, never shown as it is
}

// New returns the problem with this code, in the words of the catalogue. Options replace the words where the place
// it happened at knows better. A code that the catalogue does not have is a programming error and panics.
func New(code Code, options ...Option) *Problem {
	entry, ok := catalogue[code]
	if !ok {
		panic("problem: no such code: " + string(code))
	}
	p := &Problem{Code: code, Kind: entry.kind, Title: entry.title, Why: entry.why, Fix: entry.fix, Again: entry.again}
	for _, o := range options {
		o(p)
	}
	return p
}

// Option replaces part of a problem's words or adds what is behind it.
type Option func(*Problem)

// Because sets why it happened.
func Because(format string, args ...any) Option {
	return func(p *Problem) { p.Why = fmt.Sprintf(format, args...) }
}

// Titled sets what happened.
func Titled(format string, args ...any) Option {
	return func(p *Problem) { p.Title = fmt.Sprintf(format, args...) }
}

// Do sets the one thing to do.
func Do(format string, args ...any) Option {
	return func(p *Problem) { p.Fix = fmt.Sprintf(format, args...) }
}

// Caused records the error behind the problem. It is reachable by errors.Is and errors.As, and not printed.
func Caused(err error) Option { return func(p *Problem) { p.err = err } }

// Final makes a problem one that ends the attempt, although its code can usually be answered again.
func Final() Option { return func(p *Problem) { p.Again = false } }

// With returns a copy with some of its words replaced. The copy has p in its chain.
func (p *Problem) With(options ...Option) *Problem {
	q := *p
	q.err = p
	for _, o := range options {
		o(&q)
	}
	return &q
}

// Error returns the code and the words. What is behind the problem is left out: it may quote what a server said.
func (p *Problem) Error() string {
	if p.Why == "" {
		return fmt.Sprintf("%s: %s", p.Code, p.Title)
	}
	return fmt.Sprintf("%s: %s %s", p.Code, p.Title, p.Why)
}

// Unwrap returns the error behind the problem, if any.
func (p *Problem) Unwrap() error { return p.err }

// Is reports whether target is a problem with the same code, so that errors.Is(err, problem.New(code)) works.
func (p *Problem) Is(target error) bool {
	other, ok := target.(*Problem)
	return ok && other.Code == p.Code
}

// From returns the problem in err's chain. An error that holds none becomes "given-up" when a context was
// cancelled, and "unexpected" otherwise. From(nil) is nil.
func From(err error) *Problem {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) {
		return New(GivenUp, Caused(err))
	}
	return New(UnexpectedError, Caused(err))
}

// Has reports whether err's chain holds a problem with this code.
func Has(err error, code Code) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Code == code
}
