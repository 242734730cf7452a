package diagnose_test

import (
	"context"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// launcher is a browser that only says what it would do.
type launcher struct {
	name   string
	err    error
	opened []string
}

func (l *launcher) Find(context.Context) (string, error) { return l.name, l.err }
func (l *launcher) OpenPage(_ context.Context, address string) error {
	l.opened = append(l.opened, address)
	return nil
}

// lookups answers every question with the same addresses.
type lookups []string

func (l lookups) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	var all []netip.Addr
	for _, a := range l {
		all = append(all, netip.MustParseAddr(a))
	}
	return all, nil
}

func TestBrowserRoundTrip(t *testing.T) {
	for name, change := range map[string]func(*diagnose.Env){
		"a generic server": func(*diagnose.Env) {},
		"Genesys Cloud": func(e *diagnose.Env) {
			e.Org.Region, e.Org.Issuer, e.Org.RedirectHost = "euw2", "", "localhost"
			e.Resolver = lookups{"127.0.0.1", "::1"}
		},
		"no organisation": func(e *diagnose.Env) { e.Org = config.Organization{} },
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			change(&e)
			l := &launcher{name: "xdg-open"}
			e.Browser = l
			r := foundBy(t, e, "browser")
			wantFinding(t, r, diagnose.OK, "", "what it sends to Latchkey arrives")
			if fact(r, "browser") != "xdg-open" || fact(r, "round_trip_ms") == nil {
				t.Errorf("facts: %+v", r.Facts)
			}
			if len(l.opened) != 0 {
				t.Errorf("opened %v", l.opened)
			}
			if r.Blocks != (e.Org.Region != "") {
				t.Errorf("blocks: %v", r.Blocks)
			}
		})
	}
}

func TestBrowserFixedPort(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	e := computer(t)
	e.Org.RedirectPort, _ = strconv.Atoi(port)
	r := foundBy(t, e, "browser")
	wantFinding(t, r, diagnose.Problem, problem.PortUnavailable, "Port "+port+", which the settings name, is taken by another program.")

	e.Asking = func() bool { return true } // perhaps by the sign-in itself
	wantFinding(t, foundBy(t, e, "browser"), diagnose.OK, "", "")

	e.Asking = nil
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	wantFinding(t, foundBy(t, e, "browser"), diagnose.OK, "", "")

	e.Org.RedirectPort = 8191 // another program of Genesys Cloud has it
	wantFinding(t, foundBy(t, e, "browser"), diagnose.Problem, problem.PortUnavailable, "8191")
}

func TestCB53LocalhostIsElsewhere(t *testing.T) {
	e := computer(t)
	e.Org.RedirectHost, e.Resolver = "localhost", lookups{"127.0.0.1", "192.0.2.1"}
	wantFinding(t, foundBy(t, e, "browser"), diagnose.Problem, problem.LoopbackBlocked, "localhost leads to another computer")
	e.Org.RedirectHost = "127.0.0.1" // then the name does not matter
	wantFinding(t, foundBy(t, e, "browser"), diagnose.OK, "", "")
}

func TestNoBrowser(t *testing.T) {
	e := computer(t)
	e.Browser = &launcher{err: problem.New(problem.BrowserNotOpened, problem.Because("There is nothing on this computer that opens a browser."))}
	at := filepath.Join(t.TempDir(), "wayland-0")
	screen, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	e.System, e.Getenv, e.Files = "linux", env{"WAYLAND_DISPLAY": at}.get, files()
	wantFinding(t, foundBy(t, e, "browser"), diagnose.Warning, problem.BrowserNotOpened, "nothing on this computer that opens a browser")
	e.Getenv = env{"SSH_TTY": "/dev/pts/0"}.get // the desktop's check says what is to be said
	wantFinding(t, foundBy(t, e, "browser"), diagnose.OK, "", "No browser opens here")
}

func TestStoppedBrowserCheckIsUnknown(t *testing.T) {
	e := computer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range diagnose.Checks(e) {
		if c.ID == "browser" {
			if f := c.Run(ctx); f.State != diagnose.Unknown || strings.Contains(f.Line(), "security") {
				t.Errorf("got %+v", f)
			}
		}
	}
}
