//go:build faults && linux

package faults

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// scenario is something that is wrong, and what an agent is to be told about it.
type scenario struct {
	name     string
	org      string // acme when empty
	settings string // the organisation's when empty
	wire     lab.Wire
	fault    func(*rig) error
	after    func(*rig) // looks around when the checks have run

	want diagnose.Verdict
	// shown is everything that stands for itself and is not fine, in the order of the checks: nothing else may.
	shown []string
	// folded are the failures that are put down to a cause: "dns: connect tls".
	folded []string
	says   []string // must occur in what is shown
}

func (s scenario) organization() string {
	if s.org == "" {
		return acme
	}
	return s.org
}

// scenarios returns all of them.
func scenarios() []scenario {
	return slices.Concat(healthy, networkFaults, nameFaults)
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
	if o.Verdict != s.want {
		t.Errorf("verdict: got %q, want %q", o.Verdict, s.want)
	}
	if diff := cmp.Diff(s.shown, o.shown()); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(s.folded, o.folded()); diff != "" {
		t.Errorf("folded (-want +got):\n%s", diff)
	}
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
