package diagnose

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// line is how a run goes that checks give way to. What is zero is there from the start.
type line struct {
	looked  time.Duration // when the secure connection is there
	secured time.Duration // how long its handshake took
	broken  bool          // the server did not prove who it is
	proxy   time.Duration // when the way is known
	server  time.Duration // when the whole server was looked at
	heard   time.Duration // something comes in that often
	stop    time.Duration // when the check's own time is up
}

const endless = time.Hour

// on runs check in a run on this line, in a bubble whose time passes at once.
func (l line) on(t *testing.T, check func(ctx context.Context, e Env)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		env := Env{Org: config.Organization{ID: "acme", Issuer: "https://login.acme.example"}}
		login, _ := env.Login()
		run, end := context.WithCancel(t.Context())
		defer end()
		ctx := withMemo(run)
		found := ctx.Value(memoKey{}).(*memo)
		at := func(key subject, after time.Duration, value any) {
			found.at(key, func(ctx context.Context) any {
				select {
				case <-time.After(after):
				case <-ctx.Done():
				}
				return value
			})
		}
		seen := view{Sight: transport.Sight{Secured: l.secured}}
		if l.broken {
			seen.problem = problem.New(problem.TLSExpired)
		}
		at(subject{lookAt, login.Address()}, l.looked, seen)
		at(subject{wayTo, login.Address()}, l.proxy, way{})
		at(subject{kind: examination}, l.server, examined{})
		if l.heard > 0 {
			go func() {
				for {
					select {
					case <-time.After(l.heard):
						earOf(ctx).hear(1)
					case <-run.Done():
						return
					}
				}
			}()
		}
		limited := ctx
		if l.stop > 0 {
			within, cancel := context.WithTimeout(ctx, l.stop)
			defer cancel()
			limited = within
		}
		check(limited, env)
	})
}

func TestWhatCanWaitGivesWay(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		line line
		from time.Duration // held back for at least that long
		to   time.Duration // and for no longer
		slow bool
	}{
		"a quick line: until the connection is there":             {line{looked: 120 * ms, secured: 60 * ms, server: endless}, 120 * ms, 120 * ms, false},
		"no proof of who it is: until that is clear":              {line{looked: 120 * ms, broken: true, server: endless}, 120 * ms, 120 * ms, false},
		"a slow handshake: until the server was looked at":        {line{looked: 700 * ms, secured: 400 * ms, server: 2020 * ms, heard: 90 * ms}, 2020 * ms, 2100 * ms, false},
		"a slow line: the same, and it is known to be slow":       {line{looked: 700 * ms, secured: 400 * ms, server: 4020 * ms, heard: 90 * ms}, 4020 * ms, 4100 * ms, true},
		"nothing comes in: not for long":                          {line{looked: endless, server: endless}, lull, lull + 100*ms, false},
		"no more comes in: not for long after the last":           {line{looked: 700 * ms, secured: 400 * ms, server: endless, heard: endless}, lull, lull + 100*ms, false},
		"drops come in: as long as they do":                       {line{looked: 9 * time.Second, secured: 400 * ms, server: 12020 * ms, heard: 2 * time.Second}, 12020 * ms, 12100 * ms, true},
		"a script looks for the way: theirs may be another":       {line{looked: endless, proxy: endless, server: endless, heard: 90 * ms}, quickWay, quickWay + 100*ms, false},
		"the check's time is up before anything is known":         {line{looked: endless, server: endless, heard: 90 * ms, stop: 5 * time.Second}, 5 * time.Second, 5 * time.Second, false},
		"the check's time is up on a line that is slow":           {line{looked: 700 * ms, secured: 400 * ms, server: endless, heard: 90 * ms, stop: 5 * time.Second}, 5 * time.Second, 5 * time.Second, true},
		"the check's time is up before the line is known as slow": {line{looked: 700 * ms, secured: 400 * ms, server: endless, heard: 90 * ms, stop: 2 * time.Second}, 2 * time.Second, 2 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			var held time.Duration
			var slow bool
			c.line.on(t, func(ctx context.Context, e Env) {
				began := time.Now()
				slow = e.giveWay(ctx)
				held = time.Since(began)
			})
			if held < c.from || held > c.to || slow != c.slow {
				t.Errorf("held back for %v and slow %v; want %v to %v and %v", held, slow, c.from, c.to, c.slow)
			}
		})
	}
}

// Without a run around it, or without a server, there is nobody to give way to.
func TestNobodyToGiveWayTo(t *testing.T) {
	acme := Env{Org: config.Organization{ID: "acme", Issuer: "https://login.acme.example"}}
	for name, c := range map[string]struct {
		env Env
		ctx context.Context
	}{
		"no run":    {acme, t.Context()},
		"no server": {Env{}, withMemo(t.Context())},
	} {
		if c.env.giveWay(c.ctx) {
			t.Errorf("%s: the line is called slow", name)
		}
	}
}

// Only hosts that are named have a check that can give way.
func TestWhoGivesWay(t *testing.T) {
	none, all := Env{}, Env{Org: config.Organization{ID: "globex", Region: "euw2", StatusURL: "https://status.example", WorkspaceURL: "https://apps.mypurecloud.ie"}}
	for _, id := range []string{"api", "workspace", "notifications", "status"} {
		if none.yields(id) || !all.yields(id) {
			t.Errorf("%s: named nowhere %v, named %v", id, none.yields(id), all.yields(id))
		}
	}
	if all.yields("server") {
		t.Error("the sign-in server gives way to itself")
	}
}

// What a slow line leaves no time for says nothing of who was not reached; what was found out in time does.
func TestWhatASlowLineHasNoTimeFor(t *testing.T) {
	const ms = time.Millisecond
	slow := line{looked: 700 * ms, secured: 400 * ms, server: 4020 * ms, heard: 90 * ms, stop: 6 * time.Second}
	quick := line{looked: 70 * ms, secured: 40 * ms, server: 120 * ms, heard: 90 * ms, stop: 6 * time.Second}
	for name, c := range map[string]struct {
		line  line
		takes time.Duration
		finds State
		want  State
	}{
		"found in time":                   {slow, time.Second, Problem, Problem},
		"no time left":                    {slow, endless, Problem, Unknown},
		"no time left, but it was enough": {slow, endless, OK, OK},
		"the line is not to blame":        {quick, endless, Problem, Problem},
	} {
		t.Run(name, func(t *testing.T) {
			c.line.on(t, func(ctx context.Context, e Env) {
				f := e.yield(func(ctx context.Context) Finding {
					select {
					case <-time.After(c.takes):
					case <-ctx.Done():
					}
					return Finding{State: c.finds}
				})(ctx)
				if f.State != c.want {
					t.Errorf("it is %q (%s), want %q", f.State, f.Line(), c.want)
				}
			})
		})
	}
}
