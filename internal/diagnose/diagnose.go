// Package diagnose finds out why somebody cannot sign in, how sure that is, and what to do.
//
// A diagnosis is a set of checks. Each knows which other checks explain its failure; all of them start at once, and a
// failure that another one explains is folded under its cause: when the name is not found, nobody is told that the
// connection fails, too. The checks go through the same transport, proxy, certificates and addresses as the sign-in.
package diagnose

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// State is what a check found.
type State string

// The states of the contract.
const (
	OK      State = "ok"
	Warning State = "warning" // does not keep anybody out
	Problem State = "problem"
	Skipped State = "skipped" // not run, or explained by another check (Result.Because)
	Unknown State = "unknown" // could not be found out
)

// Check is one thing to find out.
type Check struct {
	ID    string   // lower-case, stable
	Title string   // what is checked, in two or three words
	After []string // checks whose problem explains a failure of this one
	// Independent says that others are asked than those that the sign-in needs: what is found stands for itself, and After
	// explains only that nothing could be found out.
	Independent bool
	// Blocks says that a problem here keeps people from signing in. Other problems count as warnings in the verdict.
	Blocks bool
	Limit  time.Duration // after which the check is given up; 0: 5.7 s
	// Wakeful says that the check itself looks out for a computer that sleeps, or whose clock is set, meanwhile: what it finds is
	// told. What any other check finds across that counts for nothing.
	Wakeful bool
	// Run finds out. It obeys ctx.
	Run func(ctx context.Context) Finding
}

// Finding is what a check found out.
type Finding struct {
	State State
	Code  problem.Code // of a warning or problem
	What  string       // what was found, in one line
	Why   string       // the cause, where one is known
	Fix   string       // one thing to do; empty when there is nothing to do
	Facts []Fact

	// After names more checks whose problem would explain this very finding, besides those of Check.After and before
	// them: a certificate that has expired is explained by a clock that is off. Such a check is not in turn explained
	// by this one, even if it names it.
	After []string

	// Harmless says of a problem of a check that blocks that this one does not keep people from signing in.
	Harmless bool

	// Doubtful says that this may keep people from signing in, and that nobody can know before they try.
	Doubtful bool

	// Suffices says of a problem that keeps nobody out by itself that it is reason enough for one that does: the word of
	// somebody who can know. It keeps people out as soon as such a problem is put down to it.
	Suffices bool

	Repairs []Repair // what can be done about it with one click; usually none
}

// Fact is something measured. Only facts declared shareable go into a report.
type Fact struct {
	Name      string // lower-case, with underscores; its unit at the end, for instance "rtt_ms"
	Value     any    // a string, number, boolean, or a list of them
	Shareable bool   // says nothing about the person, their account or their computer
}

// Result is a finding in its place among the others.
type Result struct {
	ID, Title string
	State     State
	Code      problem.Code
	What, Why string // as the finding has them
	Fix       string
	Because   string // ID of the check whose failure explains this one
	Blocks    bool
	Doubtful  bool // as the finding has it
	Took      time.Duration
	Facts     []Fact
	Repairs   []Repair
}

// Verdict sums a diagnosis up.
type Verdict string

// The verdicts of the contract.
const (
	Fine     Verdict = "ok"
	Degraded Verdict = "degraded"
	Blocked  Verdict = "blocked"
)

// Report is a whole diagnosis.
type Report struct {
	Verdict Verdict
	Summary string // one sentence
	Took    time.Duration
	Stopped bool     // before everything was looked at
	Results []Result // in the order of the checks
}

// Found builds the finding of a problem or warning in the words of the catalogue, with what the check knows better.
func Found(state State, p *problem.Problem, facts ...Fact) Finding {
	return Finding{State: state, Code: p.Code, What: p.Title, Why: p.Why, Fix: p.Fix, Facts: facts}
}

// Good builds the finding of a check with nothing to complain about.
func Good(what string, facts ...Fact) Finding { return Finding{State: OK, What: what, Facts: facts} }

// Line says what was found and why, one after the other.
func (r Result) Line() string { return sentence(r.What, r.Why) }

// Line says what was found and why, one after the other.
func (f Finding) Line() string { return sentence(f.What, f.Why) }
