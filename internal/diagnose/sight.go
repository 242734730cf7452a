package diagnose

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// view is what a secure connection to a host comes to.
type view struct {
	transport.Sight
	problem *problem.Problem // nil: the server proved who it is
}

// viewLimit ends a handshake that goes on and on; silence ends it long before.
const viewLimit = 16 * time.Second

// look makes a secure connection to the host the way a request does, once in a run, and asks nothing. ok is false when that was
// given up, and nothing is known.
func (e Env) look(ctx context.Context, h Host) (v view, ok bool) {
	v, ok = shared(ctx, "look at "+h.Address(), func(ctx context.Context) view {
		ctx, cancel := context.WithTimeout(ctx, viewLimit)
		defer cancel()
		dial := e.dial // to the proxy
		if !e.proxied(h) {
			found, _ := e.lookUp(ctx, h.Name())
			if found.err != nil {
				return view{problem: problem.New(problem.NameNotFound)}
			}
			dial = e.dialAny(found.addrs, portOf(h))
		}
		address := url.URL{Scheme: "https", Host: h.URL.Host}
		if h.Plain() {
			address.Scheme = "http"
		}
		sight, err := e.HTTP.Look(ctx, address.String(), patient(dial, false))
		if err != nil {
			return view{sight, problem.From(err)}
		}
		return view{Sight: sight}
	})
	if !ok {
		v.problem = problem.New(problem.GivenUp)
	}
	return v, v.proven() || v.problem.Code != problem.GivenUp
}

// proven reports whether who answers for the host is who it should be.
func (v view) proven() bool { return v.problem == nil }

// proxied reports whether requests to the host go through a proxy.
func (e Env) proxied(h Host) bool {
	through, err := e.proxyFor(h)
	return through != nil || err != nil
}

// proxyFor returns the proxy for the host, without its credentials; nil: none. The error is a problem.
func (e Env) proxyFor(h Host) (*url.URL, error) {
	address := url.URL{Scheme: "https", Host: h.URL.Host, Path: "/"}
	if h.Plain() {
		address.Scheme = "http"
	}
	if e.Proxy == nil || h.Loopback() {
		return e.HTTP.ProxyFor(address.String())
	}
	request, err := http.NewRequest(http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, problem.New(problem.UnexpectedError, problem.Caused(err))
	}
	through, err := e.Proxy(request)
	if err != nil {
		return nil, problem.New(problem.ProxyFailed, problem.Because("The address of the proxy in the system's settings cannot be read."), problem.Do("Ask IT to correct the proxy settings."))
	}
	if through == nil {
		return nil, nil
	}
	plain := *through
	plain.User = nil
	return &plain, nil
}
