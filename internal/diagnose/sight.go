package diagnose

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/proxy"
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
	v, ok = shared(ctx, subject{lookAt, h.Address()}, func(ctx context.Context) view {
		ctx, cancel := context.WithTimeout(ctx, viewLimit)
		defer cancel()
		dial := e.dial // to the proxy
		if !e.proxied(ctx, h) {
			found, _ := e.lookUp(ctx, h.Name())
			if found.err != nil {
				return view{problem: unnamed(h, found)}
			}
			dial = e.dialAny(found.addrs, portOf(h))
		}
		address := url.URL{Scheme: "https", Host: h.URL.Host}
		if h.Plain() {
			address.Scheme = "http"
		}
		sight, err := e.HTTP.Look(ctx, address.String(), patient(dial, false))
		if err != nil && transport.Why(err) == transport.Silent && e.badLine(ctx, h) {
			sight, err = e.HTTP.Look(ctx, address.String(), longer(dial))
		}
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

// badLine reports whether what was seen of the way to the host explains a handshake that got lost: then it is worth another one.
func (e Env) badLine(ctx context.Context, h Host) bool {
	if e.proxied(ctx, h) {
		return false
	}
	all, _ := e.connections(ctx, h)
	good := worked(all, true)
	if len(good) == 0 {
		return false
	}
	rtts := spread(good)
	return lossy(good) > 0 || half(all) != "" || rtts[len(rtts)-1] > slowConnection
}

// narrow reports whether the line to a host that proves who it is lets little through: what does not come in time says nothing of
// the server then.
func (e Env) narrow(ctx context.Context, h Host) bool {
	v, _ := e.look(ctx, h)
	return v.proven() && (v.Secured > slowConnection || e.badLine(ctx, h))
}

// product names the product that reads the connection; "" when none is known to. A public log does not take what such a product issues.
func (v view) product() string {
	switch {
	case v.Logged:
		return ""
	case len(v.Trusted) > 0: // with the root, which servers do not send
		return interceptor(v.Trusted)
	}
	return interceptor(v.Chain)
}

// proven reports whether who answers for the host is who it should be.
func (v view) proven() bool { return v.problem == nil }

// proxied reports whether requests to the host go through a proxy.
func (e Env) proxied(ctx context.Context, h Host) bool {
	through, err := e.proxyFor(ctx, h)
	return through != nil || err != nil
}

// proxyFor returns the proxy for the host, without its credentials; nil: none. The error is a problem.
func (e Env) proxyFor(ctx context.Context, h Host) (*url.URL, error) {
	w := e.way(ctx, h)
	return w.URL, w.err
}

// way is how a host is reached.
type way struct {
	proxy.Found
	err error // a problem
}

// way finds the proxy for the host, once in a run.
func (e Env) way(ctx context.Context, h Host) way {
	found, ok := shared(ctx, subject{wayTo, h.Address()}, func(ctx context.Context) way { return e.findWay(ctx, h) })
	if !ok {
		found.err = problem.New(problem.GivenUp)
	}
	return found
}

func (e Env) findWay(ctx context.Context, h Host) way {
	address := url.URL{Scheme: "https", Host: h.URL.Host, Path: "/"}
	if h.Plain() {
		address.Scheme = "http"
	}
	if e.Proxy == nil || h.Loopback() {
		through, err := e.HTTP.ProxyFor(address.String())
		return way{proxy.Found{URL: through}, err}
	}
	find := e.Proxies
	if find == nil {
		find = e.byEnvironment
	}
	found, err := find(ctx, &address)
	if err != nil {
		err = problem.New(problem.ProxyFailed, problem.Because("The address of the proxy cannot be read."), problem.Do("Ask IT to correct the proxy settings."))
	}
	if found.URL != nil {
		plain := *found.URL
		plain.User = nil
		found.URL = &plain
	}
	return way{found, err}
}

// byEnvironment is how proxies are found when nobody says how: from the environment.
func (e Env) byEnvironment(ctx context.Context, to *url.URL) (proxy.Found, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return proxy.Found{}, err
	}
	through, err := e.Proxy(request)
	found := proxy.Found{URL: through}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		if found.Named == "" && e.getenv(name) != "" {
			found.Source, found.Named = proxy.Environment, name
		}
	}
	return found, err
}
