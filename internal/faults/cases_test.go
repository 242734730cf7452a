//go:build faults && linux

package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/transport"
)

// canary is part of every secret that is planted.
const canary = "canary7Kq"

// cases are scenarios with a test of their own.
var cases = []scenario{
	{name: "signed in", apart: true, fault: signedIn, act: watched},
	{name: "signed in behind a portal", apart: true, fault: both(signedIn, portal(http.StatusFound, true)), act: watched},
	{name: "signed in, portal answers", apart: true, fault: both(signedIn, portal(http.StatusOK, true)), act: watched},
	{name: "signed in, portal says so", apart: true, fault: both(signedIn, portal(http.StatusNetworkAuthenticationRequired, true)), act: watched},
	{name: "signed in, name led astray", apart: true, fault: both(signedIn, func(r *rig) error {
		r.Names.Set("login.acme.example", lab.Stranger.V4)
		_, err := r.Site("login.acme.example", lab.Stranger, lab.Page(http.StatusOK, "Sign in")(nil))
		return err
	}), act: watched},
	{name: "date of a server that cannot be trusted", apart: true, fault: func(r *rig) error {
		r.Watches.Set(5 * time.Hour)
		r.turn(func(e *diagnose.Env) { e.NTP = nil })
		c, err := lab.SelfSigned("login.acme.example")
		r.Acme.Show(c)
		r.Status.Show(c)
		return err
	}},
	{name: "without any rights", apart: true, fault: keyring(nil), act: doctor(0, "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")},
	{name: "30 % loss", apart: true, fault: loss(30)},
	{name: "20 kbit/s", apart: true, fault: narrow("20kbit")},
	{name: "10 kbit/s", apart: true, fault: narrow("10kbit")},
	{name: "every minute of two days", apart: true, act: everyMinute},
}

func TestDG01StagesAreNamed(t *testing.T) {
	t.Parallel()
	for name, stage := range map[string]string{
		"cable unplugged": "network", "name missing": "dns", "firewall drops": "connect", "handshake never answered": "tls", "token endpoint fails (500)": "server",
	} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			o := inLab(t, name)
			if got := o.of(stage); got.State != diagnose.Problem {
				t.Errorf("%s is %s\n%s", stage, got.State, o)
			}
			for _, later := range consequences[stage] {
				if f := o.of(later); f.State != diagnose.Skipped || f.Because != stage {
					t.Errorf("%s is %s because of %q", later, f.State, f.Because)
				}
			}
		})
	}
}

func TestDG02PortalIsNamedAndToldNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"signed in behind a portal", "signed in, portal answers", "signed in, portal says so"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := inLab(t, name)
			if o.of("portal").Code != "network-page" {
				t.Error(o)
			}
			nothingSecret(t, o)
		})
	}
}

func TestDG03InterceptorIsShown(t *testing.T) {
	t.Parallel()
	o := inLab(t, "mitmproxy opens connections, and is trusted")
	f := o.of("tls")
	if f.State != diagnose.Warning || f.Facts["product"] != "mitmproxy" || !strings.Contains(fmt.Sprint(f.Facts["issuer"]), "mitmproxy") || !strings.Contains(f.Why, "not the usual issuer") {
		t.Error(o)
	}
}

func TestDG04OneFamilyBroken(t *testing.T) {
	t.Parallel()
	for name, family := range map[string]string{"IPv6 black hole": "ipv6", "IPv4 black hole": "ipv4"} {
		o := inLab(t, name)
		if o.Verdict != diagnose.Degraded || o.of("network").Facts["broken_family"] != family || o.of("server").State != diagnose.OK {
			t.Errorf("%s: %s", name, o)
		}
	}
}

func TestDG05BadLines(t *testing.T) {
	t.Parallel()
	for name, problems := range map[string][]string{
		"large packets vanish": {"tls problem timed-out"}, "answers take 2 s": nil, "20 kbit/s": nil, "10 kbit/s": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := inLab(t, name)
			want := map[bool]diagnose.Verdict{true: diagnose.Degraded, false: diagnose.Blocked}[problems == nil]
			if o.Took > 30*time.Second || o.Verdict != want || !slices.Equal(o.problems(), problems) {
				t.Error(o)
			}
			lineTells := func(s string) bool { return strings.HasSuffix(s, " connection-slow") }
			if problems == nil && !slices.ContainsFunc(o.shown(), lineTells) {
				t.Errorf("nobody is told that the line is slow: %s", o)
			}
			others := slices.DeleteFunc(o.shown(), func(s string) bool { return lineTells(s) || slices.Contains(slices.Concat(slow, problems), s) })
			if len(others) > 0 {
				t.Errorf("something else is told: %v: %s", others, o)
			}
		})
	}
}

