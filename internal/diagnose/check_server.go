package diagnose

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// The limits are near to what a sign-in bears (16 s for a request): what is slow and works is not to be called broken.
// discoveryLimit leaves the rest of the check some time; narrowLimit is for a line on which all of it is slow.
const (
	serverLimit    = 15 * time.Second
	discoveryLimit = 12 * time.Second
	narrowLimit    = 25 * time.Second
)

// checkServer finds out whether the sign-in server works as one: what it says of itself, its keys, its sign-in page, and
// the endpoint that hands out tokens. Nothing it sends could sign anybody in.
func (e Env) checkServer() Check {
	return Check{
		ID: "server", Title: "Sign-in server", Blocks: true, Run: e.server, Limit: narrowLimit + time.Second,
		After: []string{"settings", "network", "dns", "connect", "proxy", "portal", "tls"},
	}
}

func (e Env) server(ctx context.Context) Finding {
	h, ok := e.Login()
	if !ok {
		return e.noServer()
	}
	x, ok := shared(ctx, subject{kind: examination}, e.examine)
	found := x.discovered
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case !ok:
		return Found(Problem, problem.New(problem.TimedOut))
	}
	facts := []Fact{told("metadata_ms", milliseconds(found.took))}
	if found.err != nil && problem.Has(found.err, problem.TimedOut) && e.narrow(ctx, h) {
		return Found(Warning, problem.New(problem.ConnectionSlow,
			problem.Because("What the server says of itself does not come through in %.0f s.", discoveryLimit.Seconds())), facts...)
	}
	if found.err != nil {
		return e.undiscovered(found.err, facts)
	}
	for _, p := range x.parts {
		facts = append(facts, p.facts...)
	}
	ctx, cancel := e.serverTime(ctx, h, x.began)
	defer cancel()
	return e.judgeServer(ctx, h, x, facts)
}

// examined is the server and all its places.
type examined struct {
	discovered
	parts []part        // in the order of their weight
	pace  float64       // of what came in, in bytes a second; 0: not known
	took  time.Duration // since the server was seen
	began time.Time     // when the time for it began
}

// examine looks at the server when it has shown itself: on a narrow line one thing comes after the other.
func (e Env) examine(ctx context.Context) examined {
	x := examined{began: time.Now()}
	ctx = transport.WithDial(ctx, e.dial)
	h, _ := e.Login()
	_, _ = e.look(ctx, h)
	seen := time.Now()
	var ok bool
	if x.discovered, ok = e.discover(ctx); !ok {
		x.err = problem.New(problem.GivenUp)
	}
	if x.err != nil {
		return x
	}
	ctx, cancel := e.serverTime(ctx, h, x.began)
	defer cancel()
	x.parts = e.serverParts(ctx, x.client)
	_, x.pace = earOf(ctx).heard()
	x.took = time.Since(seen)
	return x
}

// serverTime limits the looking at the server. Whether the line is so narrow that it takes longer is asked when the usual time is
// up: who is quick does not wait for addresses that never answer.
func (e Env) serverTime(ctx context.Context, h Host, began time.Time) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadline(ctx, began.Add(narrowLimit))
	up := time.AfterFunc(time.Until(began.Add(serverLimit)), func() {
		if !e.narrow(ctx, h) {
			cancel()
		}
	})
	return ctx, func() { up.Stop(); cancel() }
}

// discovered is the server as the sign-in finds it.
type discovered struct {
	client *oauth.Client
	err    error
	took   time.Duration
}

// discover finds the server, once in a run.
func (e Env) discover(ctx context.Context) (discovered, bool) {
	return shared(ctx, subject{kind: description}, func(ctx context.Context) discovered {
		ctx, cancel := context.WithTimeout(transport.WithDial(ctx, e.dial), discoveryLimit)
		defer cancel()
		began := time.Now()
		client, err := oauth.Discover(ctx, e.HTTP, e.Clock, e.Rand, e.Org)
		return discovered{client, err, time.Since(began)}
	})
}

// undiscovered words why the server's description cannot be had.
func (e Env) undiscovered(err error, facts []Fact) Finding {
	p := problem.From(err)
	if answer, ok := serverError(err); ok && answer.Status != 0 {
		facts = append(facts, told("metadata_status", answer.Status))
		facts = append(facts, e.retryFact(answer.RetryAt)...)
		switch {
		case answer.Status == http.StatusTooManyRequests:
			p = e.limited(answer.RetryAt)
		case answer.Status == http.StatusUnauthorized, answer.Status == http.StatusForbidden:
			p = problem.New(problem.ServerRefuses)
		case answer.Status >= http.StatusInternalServerError:
			p = e.unavailable(answer.Status, answer.RetryAt)
		}
	}
	return Found(Problem, p, facts...)
}

