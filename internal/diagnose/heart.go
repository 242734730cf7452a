package diagnose

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// heart makes pulses. It is for one goroutine.
type heart struct {
	env            Env
	server, status appointment
	pulse          Pulse
	down, out      bool   // the server was not reached; the service had an outage: not over yet
	series         series // of the server's clock
}

func newHeart(e Env) *heart {
	unknown := func(c Check) Result {
		return Result{ID: c.ID, Title: c.Title, State: Unknown, Why: "Not yet known."}
	}
	return &heart{env: e, pulse: Pulse{
		Network: Result{ID: "network", Title: "Network", State: Unknown, Why: "Not yet known."},
		Service: unknown(e.checkStatus()), Clock: unknown(e.checkClock()),
	}}
}

// due returns when the next host is to be asked.
func (h *heart) due(hurry bool) time.Time {
	server, status := h.server.due(hurry), h.status.due(hurry)
	if h.pulse.Service.State != Skipped && status.Before(server) {
		return status
	}
	return server
}

// beat asks every host whose time has come.
func (h *heart) beat(ctx context.Context, hurry bool) Pulse {
	ctx, cancel := context.WithTimeout(ctx, beatLimit)
	defer cancel()
	now := time.Now()
	var both sync.WaitGroup
	if !h.server.due(hurry).After(now) {
		both.Go(func() { h.feelServer(ctx) })
	}
	if h.pulse.Service.State != Skipped && !h.status.due(hurry).After(now) {
		both.Go(func() { h.feelStatus(ctx) })
	}
	both.Wait()
	h.pulse.Back = h.recovered()
	return h.pulse
}

// recovered notes what is wrong and reports when the last of it has gone. What is not known changes nothing.
func (h *heart) recovered() bool {
	was := h.down || h.out
	note := func(bad *bool, r Result) {
		switch r.State {
		case Problem:
			*bad = true
		case OK, Warning, Skipped:
			*bad = false
		}
	}
	note(&h.down, h.pulse.Network)
	note(&h.out, h.pulse.Service)
	return was && !h.down && !h.out
}

// feelServer asks the sign-in server for nothing but an answer: that tells whether it is there, how far, and what time it is.
func (h *heart) feelServer(ctx context.Context) {
	login, _ := h.env.Login()
	r, err := h.env.HTTP.Do(ctx, transport.Request{Method: http.MethodHead, URL: root(login.URL), Accept: "*/*", Once: true})
	if _, ok := errors.AsType[*transport.RedirectError](err); ok {
		err = nil
	}
	f, wait, offline := h.env.feel(r, err)
	if err == nil {
		seen := h.env.HTTP.Observed(login.URL.Host)
		f.Facts = append(f.Facts, told("rtt_ms", milliseconds(seen.RoundTrip)))
		h.feelClock(seen)
	}
	if !stopped(ctx) {
		h.server.made(wait, offline)
		h.pulse.Network = h.pulse.Network.found(f)
	}
}

// feel words what came of asking the server.
func (e Env) feel(r *transport.Response, err error) (f Finding, wait time.Duration, offline bool) {
	switch {
	case err != nil:
		p := problem.From(err)
		switch p.Code {
		case problem.Offline, problem.NameNotFound, problem.ProxyFailed, problem.ProxyPassword:
			offline = true
		}
		return Found(Problem, p), 0, offline
	case r == nil:
	case r.Status == http.StatusTooManyRequests:
		return Found(Warning, e.limited(e.retryAt(r))), transport.RetryAfter(r.Header, e.Clock.Now()), false
	case r.Status == http.StatusNetworkAuthenticationRequired:
		return Found(Problem, problem.New(problem.NetworkPage)), 0, true
	case r.Status >= http.StatusInternalServerError:
		return Found(Problem, e.unavailable(r.Status, e.retryAt(r))), transport.RetryAfter(r.Header, e.Clock.Now()), false
	}
	return Good("The sign-in server answers."), 0, false
}

// feelClock compares the clocks. Several looks together are more exact than one.
func (h *heart) feelClock(seen transport.Observation) {
	if seen.Uncertainty == 0 {
		return
	}
	last := series{}
	last.add(seen)
	if both, ok := h.series.offset.meet(last.offset); ok && h.series.samples > 0 {
		h.series.offset = both
	} else {
		h.series = last // one of the clocks was set
	}
	offset, unsure := h.series.offset.middle(), h.series.offset.uncertainty()
	f := h.env.judgeOffset(offset, unsure)
	if f.State == OK {
		f.Why = "The clock is right."
	}
	f.Facts = []Fact{told("offset_ms", milliseconds(offset)), told("uncertainty_ms", milliseconds(unsure)), told("totp_steps", steps(offset))}
	h.pulse.Clock = h.pulse.Clock.found(f)
}

func (h *heart) feelStatus(ctx context.Context) {
	f, wait := h.env.readStatus(ctx)
	if stopped(ctx) {
		return
	}
	h.status.made(wait, false)
	h.pulse.Service = h.pulse.Service.found(f)
}

// found returns the result with a new finding in it.
func (r Result) found(f Finding) Result {
	r.State, r.Code, r.Why, r.Fix, r.Facts, r.Repairs = f.State, f.Code, f.Why, f.Fix, f.Facts, f.Repairs
	return r
}