// Where half of all questions and answers are lost, a secure connection comes about in 16 s, as long as a sign-in waits, or it does
// not: both is true. What is never true is that something else is wrong.
func TestDG05HalfIsLost(t *testing.T) {
	t.Parallel()
	o := inLab(t, "30 % loss")
	silence := []string{"dns problem name-service-dead", "connect problem timed-out", "tls problem timed-out", "server problem timed-out"}
	others := slices.DeleteFunc(o.problems(), func(p string) bool { return slices.Contains(silence, p) })
	through := o.Verdict == diagnose.Degraded && len(o.problems()) == 0
	if o.Took > 30*time.Second || len(others) > 0 || !through && (o.Verdict != diagnose.Blocked || len(o.problems()) != 1) {
		t.Error(o)
	}
}

func TestDG07UnusualAddress(t *testing.T) {
	t.Parallel()
	if o := inLab(t, "name leads to this computer"); o.of("dns").Code != "name-unusual" {
		t.Error(o)
	}
	nothingSecret(t, inLab(t, "signed in, name led astray"))
}

func TestDG08EveryMinuteOfTwoDays(t *testing.T) {
	t.Parallel()
	o := inLab(t, "every minute of two days")
	if o.Notes["wrong"] != "" || o.Notes["measured"] != strconv.Itoa(2*24*60+1) {
		t.Errorf("%s offsets measured; wrong: %s", o.Notes["measured"], o.Notes["wrong"])
	}
}

func TestDG09OneTimeServerLies(t *testing.T) {
	t.Parallel()
	outvoted, one := inLab(t, "time server lies"), inLab(t, "one time server against the sign-in server")
	if f := outvoted.of("clock"); f.State != diagnose.OK || fmt.Sprint(f.Facts["disagreeing"]) != "[time server 1]" {
		t.Error(outvoted)
	}
	if f := one.of("clock"); f.Code != "time-disputed" || one.Verdict == diagnose.Blocked {
		t.Error(one)
	}
}

func TestDG10DateOfAnUntrustedServer(t *testing.T) {
	t.Parallel()
	o := inLab(t, "date of a server that cannot be trusted")
	f := o.of("clock")
	if _, believed := f.Facts["offset_ms"]; believed || f.Facts["sources"] != nil || f.Because != "tls" || o.of("tls").State != diagnose.Problem {
		t.Error(o)
	}
}

func TestDG11TimeZone(t *testing.T) {
	t.Parallel()
	o := inLab(t, "time zone that does not exist")
	if f := o.of("clock"); f.Code != "time-zone-wrong" || !strings.Contains(f.Why, "The clock is right") {
		t.Error(o)
	}
}

func TestDG14TwoClocksOfThisComputerDiffer(t *testing.T) {
	t.Parallel()
	o := inLab(t, "clock jumps all the time")
	wall, _ := o.of("clock").Facts["wall_elapsed_ms"].(float64)
	monotonic, _ := o.of("clock").Facts["monotonic_elapsed_ms"].(float64)
	if o.of("clock").Code != "clock-unsteady" || wall-monotonic < 60_000 {
		t.Error(o)
	}
}

func TestDG15StatusPageDecidesNothing(t *testing.T) {
	t.Parallel()
	if o := inLab(t, "status page lies while the server is down"); o.Verdict != diagnose.Blocked {
		t.Error(o)
	}
	for _, name := range []string{"status page huge", "status page is something else", "status page unreachable"} {
		if o := inLab(t, name); o.Verdict != diagnose.Fine || o.of("status").State != diagnose.Unknown {
			t.Errorf("%s: %s", name, o)
		}
	}
}

func TestDG17NobodyElseIsTold(t *testing.T) {
	t.Parallel()
	o := inLab(t, "signed in")
	if o.of("kept").Facts["signed_in"] != true {
		t.Fatal(o)
	}
	nothingSecret(t, o)
}

func TestDG19NoRightsNeeded(t *testing.T) {
	t.Parallel()
	if o := inLab(t, "without any rights"); o.Verdict != diagnose.Fine {
		t.Error(o)
	}
}

func TestDG20DropsAndRejectsAreToldApart(t *testing.T) {
	t.Parallel()
	drops, rejects := inLab(t, "firewall drops"), inLab(t, "firewall rejects")
	if drops.of("connect").Code != "timed-out" || rejects.of("connect").Code != "connection-refused" {
		t.Errorf("%s\n%s", drops, rejects)
	}
}

func TestDG21ReachedAndRefused(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"token endpoint wants more (401)":              "app-unknown",
		"token endpoint behind a gateway's page (403)": "server-refuses",
		"token endpoint limits requests (429)":         "too-many-tries",
	} {
		o := inLab(t, name)
		if f := o.of("server"); o.Verdict != diagnose.Blocked || f.State != diagnose.Problem || f.Code != code || f.Because != "" {
			t.Errorf("%s: %s", name, o)
		}
		for _, f := range o.Checks {
			if slices.Contains([]string{"network", "dns", "connect", "proxy", "portal", "tls"}, f.ID) && f.State != diagnose.OK {
				t.Errorf("%s: the network is to blame: %s", name, o)
			}
		}
	}
}

