package diagnose

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

const (
	// mostSamples and longestPause bound what is spent on narrowing an offset down: half a second at most.
	mostSamples  = 4
	longestPause = 150 * time.Millisecond
	// exact is an uncertainty that is not worth another sample.
	exact = 50 * time.Millisecond
)

var (
	errNoDate   = errors.New("the answer carries no date, or a stored one")
	errUnsteady = errors.New("the clock of the server jumps")
)

// series is what several answers of one host showed.
type series struct {
	offset     span
	samples    int
	roundTrips []float64 // in milliseconds
	err        error     // why there is none
}

// sampleHost reads a host's clock off the Date of its answers. Each is cut to a second: asked at another moment of that
// second, the next one allows less, and what all allow together is the offset. Only answers count that came over a
// connection whose certificate was checked, or from loopback: the transport sees to that.
func (e Env) sampleHost(ctx context.Context, address *url.URL, most int) series {
	var s series
	checked, err := transport.CheckURL(root(address)) // as the transport files it
	if err != nil {
		return series{err: err}
	}
	for {
		r, err := e.HTTP.Do(ctx, transport.Request{
			Method: http.MethodHead, URL: checked.String(), Accept: "*/*", Once: true, Header: http.Header{"Cache-Control": {"no-cache"}},
		})
		if _, redirected := errors.AsType[*transport.RedirectError](err); err != nil && !redirected {
			s.err = err
			return s
		}
		seen := e.HTTP.Observed(checked.Host)
		if seen.Uncertainty == 0 || r != nil && (r.Header.Get("Date") == "" || r.Header.Get("Age") != "") {
			s.err = errNoDate
			return s
		}
		if !s.add(seen) {
			s.err = errUnsteady
			return s
		}
		if s.samples >= most || s.offset.uncertainty() <= max(exact, seen.RoundTrip) || r != nil && r.Status >= http.StatusInternalServerError {
			return s
		}
		if pause(ctx, untilTick(e.Clock.Now(), s.offset, seen.RoundTrip)) != nil {
			return s
		}
	}
}

// add takes one more answer in. It reports false when it cannot be reconciled with those before.
func (s *series) add(seen transport.Observation) bool {
	s.samples++
	s.roundTrips = append(s.roundTrips, milliseconds(seen.RoundTrip))
	now := span{seen.Offset - seen.Uncertainty, seen.Offset + seen.Uncertainty}
	if s.samples == 1 {
		s.offset = now
		return true
	}
	both, ok := s.offset.meet(now)
	switch {
	case ok:
		s.offset = both
	case now.low-s.offset.high > 2*slack || s.offset.low-now.high > 2*slack:
		return false
	default:
		s.offset = s.offset.hull(now) // several computers behind one name, each with a clock of its own
	}
	return true
}

// untilTick returns how long to wait so that the server's clock ticks when it answers, if it is right in the middle of what
// is possible: the answer then halves that. It is never more than longestPause.
func untilTick(now time.Time, possible span, roundTrip time.Duration) time.Duration {
	there := now.Add(possible.middle() + roundTrip/2)
	wait := there.Truncate(time.Second).Add(time.Second).Sub(there)
	return min(wait, longestPause)
}

// pause waits on the clock that nobody sets: the other one is what is being measured.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// root returns the address of a host without a path.
func root(u *url.URL) string { return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String() }

// doubtfulDate asks a host for the time whose certificate is good but for its dates. When the server's clock is inside of
// them and ours is not, it is ours that is wrong; when it is not inside, either, the certificate is out of date indeed, and
// the server's clock tells nothing new. Nothing but the time is asked.
func (e Env) doubtfulDate(ctx context.Context, address *url.URL, cause error) (span, bool) {
	refused, ok := errors.AsType[*tls.CertificateVerificationError](cause)
	if !ok || len(refused.UnverifiedCertificates) == 0 ||
		!problem.Has(cause, problem.TLSExpired) && !problem.Has(cause, problem.TLSNotYetValid) {
		return span{}, false
	}
	leaf := refused.UnverifiedCertificates[0]
	inside := leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	options := transport.Options{Clock: stoppedAt{inside}, Proxy: e.Proxy, Roots: e.Roots}
	if e.Dialer != nil {
		options.Dial = e.Dialer.DialContext
	}
	client := transport.New(options)
	defer client.Close()
	began := time.Now()
	r, err := client.Do(ctx, transport.Request{Method: http.MethodHead, URL: root(address), Accept: "*/*", Once: true})
	took, now := time.Since(began), e.Clock.Now()
	if err != nil {
		return span{}, false
	}
	date, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil || r.Header.Get("Age") != "" || date.Before(leaf.NotBefore) || date.After(leaf.NotAfter) {
		return span{}, false
	}
	return span{date.Sub(now), date.Add(time.Second).Sub(now.Add(-took))}, true
}

// stoppedAt is a clock that stands still.
type stoppedAt struct{ at time.Time }

var _ clock.Clock = stoppedAt{}

// Now returns the one time it shows.
func (c stoppedAt) Now() time.Time { return c.at }

// Sleep waits in real time.
func (c stoppedAt) Sleep(ctx context.Context, d time.Duration) error { return pause(ctx, d) }
