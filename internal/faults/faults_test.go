//go:build faults && linux

package faults

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// scenario is something that is wrong, and what an agent is to be told about it.
type scenario struct {
	name     string
	org      string // acme when empty
	settings string // the organisation's when empty
	apart    bool   // has a test of its own
	wire     lab.Wire
	fault    func(*rig) error
	act      func(context.Context, *rig) (outcome, error) // what is done then; usually the checks are run once

	want diagnose.Verdict
	// shown is everything that stands for itself and is not fine, in the order of the checks: nothing else may. What is
	// a failure besides must be put down to one of these.
	shown []string
	may   []string // may be shown, too: packets are lost by chance
	says  []string // must occur in what is shown
}

func (s scenario) organization() string {
	if s.org == "" {
		return acme
	}
	return s.org
}

// scenarios returns all of them.
func scenarios() []scenario {
	return slices.Concat(outages, healthy, networkFaults, nameFaults, proxyFaults, scriptFaults, portalFaults, tlsFaults, serverFaults, clockFaults, statusFaults, computerFaults, keychainFaults, voiceFaults, oftenFaults, throughDoctor, cases, signInFaults())
}

func find(name string) (scenario, bool) {
	all := scenarios()
	at := slices.IndexFunc(all, func(s scenario) bool { return s.name == name })
	if at < 0 {
		return scenario{}, false
	}
	return all[at], true
}

func TestFaults(t *testing.T) {
	names := map[string]bool{}
	for _, s := range scenarios() {
		if s.apart {
			continue
		}
		if names[s.name] {
			t.Errorf("two scenarios are called %s", s.name)
		}
		names[s.name] = true
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.check(t, inLab(t, s.name))
		})
	}
}

// check compares what was found with what is to be found.
func (s scenario) check(t *testing.T, o outcome) {
	t.Helper()
	defer func() {
		if t.Failed() || testing.Verbose() {
			t.Log("\n" + o.String())
		}
	}()
	shown := o.shown()
	lucky := slices.DeleteFunc(slices.Clone(shown), func(f string) bool {
		return slices.Contains(s.may, f) && !slices.Contains(s.shown, f)
	})
	if diff := cmp.Diff(s.shown, slices.Clip(lucky), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	unlucky := len(lucky) < len(shown) && s.want == diagnose.Fine && o.Verdict == diagnose.Degraded
	if o.Verdict != s.want && !unlucky {
		t.Errorf("verdict: got %q, want %q", o.Verdict, s.want)
	}
	s.checkFolded(t, o)
	var words []string
	for _, f := range o.Checks {
		if f.Because == "" && f.State != diagnose.OK {
			words = append(words, f.Why, f.Fix)
		}
	}
	for _, part := range s.says {
		if !strings.Contains(strings.Join(words, "\n"), part) {
			t.Errorf("nobody is told %q", part)
		}
	}
}

// consequences are the checks that cannot succeed when a check ahead of them has failed on the way to the sign-in server.
var consequences = map[string][]string{
	"settings": {"server"},
	"network":  {"connect", "tls", "server"},
	"dns":      {"connect", "tls", "server"},
	"connect":  {"tls", "server"},
	"proxy":    {"tls", "server"},
	"portal":   {"tls", "server"},
	"tls":      {"server"},
	"status":   {"server"},
}

// checkFolded holds what is put down to something else against what stands for itself.
func (s scenario) checkFolded(t *testing.T, o outcome) {
	t.Helper()
	under := o.folded()
	for cause, folded := range under {
		if o.of(cause).State != diagnose.Problem {
			t.Errorf("%v is put down to %s, which is %s", folded, cause, o.of(cause).State)
		}
	}
	if s.want != diagnose.Blocked || len(s.shown) == 0 {
		return
	}
	cause, _, _ := strings.Cut(s.shown[0], " ")
	for _, id := range consequences[cause] {
		if !slices.Contains(under[cause], id) {
			t.Errorf("%s is not put down to %s", id, cause)
		}
	}
}