// part is what one place of the server showed.
type part struct {
	name  string
	trial *problem.Problem // nil: it is as it should be
	took  time.Duration    // until it answered
	again func(context.Context, *oauth.Client) part
	late  bool // there was no time left to find out
	facts []Fact
}

// serverParts looks at all places at once, and returns them in the order of their weight.
func (e Env) serverParts(ctx context.Context, c *oauth.Client) []part {
	tries := []func(context.Context, *oauth.Client) part{e.tokenEndpoint, e.signInPage, e.keys}
	parts := make([]part, len(tries))
	var all sync.WaitGroup
	for i, try := range tries {
		all.Go(func() {
			parts[i] = try(ctx, c)
			parts[i].again = try
		})
	}
	all.Wait()
	return parts
}

func (e Env) judgeServer(ctx context.Context, h Host, x examined, facts []Fact) Finding {
	for _, p := range x.parts {
		if p.trial != nil && !p.late {
			return Found(Problem, p.trial, facts...)
		}
	}
	late := slices.ContainsFunc(x.parts, func(p part) bool { return p.late })
	switch {
	case late && e.narrow(ctx, h):
		return Found(Warning, problem.New(problem.ConnectionSlow, problem.Because("Not everything that the server says comes through in %.0f s.", narrowLimit.Seconds())), facts...)
	case late:
		return Found(Warning, problem.New(problem.TimedOut,
			problem.Titled("The sign-in server answers, but very slowly."), problem.Do("Give it time, or try another network.")), facts...)
	}
	if f, slow := e.slowServer(ctx, h, x.client, x.parts, facts); slow {
		return f
	}
	if x.trickles() && !e.slowLine(ctx, h) {
		facts = append(facts, told("bytes_per_s", int64(x.pace)))
		return Found(Warning, problem.New(problem.ConnectionSlow, problem.Because("It lets little through: what the server says takes %s.", seconds(x.took))), facts...)
	}
	server := x.client.Server
	facts = append(facts, told("password_in_app", server.AuthorizationChallengeEndpoint != ""), told("other_device", server.DeviceAuthorizationEndpoint != ""))
	return Good("The sign-in server answers as it should.", facts...)
}

// What is slower than this is the line's doing: it is half of what the slowest mobile networks carry, and takes as long as people notice.
const (
	trickle     = 4000 // bytes a second
	trickleTime = 3 * time.Second
)

// slowLine reports whether the check of the connection tells that the line is slow.
func (e Env) slowLine(ctx context.Context, h Host) bool {
	line := e.lineTrouble(ctx, h)
	return line != nil && line.Code == problem.ConnectionSlow
}

// trickles reports whether what came in did so at the pace of a narrow line.
func (x examined) trickles() bool {
	return x.took > trickleTime && x.pace > 0 && x.pace < trickle
}

// failed is the part of a place that gave no answer at all.
func failed(ctx context.Context, name string, err error) part {
	p := problem.From(err)
	return part{name: name, trial: p, late: ctx.Err() != nil && (p.Code == problem.TimedOut || p.Code == problem.GivenUp)}
}

// keys reads the keys that prove who signed in, where the server has such proofs.
func (e Env) keys(ctx context.Context, c *oauth.Client) part {
	if c.Server.JWKSURI == "" || !slices.Contains(c.Server.Scopes, "openid") {
		return part{name: "keys"}
	}
	r, err := e.HTTP.Do(ctx, transport.Request{URL: c.Server.JWKSURI, Accept: "application/jwk-set+json, application/json"})
	if err != nil {
		return failed(ctx, "keys", err)
	}
	var set struct {
		Keys []struct {
			Type string `json:"kty"`
		} `json:"keys"`
	}
	err = r.DecodeJSON(&set)
	usable := 0
	for _, k := range set.Keys {
		if k.Type == "RSA" || k.Type == "EC" || k.Type == "OKP" {
			usable++
		}
	}
	p := part{name: "keys", took: r.Took, facts: []Fact{told("keys", usable), told("keys_status", r.Status), told("keys_ms", milliseconds(r.Took))}}
	switch {
	case r.Status >= http.StatusInternalServerError:
		p.trial = e.unavailable(r.Status, e.retryAt(r))
	case err != nil, r.Status != http.StatusOK:
		p.trial = problem.New(problem.ServerAnswer, problem.Because("Its keys cannot be read."))
	case usable == 0:
		p.trial = problem.New(problem.ServerAnswer, problem.Because("It has no key that Latchkey can use."))
	}
	return p
}

// retryFact says in how many seconds the server wants to be asked again.
func (e Env) retryFact(at time.Time) []Fact {
	if at.IsZero() {
		return nil
	}
	return []Fact{told("retry_after_s", int64(at.Sub(e.Clock.Now()).Round(time.Second)/time.Second))}
}
