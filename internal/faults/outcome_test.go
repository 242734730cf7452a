//go:build faults && linux

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// outcome is what a process in a lab found out, as it tells the test outside.
type outcome struct {
	Verdict diagnose.Verdict
	Summary string
	Took    time.Duration
	First   time.Duration // until the first thing was told
	Checks  []finding
	Notes   map[string]string // what a scenario wants to tell besides
	Stalled time.Duration     // the longest that the machine let the process wait for a processor
}

type finding struct {
	ID                      string
	State                   diagnose.State
	Code, Why, Fix, Because string
	Took                    time.Duration
	Facts                   map[string]any
}

// shown returns what stands for itself and is not fine: "dns problem name-not-found".
func (o outcome) shown() []string {
	var all []string
	for _, f := range o.Checks {
		if f.State != diagnose.OK && f.State != diagnose.Skipped {
			all = append(all, strings.TrimSpace(f.ID+" "+string(f.State)+" "+f.Code))
		}
	}
	return all
}

// problems returns what is shown as one.
func (o outcome) problems() []string {
	return slices.DeleteFunc(o.shown(), func(s string) bool { return !strings.Contains(s, " problem ") })
}

// folded returns what is explained by something else, by cause.
func (o outcome) folded() map[string][]string {
	under := map[string][]string{}
	for _, f := range o.Checks {
		if f.Because != "" {
			under[f.Because] = append(under[f.Because], f.ID)
		}
	}
	return under
}

// of returns the finding of a check.
func (o outcome) of(id string) finding {
	for _, f := range o.Checks {
		if f.ID == id {
			return f
		}
	}
	return finding{}
}

// String is the whole of it, for people who read why a test failed.
func (o outcome) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %d ms: %s\n", o.Verdict, o.Took.Milliseconds(), o.Summary)
	for _, f := range o.Checks {
		fmt.Fprintf(&b, "  %-13s %-8s %-24s %6d ms  %s", f.ID, f.State, f.Code, f.Took.Milliseconds(), f.Why)
		if f.Because != "" {
			fmt.Fprintf(&b, " (because of %s)", f.Because)
		}
		if f.Fix != "" {
			fmt.Fprintf(&b, " → %s", f.Fix)
		}
		if len(f.Facts) > 0 {
			facts, _ := json.Marshal(f.Facts)
			fmt.Fprintf(&b, " %s", facts)
		}
		b.WriteString("\n")
	}
	for _, k := range slices.Sorted(maps.Keys(o.Notes)) {
		fmt.Fprintf(&b, "  note %s = %s\n", k, o.Notes[k])
	}
	return b.String()
}

// inLab acts a scenario out, and returns what it found. What was found while the machine stood still counts for nothing,
// whatever it is: a second without a processor is a slow network. Then it is acted out again.
func inLab(t *testing.T, name string) (o outcome) {
	t.Helper()
	for range 3 {
		if o = actedOut(t, name); o.Stalled < standstill {
			break
		}
		t.Logf("%s: the machine stood still for %d ms", name, o.Stalled.Milliseconds())
	}
	return o
}

// standstill is less than what anything here calls slow.
const standstill = 600 * time.Millisecond

// actedOut acts a scenario out in a process of its own.
func actedOut(t *testing.T, name string) outcome {
	t.Helper()
	tests, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), tests, "-test.run=^$")
	own := desk(t)
	cmd.Env = append(own, inside+"="+name, program+"="+latchkey)
	var told, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &said
	lab.Isolate(cmd)
	err = cmd.Run()
	if left := startedWith(own[len(own)-1]); len(left) > 0 {
		t.Errorf("%s: still running: %v", name, left)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	if said.Len() > 0 {
		t.Log(said.String())
	}
	var o outcome
	if err := json.Unmarshal(told.Bytes(), &o); err != nil {
		t.Fatalf("%v: %s", err, told.String())
	}
	return o
}

// run marks what belongs to one run of all tests.
const run = "LATCHKEY_TEST_RUN"

// desk is the environment of somebody who sits at this computer with nothing set up.
func desk(t *testing.T) []string {
	t.Helper()
	folder, err := os.MkdirTemp("", "f") // short: sockets have short names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	env := []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "WAYLAND_DISPLAY=wayland-7", run + "=" + os.Getenv(run)}
	for _, variable := range []string{"HOME", "TMPDIR", "XDG_RUNTIME_DIR"} {
		own := filepath.Join(folder, strings.ToLower(variable))
		if err := os.Mkdir(own, 0o700); err != nil {
			t.Fatal(err)
		}
		env = append(env, variable+"="+own)
	}
	screen, err := net.Listen("unix", filepath.Join(folder, "xdg_runtime_dir", "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return env
}

// told turns a report into what the test outside reads.
func told(r diagnose.Report, first time.Duration, notes map[string]string) outcome {
	o := outcome{Verdict: r.Verdict, Summary: r.Summary, Took: r.Took, First: first, Notes: notes}
	for _, c := range r.Results {
		f := finding{ID: c.ID, State: c.State, Code: string(c.Code), Why: c.Line(), Fix: c.Fix, Because: c.Because, Took: c.Took, Facts: map[string]any{}}
		for _, fact := range c.Facts {
			f.Facts[fact.Name] = fact.Value
		}
		o.Checks = append(o.Checks, f)
	}
	return o
}
