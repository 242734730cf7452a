//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait: long enough for a busy machine, so that running into it means that it will not happen.
const patience = 60 * time.Second

// eventually waits until it is so, looking again and again.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatalf("after %s still not: %s", patience, what)
}

// soon is eventually for something that may take another try: it reports whether it became so.
func soon(d time.Duration, so func() bool) bool {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return so()
}

// process is a program that runs beside a test. It ends with the test at the latest.
type process struct {
	*exec.Cmd
	said   transcript // stdout and stderr, as they came
	ended  chan struct{}
	status error // of Wait; valid after ended
}

// transcript keeps what was said; it is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start starts a program in an environment that holds nothing but env.
func start(t *testing.T, env []string, stdin io.Reader, name string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.Env, p.Stdin, p.Stdout, p.Stderr = env, stdin, &p.said, &p.said
	p.WaitDelay = 2 * time.Second // children that keep the pipes open do not keep the test
	if err := p.Start(); err != nil {
		t.Fatalf("start %s: %v", filepath.Base(name), err)
	}
	go func() {
		p.status = p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.end(t)
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(name), p.said.String())
		}
	})
	return p
}

// alive reports whether the program still runs.
func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// end asks the program to end, and makes it.
func (p *process) end(t *testing.T) {
	t.Helper()
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Logf("%s has to be killed", filepath.Base(p.Path))
		_ = p.Process.Kill()
		<-p.ended
	}
}

// kill ends the program as a power cut would.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// waitFor waits until the program has said something.
func (p *process) waitFor(t *testing.T, words string) {
	t.Helper()
	eventually(t, filepath.Base(p.Path)+" says "+words, func() bool {
		if !p.alive() && !strings.Contains(p.said.String(), words) {
			t.Fatalf("%s has ended (%v) without saying %q:\n%s", filepath.Base(p.Path), p.status, words, p.said.String())
		}
		return strings.Contains(p.said.String(), words)
	})
}

// firstLine returns the first line of the program, once it is complete.
func (p *process) firstLine(t *testing.T) string {
	t.Helper()
	p.waitFor(t, "\n")
	line, _, _ := strings.Cut(p.said.String(), "\n")
	return line
}

// environment is what every program here gets: the least a login session has.
func environment(more ...string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=xterm-256color", "TZ=UTC"}
	if mark, ok := os.LookupEnv("LATCHKEY_TEST_RUN"); ok {
		env = append(env, "LATCHKEY_TEST_RUN="+mark) // scripts/test finds by it what was left behind
	}
	return append(env, more...)
}

// running reports whether a process that is not ours to wait for still runs.
func running(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
