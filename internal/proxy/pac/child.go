package pac

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"latchkey/internal/proxy"
)

// Word is the one argument with which a program is started to run a script.
const Word = "run-proxy-script"

const (
	runLimit   = 3 * time.Second // for lookups, too
	startUp    = 7 * time.Second // for the process to come up on a busy machine; the process itself holds runLimit
	mostMemory = 192 << 20       // bytes, of the whole process
	mostAsked  = 8 << 20         // bytes
	glance     = 4 * time.Millisecond
)

// question is what the process is told.
type question struct{ Text, Address, Host string }

// answer is what it says.
type answer struct {
	Said  string
	Fault proxy.Fault `json:",omitempty"`
}

// Started reports whether this process was started to run a script: its program then calls [Serve] and nothing else.
func Started(args []string) bool { return len(args) == 2 && args[1] == Word }

// Run is a proxy.Evaluator. It starts this program once more; that must ask [Started] first of all.
func Run(ctx context.Context, text, address, host string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", proxy.Fail(proxy.Broken, err)
	}
	return start(ctx, self, question{text, address, host})
}

// start asks a process of the program.
func start(ctx context.Context, program string, q question) (string, error) {
	asked, err := json.Marshal(q)
	if err != nil || len(asked) > mostAsked {
		return "", proxy.Fail(proxy.Broken, err)
	}
	ctx, cancel := context.WithTimeout(ctx, runLimit+startUp)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, Word) // #nosec G204 -- this very program
	cmd.Stdin = bytes.NewReader(asked)
	cmd.Env = []string{"GOMAXPROCS=2"}
	for _, variable := range []string{"SYSTEMROOT", "RES_OPTIONS", "LOCALDOMAIN", "TZ"} {
		if value, ok := os.LookupEnv(variable); ok {
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
	}
	cmd.WaitDelay = time.Second
	said, err := cmd.Output()
	if ctx.Err() != nil {
		return "", proxy.Fail(proxy.TooSlow, ctx.Err())
	}
	if ended, ok := errors.AsType[*exec.ExitError](err); ok && ended.ExitCode() == exitHungry {
		return "", proxy.Fail(proxy.TooHungry, nil)
	}
	var a answer
	if err != nil || json.Unmarshal(said, &a) != nil {
		return "", proxy.Fail(proxy.Broken, err)
	}
	if a.Fault != "" {
		return "", proxy.Fail(a.Fault, nil)
	}
	return a.Said, nil
}

// What the process ends with.
const (
	exitDone   = 0
	exitBroken = 1
	exitHungry = 3
)

// Serve runs the script that in brings, writes what it says to out, and returns what the process is to end with. It may
// end the process itself: a call that eats memory or time cannot be stopped otherwise.
func Serve(in io.Reader, out io.Writer) int {
	go watchMemory(func() { os.Exit(exitHungry) })
	debug.SetMemoryLimit(mostMemory / 2)
	debug.SetTraceback("none")
	text, err := io.ReadAll(io.LimitReader(in, mostAsked))
	var q question
	if err != nil || json.Unmarshal(text, &q) != nil {
		return exitBroken
	}
	ctx, cancel := context.WithTimeout(context.Background(), runLimit)
	defer cancel()
	w := world{ctx: ctx, names: net.DefaultResolver, now: time.Now, own: ownAddress}
	done := make(chan answer, 1)
	go func() {
		said, err := w.evaluate(q.Text, q.Address, q.Host)
		a := answer{Said: said}
		if fault, ok := errors.AsType[*proxy.ScriptError](err); ok {
			a = answer{Fault: fault.Fault}
		}
		done <- a
	}()
	a := answer{Fault: proxy.TooSlow}
	select {
	case a = <-done:
	case <-time.After(runLimit + glance):
	}
	if json.NewEncoder(out).Encode(a) != nil {
		return exitBroken
	}
	return exitDone
}

// watchMemory calls stop when this process has taken more than a script should make it take.
func watchMemory(stop func()) {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		metrics.Read(sample)
		if sample[0].Value.Uint64()-sample[1].Value.Uint64() > mostMemory {
			stop()
		}
		time.Sleep(glance)
	}
}
