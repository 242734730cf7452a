package diagnose

import (
	"context"
	"crypto/x509"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// refusal is what a clock that is off does to a sign-in. The zero value is nothing.
type refusal struct {
	certain bool   // the sign-in is refused
	open    bool   // it may be: that is the server's to decide, or could not be found out
	why     string // empty: nothing can be said
}

// refuses finds out what in a sign-in is refused because of a clock that is off by so much: a certificate, whose dates this computer
// looks at, and the proof of who signed in, where the server sends one. now is the time by most clocks, server by the sign-in
// server's alone. Nothing is asked while the clock is as right as any server wants it.
func (e Env) refuses(ctx context.Context, now, server span) refusal {
	if within(now, oauth.ClockLeeway) && within(server, oauth.ClockLeeway) {
		return refusal{}
	}
	h, ok := e.Login()
	if !ok {
		return refusal{}
	}
	if v, ok := e.look(ctx, h); ok && !v.proven() {
		return e.certificateRefused(v, h, e.Clock.Now().Add(now.middle()))
	}
	found, ok := e.discover(ctx)
	if !ok || found.err != nil {
		return refusal{open: true, why: "Whether sign-ins are refused for it could not be found out."}
	}
	bounds, checked := found.client.Server.ClockBounds()
	if !checked {
		return unchecked(server)
	}
	return proofRefused(bounds, server)
}

// within reports whether the offset is certainly no larger than most, either way.
func within(offset span, most time.Duration) bool { return -most <= offset.low && offset.high <= most }

// certificateRefused reports whether a certificate that this computer refuses for its dates is good at the time that it really is.
func (e Env) certificateRefused(v view, h Host, now time.Time) refusal {
	why := "This computer takes the server's certificate for an expired one, so there is no secure connection."
	switch v.problem.Code {
	case problem.TLSExpired:
	case problem.TLSNotYetValid:
		why = "This computer takes the server's certificate for one that is not valid yet, so there is no secure connection."
	default:
		return refusal{open: true} // what is behind it shows when that is mended
	}
	if len(v.Chain) == 0 {
		return refusal{open: true}
	}
	others := x509.NewCertPool()
	for _, c := range v.Chain[1:] {
		others.AddCert(c)
	}
	_, err := v.Chain[0].Verify(x509.VerifyOptions{DNSName: h.Name(), Roots: e.Roots, Intermediates: others, CurrentTime: now})
	if err != nil {
		return refusal{open: true} // it is out of date indeed
	}
	return refusal{certain: true, why: why}
}

// onTheWay is how old an ID token is when it is looked at: what the answer takes, and the second that its time is cut by.
const onTheWay = 5 * time.Second

// proofRefused compares the offset with what an ID token may be off by. Positive is a clock that is behind.
func proofRefused(b oauth.ClockBounds, offset span) refusal {
	const future, past = "What the server says of who signed in seems to come from the future, so sign-ins are refused.",
		"What the server says of who signed in seems to be of an earlier day, so sign-ins are refused."
	switch {
	case offset.low > b.Behind+onTheWay:
		return refusal{certain: true, why: future}
	case -offset.high > b.AheadFar:
		return refusal{certain: true, why: past}
	case offset.high > b.Behind, -offset.low > b.Ahead:
		return refusal{open: true, why: "Sign-ins may be refused: what the server says of who signed in may seem to be of another time."}
	}
	return refusal{}
}

// unchecked says what a clock does where no sign-in depends on it.
func unchecked(offset span) refusal {
	if offset.middle() < 0 {
		return refusal{why: "What was kept before the clock went wrong may seem to have run out."}
	}
	return refusal{}
}

// onto puts what is refused into the finding of the clock that does it.
func (r refusal) onto(f Finding) Finding {
	if r.certain {
		f.State = Problem
	}
	f.Harmless, f.Doubtful = !r.certain, r.open && !r.certain
	f.Why = sentence(f.Why, r.why)
	return f
}
