// Package report writes down a diagnosis for IT: Markdown for people and JSON for tools, in one file.
//
// It is redacted by construction. What checks say in their own words (why, fix, summary) may name files, hosts and people
// or quote a server, so none of it gets in. What does: names and states of the checks, the catalogue's words of the codes
// that were found, and facts that their check declares shareable. Behind that stands a second net, [mask]: whatever still
// looks like an address, a person, a path or a secret becomes a placeholder. The same value becomes the same placeholder
// within one report; placeholders are numbered as they come, so two reports cannot be compared by them.
//
// Nothing here sends anything. [Write] returns the bytes to show first, and [Save] saves those very bytes.
package report

import (
	"runtime"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// About is what a report says, and must not say, beside the diagnosis.
type About struct {
	Now     time.Time
	Version string // of Latchkey
	Host    string // of the sign-in server, with its port if it is not the usual one; empty: no organisation is set up
	Region  string // of Genesys Cloud; empty: it is not there
	// Hosts are the names that may be told: the configured servers of the organisation. Any other is masked.
	Hosts []string
	// Private are values that are known to be private: user names, the name of the computer, the home folder. They are
	// masked wherever they appear, even inside of what was declared shareable.
	Private []string
	// Addresses leaves IP addresses as they are, the public one of this computer too. It is for people to choose.
	Addresses bool
}

// The most that gets into a report, whatever the checks bring.
const (
	maxChecks = 64
	maxFacts  = 64 // of one check
	maxList   = 32 // entries of a fact that is a list
)

// document is a report, as its JSON shows it. Beside what is around them, verdict and checks are those of `doctor --json`.
type document struct {
	Report    int              `json:"report"` // version of this format
	Made      string           `json:"made"`   // RFC 3339, UTC
	Version   string           `json:"version"`
	System    string           `json:"system"`
	Host      string           `json:"host"`
	Region    string           `json:"region"`
	Addresses bool             `json:"addresses"`
	Verdict   diagnose.Verdict `json:"verdict"`
	Summary   string           `json:"summary"`
	TookMS    int64            `json:"took_ms"`
	Checks    []check          `json:"checks"`
}

type check struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	State   diagnose.State `json:"state"`
	Code    problem.Code   `json:"code"`
	Why     string         `json:"why"`
	Fix     string         `json:"fix"`
	Because string         `json:"because"`
	TookMS  int64          `json:"took_ms"`
	Facts   facts          `json:"facts"`
}

// Write returns the report of a diagnosis: plain UTF-8 text with "\n" at the ends of its lines.
func Write(r diagnose.Report, a About) []byte {
	return markdown(build(r, a, newMask(a, rules)))
}

// build takes what is allowed.
func build(r diagnose.Report, a About, m *mask) document {
	d := document{
		Report: 1, Made: a.Now.UTC().Format(time.RFC3339), Version: m.text(a.Version), System: runtime.GOOS + "/" + runtime.GOARCH,
		Host: m.text(a.Host), Region: m.text(a.Region), Addresses: a.Addresses, Verdict: diagnose.Degraded, TookMS: r.Took.Milliseconds(),
	}
	switch r.Verdict {
	case diagnose.Fine, diagnose.Blocked:
		d.Verdict = r.Verdict
	}
	words := map[problem.Code]*problem.Problem{}
	for code, p := range problem.All() {
		words[code] = p
	}
	for _, result := range r.Results[:min(len(r.Results), maxChecks)] {
		if c, ok := take(result, words, m); ok {
			d.Checks = append(d.Checks, c)
		}
	}
	d.Summary = summary(d, r)
	return d
}

// take takes one result; ok is false for what is none.
func take(r diagnose.Result, words map[problem.Code]*problem.Problem, m *mask) (c check, ok bool) {
	if !isWord(r.ID) {
		return check{}, false
	}
	c = check{ID: r.ID, Title: m.text(r.Title), State: diagnose.Unknown, TookMS: r.Took.Milliseconds(), Facts: m.facts(r.Facts)}
	switch r.State {
	case diagnose.OK, diagnose.Warning, diagnose.Problem, diagnose.Skipped:
		c.State = r.State
	}
	if isWord(r.Because) {
		c.Because = r.Because
	}
	if p := words[r.Code]; p != nil {
		c.Code, c.Why, c.Fix = p.Code, p.Title, p.Fix
		if p.Why != "" {
			c.Why += " " + p.Why
		}
	}
	return c, true
}

// summary says the verdict in the catalogue's words of what decided it.
func summary(d document, r diagnose.Report) string {
	c := diagnose.Conclude(r.Results, r.Stopped)
	why := ""
	if c.Decided != nil && c.Verdict == d.Verdict {
		for _, told := range d.Checks {
			if told.ID == c.Decided.ID {
				why = told.Why
			}
		}
	}
	switch {
	case why == "" && d.Verdict == diagnose.Blocked:
		why = "Something keeps you from signing in."
	case why == "" && d.Verdict == diagnose.Degraded && !r.Stopped:
		why = "Not everything is as it should be."
	}
	c.Verdict = d.Verdict
	return c.Summary(why)
}
