package terminal_test

import (
	"context"
	"strings"
	"testing"

	"latchkey/internal/session"
	"latchkey/internal/update"
)

// What is known of a newer version is told in one line, beside the result and never in it; nobody waits for the answer.
func TestS22NewerVersion(t *testing.T) {
	const line = "A newer Latchkey is there: 9.1.0. Codes by SMS.\n"
	signsIn := func(a *fakeAttempt) { a.succeed() }
	for name, c := range map[string]struct {
		args []string
		told bool
		asks bool
	}{
		"version":        {[]string{"version"}, true, false},
		"version --json": {[]string{"version", "--json"}, false, false},
		"status":         {[]string{"status"}, true, false},
		"status --json":  {[]string{"status", "--json"}, false, false},
		"login":          {[]string{"login", "--with", "browser"}, true, true},
		"login --json":   {[]string{"login", "--json"}, false, true},
		"doctor":         {[]string{"doctor"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, attempt: signsIn, sessions: &fakeSessions{list: []session.Session{amy}}}
			w.updates = &fakeUpdates{known: &update.Release{Version: "9.1.0", Notes: []string{"Codes by SMS.", "More."}}, asked: make(chan struct{})}
			got := w.run(c.args...)
			if got.code != 0 || strings.Contains(got.stderr, line) != c.told || strings.Contains(got.stdout, line) {
				t.Errorf("got %+v", got)
			}
			if newer := strings.Contains(got.stdout, `"newer":"9.1.0"`); newer != (name == "version --json") {
				t.Errorf("got %+v", got)
			}
			if c.asks {
				<-w.updates.asked
			}
			w.updates = nil
			if got := w.run(c.args...); got.code != 0 || strings.Contains(got.stderr+got.stdout, "newer Latchkey") {
				t.Errorf("got %+v", got)
			}
		})
	}
	broken := &world{t: t, settings: "no such key = 1\n"}
	if got := broken.run("version"); got.code != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, "latchkey ") {
		t.Errorf("got %+v", got)
	}
}

// fakeUpdates is what is known of newer versions.
type fakeUpdates struct {
	known *update.Release
	asked chan struct{}
}

func (f *fakeUpdates) Known() *update.Release { return f.known }

func (f *fakeUpdates) Ask(ctx context.Context) (*update.Release, error) {
	close(f.asked)
	<-ctx.Done() // nobody waits for it
	return nil, ctx.Err()
}
