//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"testing"
	"time"
)

// conversation is a `login --json` in progress, led by a script.
type conversation struct {
	process *exec.Cmd
	answers io.WriteCloser
	steps   chan map[string]any // closed when the program says nothing more
	errors  transcript
}

// loginJSON starts `latchkey login --json ARGS`.
func (d *desk) loginJSON(t *testing.T, args ...string) *conversation {
	t.Helper()
	v := &conversation{process: d.command(parts.latchkey, append([]string{"login", "--json"}, args...)...), steps: make(chan map[string]any, 64)}
	v.process.Stderr = &v.errors
	out, err := v.process.StdoutPipe()
	if err == nil {
		v.answers, err = v.process.StdinPipe()
	}
	if err == nil {
		err = v.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(v.steps)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var step map[string]any
			if err := json.Unmarshal(lines.Bytes(), &step); err != nil {
				step = map[string]any{"step": "not JSON: " + lines.Text()}
			}
			v.steps <- step
		}
	}()
	t.Cleanup(func() {
		if v.process.ProcessState == nil {
			_ = v.process.Process.Kill()
			_ = v.process.Wait()
		}
		if t.Failed() {
			t.Logf("login --json said on stderr:\n%s", v.errors.String())
		}
	})
	return v
}

// next returns the next step of this kind; others that need no answer are passed over.
func (v *conversation) next(t *testing.T, kind string) map[string]any {
	t.Helper()
	var passed []string
	for deadline := time.After(patience); ; {
		select {
		case step, more := <-v.steps:
			if !more {
				t.Fatalf("the conversation ended before %q; it said %v", kind, passed)
			}
			if step["step"] == kind {
				return step
			}
			passed = append(passed, fmt.Sprint(step))
			if step["step"] == "problem" {
				t.Fatalf("instead of %q there is a problem: %v", kind, step)
			}
		case <-deadline:
			t.Fatalf("no %q; the conversation said %v", kind, passed)
		}
	}
}

// answer sends one line.
func (v *conversation) answer(t *testing.T, answer map[string]any) {
	t.Helper()
	line, err := json.Marshal(answer)
	if err == nil {
		_, err = v.answers.Write(append(line, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code.
func (v *conversation) ends(t *testing.T) int {
	t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case _, more := <-v.steps:
			if more {
				continue
			}
			_ = v.process.Wait()
			return v.process.ProcessState.ExitCode()
		case <-deadline:
			t.Fatal("login --json does not end")
		}
	}
}
