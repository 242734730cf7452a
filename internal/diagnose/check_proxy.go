package diagnose

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func (e Env) checkProxy() Check {
	return Check{ID: "proxy", Title: "Proxy", After: []string{"network"}, Blocks: true, Limit: 20 * time.Second, Run: e.proxy}
}

// proxy asks the proxy, if there is one, for the way to the server.
func (e Env) proxy(ctx context.Context) Finding {
	h, ok := e.Login()
	if !ok {
		return noServer()
	}
	through, err := e.proxyFor(h)
	from := e.proxySource()
	switch {
	case err != nil:
		return Found(Problem, problem.From(err), Fact{"source", cmp.Or(from, "system"), true})
	case through == nil && from != "" && !h.Loopback():
		return Good("No proxy for this server: it is an exception.", Fact{"source", from, true})
	case through == nil:
		return Good("No proxy.")
	}
	facts := []Fact{{"source", cmp.Or(from, "system"), true}, {"kind", through.Scheme, true}, {"proxy", proxyHost(through), false}}
	answers := make(chan tried, 1)
	go func() { answers <- e.proxyAnswers(ctx, through) }()
	v, ok := e.look(ctx, h)
	if !ok {
		return Finding{State: Unknown, Why: "The proxy was not heard out.", Facts: facts}
	}
	at := <-answers
	facts = append(facts, Fact{"answers", at.why == "", true}, Fact{"rtt_ms", inMilliseconds(at.rtts), true})
	if v.proven() || v.Passed && v.problem.Code != problem.ProxyFailed {
		return Good(proxyHost(through)+" lets the connection through.", facts...)
	}
	p := *v.problem
	if p.Code == problem.ProxyFailed && at.why == "" && transport.Why(&p) == transport.Silent {
		p.Why = "It answers, but does not get through to the server in time."
	}
	if from == "" {
		p.Why = strings.TrimSpace(p.Why + " It is " + proxyHost(through) + ".")
	} else {
		p.Why = strings.TrimSpace(p.Why + " It is " + proxyHost(through) + ", named by " + from + " in the environment.")
	}
	return Found(Problem, &p, facts...)
}

// proxyAnswers connects to the proxy itself.
func (e Env) proxyAnswers(ctx context.Context, through *url.URL) tried {
	found, _ := e.lookUp(ctx, through.Hostname())
	if found.err != nil || len(found.addrs) == 0 {
		return tried{why: transport.Failed}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, port, _ := net.SplitHostPort(proxyHost(through))
	began := time.Now()
	conn, err := e.dialAny(found.addrs, portOf(Host{URL: &url.URL{Host: ":" + port}}))(ctx, "tcp", "")
	if err != nil {
		return tried{why: transport.Why(err)}
	}
	_ = conn.Close()
	return tried{rtts: []time.Duration{time.Since(began)}}
}

// proxyHost names a proxy by host and port, and by nothing else: its address may hold a password.
func proxyHost(through *url.URL) string {
	port := through.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[through.Scheme]
	}
	return net.JoinHostPort(transport.Clean(through.Hostname(), 80), cmp.Or(port, "80"))
}

// proxySource returns the name of the environment variable that names a proxy for https; "" when none does.
func (e Env) proxySource() string {
	names := []string{"HTTPS_PROXY", "https_proxy"}
	if i := slices.IndexFunc(names, func(n string) bool { return e.getenv(n) != "" }); i >= 0 {
		return names[i]
	}
	return ""
}