// signedIn keeps a session whose tokens are canaries.
func signedIn(r *rig) error {
	r.fill(func(m *session.Manager, o config.Organization) error {
		at := &oauth.Client{Org: o, Server: &oauth.Server{Issuer: o.Issuer}}
		tokens := &oauth.Tokens{Access: secret.New("access-" + canary), Refresh: secret.New("refresh-" + canary), Expires: time.Now().Add(time.Hour)}
		who := oauth.Identity{Issuer: o.Issuer, Subject: "amy", Username: "amy@acme.example", Name: "Amy Agent"}
		_, err := m.Keep(context.Background(), at, tokens, who, true)
		return err
	})
	return nil
}

// watched runs the checks and notes everything that was said to anybody.
func watched(ctx context.Context, r *rig) (outcome, error) {
	o := r.run(ctx)
	requests, err := json.Marshal(r.Requests())
	r.Notes["requests"] = string(requests)
	r.Notes["names"] = strings.Join(slices.Sorted(maps.Keys(r.Names.Asked())), " ")
	o.Notes = r.Notes
	return o, err
}

// madeUp is a name that nobody has: who answers for it answers for anything.
var madeUp = regexp.MustCompile(`^lk-[a-z2-7]{16}\.example$`)

// nothingSecret looks through everything that was said to anybody.
func nothingSecret(t *testing.T, o outcome) {
	t.Helper()
	var requests []lab.Request
	if err := json.Unmarshal([]byte(o.Notes["requests"]), &requests); err != nil {
		t.Fatal(err)
	}
	if len(requests) == 0 {
		t.Error("nobody was asked anything")
	}
	for _, r := range requests {
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s %s%s carries credentials", r.Method, r.Host, r.Path)
		}
		if !slices.Contains([]string{"login.acme.example", "status.acme.example", "portal.hotel.example"}, r.Host) {
			t.Errorf("%s was asked", r.Host)
		}
	}
	if strings.Contains(o.Notes["requests"], canary) || strings.Contains(o.Notes["names"], canary) {
		t.Error("a secret was sent")
	}
	for name := range strings.FieldsSeq(o.Notes["names"]) {
		if !strings.HasSuffix(name, ".acme.example") && name != "portal.hotel.example" && !madeUp.MatchString(name) {
			t.Errorf("the name %s was looked up", name)
		}
	}
	if t.Failed() {
		t.Log(o)
	}
}

// everyMinute measures the clock with every error from a day slow to a day fast.
func everyMinute(ctx context.Context, r *rig) (outcome, error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	var wrong []string
	measured := 0
	next := make(chan struct{}, 24) // more only wait for a processor
	for minutes := -24 * 60; minutes <= 24*60; minutes++ {
		next <- struct{}{}
		all.Go(func() {
			defer func() { <-next }()
			complaint := ""
			for range 3 { // where the machine stood still, not everybody was heard in time
				heard := 0
				if complaint, heard = r.measureOff(ctx, time.Duration(minutes)*time.Minute); heard >= 2 {
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			measured++
			if complaint != "" {
				wrong = append(wrong, complaint)
			}
		})
	}
	all.Wait()
	return outcome{Notes: map[string]string{"measured": strconv.Itoa(measured), "wrong": strings.Join(wrong, "\n")}}, nil
}

// measureOff runs the check of the clock with one that is behind by so much, and says what is wrong with its finding, and how many
// sources it heard.
func (r *rig) measureOff(ctx context.Context, behind time.Duration) (complaint string, heard int) {
	e := r.Env
	e.Clock = shifted{by: -behind}
	client := transport.New(transport.Options{Clock: e.Clock})
	defer client.Close()
	e.HTTP = client
	checks := diagnose.Checks(e)
	at := slices.IndexFunc(checks, func(c diagnose.Check) bool { return c.ID == "clock" })
	f := checks[at].Run(ctx)
	facts := map[string]any{}
	for _, fact := range f.Facts {
		facts[fact.Name] = fact.Value
	}
	offset, _ := facts["offset_ms"].(float64)
	sources, _ := facts["sources"].([]string)
	want := problem.ClockWrong
	switch {
	case behind == 0:
		want = ""
	case behind%(15*time.Minute) == 0 && behind.Abs() < 24*time.Hour:
		want = problem.TimeZoneWrong
	}
	if math.Abs(offset-float64(behind.Milliseconds())) > 2000 || len(sources) < 2 || f.Code != want || (f.State == diagnose.OK) != (want == "") {
		return fmt.Sprintf("%v behind: %s %s, %v ms by %v: %s", behind, f.State, f.Code, facts["offset_ms"], sources, f.Why), len(sources)
	}
	return "", len(sources)
}

// shifted is a clock that is off.
type shifted struct {
	clock.System
	by time.Duration
}

// Now returns the time, and by how much it is off.
func (s shifted) Now() time.Time { return time.Now().Add(s.by) }
