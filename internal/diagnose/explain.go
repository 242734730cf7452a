package diagnose

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/problem"
)

// explainLimit is how long people wait, at most, to learn more about a sign-in that failed: as long as a whole diagnosis takes where
// nothing answers. They read what is known meanwhile.
const explainLimit = 6 * time.Second

// Explain looks for the cause of a sign-in that failed: it runs the checks that could explain the problem, for 6 s at most, and returns
// the problem with what they found. It returns p itself when they find nothing that says more.
//
// Which code the problem has then: what p only suffers from (a time-out, a page that is not the server's, a browser that does not
// come back) gives way to its cause, so a time-out behind a network's sign-in page has the page's code. What the server
// decided (the code is not right) stays as it is and gets the finding as its cause; a clock that is wrong goes into the same
// sentence. A code never gives way to one that says less. Whether the same step can be answered again is p's to say, always.
// The problem returned has p in its chain.
func Explain(ctx context.Context, e Env, p *problem.Problem) *problem.Problem {
	return explain(ctx, Checks(e), p)
}

func explain(ctx context.Context, checks []Check, p *problem.Problem) *problem.Problem {
	if p == nil {
		return nil
	}
	suspects := slices.DeleteFunc(suspectsOf(p.Code), func(id string) bool {
		return !slices.ContainsFunc(checks, func(c Check) bool { return c.ID == id })
	})
	if len(suspects) == 0 {
		return p
	}
	ctx, cancel := context.WithTimeout(ctx, explainLimit)
	defer cancel()
	told := map[string]Result{}
	Run(ctx, withCauses(checks, suspects), func(r Result) {
		told[r.ID] = r
		if _, certain := culprit(told, suspects, p); certain {
			cancel()
		}
	})
	if f, _ := culprit(told, suspects, p); f != nil {
		return enrich(p, *f)
	}
	return p
}

// withCauses returns the checks that are suspected, and those that their failures can be folded under.
func withCauses(checks []Check, suspects []string) []Check {
	wanted := map[string]bool{}
	for todo := slices.Clone(suspects); len(todo) > 0; {
		id := todo[0]
		todo = todo[1:]
		if wanted[id] {
			continue
		}
		wanted[id] = true
		if i := slices.IndexFunc(checks, func(c Check) bool { return c.ID == id }); i >= 0 {
			todo = append(todo, checks[i].After...)
		}
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return !wanted[c.ID] })
}

// culprit returns the finding that explains p: of the suspects, in their order, the first that has a problem, or what is
// behind it. certain is false while one that comes before it may still have one.
func culprit(told map[string]Result, suspects []string, p *problem.Problem) (f *Result, certain bool) {
	certain = true
	for _, id := range suspects {
		r, ok := told[id]
		if !ok {
			certain = false
			continue
		}
		if r.Because != "" {
			if r, ok = told[r.Because]; !ok {
				continue
			}
		}
		if explains(r, p) {
			return &r, certain
		}
	}
	return nil, false
}

// explains reports whether a finding says more than p.
func explains(r Result, p *problem.Problem) bool {
	switch {
	case r.ID == "clock" && !clockExplains(r):
		return false
	case r.ID == "clock" && !decided(p.Code) && !(r.State == Problem && r.Blocks):
		return false // what no certificate is refused for matters to codes, not to connections
	case r.State != Problem && !(r.State == Warning && slices.Contains(tellingWarnings, r.ID)):
		return false
	}
	// A page that stands in the way of everything is why a certificate is not the server's.
	return r.What != "" && (decided(p.Code) || r.Code == p.Code || r.ID == "portal" || weight(r.Code) >= weight(p.Code))
}

// clockExplains reports whether the clock is wrong: a time zone on a clock that is right, a time server that lies, and a clock that may
// be wrong tomorrow refuse nobody.
func clockExplains(r Result) bool {
	measured := slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Name == "offset_ms" })
	switch r.Code {
	case problem.ClockWrong:
		return true
	case problem.TimeZoneWrong, problem.TimeDisputed:
		return r.State == Problem // the clock is off by whole zones; the sign-in server's is, whoever is right
	case problem.ClockUnsteady:
		return !measured // else it is right now
	}
	return false
}

// tellingWarnings are checks whose warnings explain what failed: they are warnings because there is another way in.
var tellingWarnings = []string{"desktop", "browser", "keychain", "kept", "program", "clock"}

// enrich folds the finding into the problem.
func enrich(p *problem.Problem, r Result) *problem.Problem {
	if r.ID == "clock" && (p.Code == problem.CodeRefused || p.Code == problem.CredentialsOrCodeRefused) {
		// Most codes come from a phone, whose clock nobody can measure from here.
		r.Fix = sentence(r.Fix, "If the codes come from your phone, let the phone set its time, too.")
	}
	if r.Code == problem.ServiceOutage {
		r.Fix = certainly(r.Code) // the sign-in has failed
	}
	switch {
	case decided(p.Code) && r.ID == "clock": // one sentence: nobody should have to read two to see what belongs together
		return p.With(problem.Titled("%s: %s", strings.TrimSuffix(p.Title, "."), lower(r.What)), problem.Because("%s", sentence(p.Why, r.Why)), fix(r.Fix))
	case decided(p.Code) || r.Code == "":
		return p.With(problem.Because("%s", sentence(p.Why, r.Line())), fix(r.Fix))
	}
	if r.Code == p.Code {
		return p.With(problem.Titled("%s", r.What), because(r.Why), fix(r.Fix))
	}
	q := problem.New(r.Code, problem.Titled("%s", r.What), problem.Because("%s", r.Why), fix(r.Fix), problem.Caused(p))
	q.Again = p.Again
	return q
}

// lower is a sentence as it goes on after a colon. No title begins with a name.
func lower(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

func sentence(parts ...string) string { return strings.TrimSpace(strings.Join(parts, " ")) }

// because and fix leave the words that are there when there are no better ones.
func because(why string) problem.Option {
	if why == "" {
		return func(*problem.Problem) {}
	}
	return problem.Because("%s", why)
}

func fix(do string) problem.Option {
	if do == "" {
		return func(*problem.Problem) {}
	}
	return problem.Do("%s", do)
}
