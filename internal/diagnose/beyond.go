package diagnose

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// beyond are the checks that explain why a host beside the sign-in server is not reached, either. When the sign-in
// server has the trouble, too, it is told there, and once.
func (e Env) beyond() []string {
	return []string{"settings", "network", "dns", "connect", "proxy", "portal", "tls", "server"}
}

// reach sends a request without credentials, and returns what was measured besides. An error is an *intercepted where the host's
// certificate is the work of a product that is known for it.
func (e Env) reach(ctx context.Context, r transport.Request) (*transport.Response, []Fact, error) {
	answer, err := e.HTTP.Do(ctx, r)
	facts := []Fact{}
	if u, wrong := transport.CheckURL(r.URL); wrong == nil {
		facts = append(facts, told("host", u.Host))
		if rtt := e.HTTP.Observed(u.Host).RoundTrip; err == nil && rtt > 0 {
			facts = append(facts, told("rtt_ms", milliseconds(rtt)))
		}
	}
	if err == nil {
		return answer, append(facts, told("status", answer.Status)), nil
	}
	facts = append(facts, told("trouble", string(problem.From(err).Code)))
	if problem.Has(err, problem.TLSUntrusted) || problem.Has(err, problem.TLSWrongName) {
		if by := e.reader(ctx, r.URL); by != "" {
			return nil, append(facts, told("product", by)), &intercepted{by, err}
		}
	}
	return nil, facts, err
}

// intercepted is the failure of a connection that a product reads, and that this computer does not trust.
type intercepted struct {
	by  string
	err error
}

func (i *intercepted) Error() string { return fmt.Sprintf("intercepted by %s: %v", i.by, i.err) }

func (i *intercepted) Unwrap() error { return i.err }

// reader names the product that reads the connection to an address; "" when none is known to.
func (e Env) reader(ctx context.Context, address string) string {
	h, ok := host("", address)
	if !ok || h.Plain() {
		return ""
	}
	v, _ := e.look(ctx, h)
	return v.product()
}

// between names what answers in the place of an address.
func (e Env) between(ctx context.Context, address string) string {
	return cmp.Or(e.reader(ctx, address), "Something in between")
}

// unreached is the problem of a host beside the sign-in server that is not reached.
func unreached(code problem.Code, err error) *problem.Problem {
	p := problem.New(code, problem.Because("%s", reason(err)), problem.Caused(err))
	if at, ok := errors.AsType[*intercepted](err); ok {
		return p.With(problem.Do("Tell IT that this computer does not know the certificate of %s.", at.by))
	}
	return p
}

// notWaitedFor is the finding of a check that was stopped: by the agent, or because it could come to nothing.
func notWaitedFor() Finding { return Finding{State: Unknown, What: "It was not waited for."} }

// stopped reports that the run was stopped from outside, not that its time is up.
func stopped(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }
