package diagnose

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/proxy"
	"latchkey/internal/transport"
)

func (e Env) checkProxy() Check {
	return Check{ID: "proxy", Title: "Proxy", After: []string{"network"}, Blocks: true, Limit: 20 * time.Second, Run: e.proxy}
}

// proxy asks the proxy, if there is one, for the way to the server.
func (e Env) proxy(ctx context.Context) Finding {
	h, ok := e.Login()
	if !ok {
		return e.noServer()
	}
	w := e.way(ctx, h)
	if idle := e.elsewhere(ctx, h); idle.ScriptErr != nil {
		p := scriptProblem(idle.ScriptErr)
		return Found(Warning, p.With(problem.Because("%s The sign-in server is on this computer and does not need it.", p.Why)),
			Fact{"source", sourceOf(idle), true}, told("script", scriptState(idle.ScriptErr)))
	}
	facts := []Fact{{"source", sourceOf(w), true}}
	if w.Script {
		facts = append(facts, told("script", scriptState(w.ScriptErr)))
	}
	if w.Detects {
		facts = append(facts, told("looks_for_script", true))
	}
	switch {
	case w.err != nil && problem.Has(w.err, problem.GivenUp):
		return Finding{State: Unknown, What: "The proxy settings were not read in time.", Facts: facts}
	case w.err != nil:
		return Found(Problem, problem.From(w.err), facts...)
	case w.ScriptErr != nil && w.URL == nil:
		return e.scriptFailed(ctx, h, w, facts)
	case w.URL == nil && w.Script:
		return Good("No proxy for this server: the script says so.", facts...)
	case w.URL == nil && w.Source == proxy.Settings:
		return Good("No proxy: the settings say so.", facts...)
	case w.URL == nil && w.Source != proxy.Nobody && !h.Loopback():
		return Good("No proxy for this server: it is an exception.", facts...)
	case w.URL == nil:
		return Good("No proxy.", facts[1:]...)
	}
	return e.throughProxy(ctx, h, w, facts)
}

// elsewhere is the way to another computer when the sign-in server is on this one, to which no proxy ever leads: a script that
// names proxies is to be known as broken all the same. It is empty for any other server.
func (e Env) elsewhere(ctx context.Context, h Host) way {
	if !h.Loopback() || e.Proxies == nil {
		return way{}
	}
	to := &url.URL{Scheme: "https", Host: "example.com", Path: "/"} // its name may be looked up by a script, and no more
	for _, other := range e.Hosts() {
		if !other.Loopback() {
			to.Host = other.URL.Host
			break
		}
	}
	found, err := e.Proxies(ctx, to)
	return way{Found: found, err: err}
}

// throughProxy finds out whether the proxy is there, and lets the connection through.
func (e Env) throughProxy(ctx context.Context, h Host, w way, facts []Fact) Finding {
	facts = append(facts, Fact{"kind", w.URL.Scheme, true}, Fact{"proxy", proxyHost(w.URL), false})
	answers := make(chan tried, 1)
	go func() { answers <- e.proxyAnswers(ctx, w.URL) }()
	v, ok := e.look(ctx, h)
	if !ok {
		return Finding{State: Unknown, What: "The proxy was not heard out.", Facts: facts}
	}
	at := <-answers
	facts = append(facts, Fact{"answers", at.why == "", true}, Fact{"rtt_ms", inMilliseconds(at.rtts), true})
	if v.proven() || v.Passed && v.problem.Code != problem.ProxyFailed {
		if w.ScriptErr != nil {
			return Found(Warning, scriptProblem(w.ScriptErr), facts...)
		}
		return Good(proxyHost(w.URL)+" lets the connection through.", facts...)
	}
	p := *v.problem
	if p.Code == problem.ProxyFailed && at.why == "" && transport.Why(&p) == transport.Silent {
		p.Why = "It answers, but does not get through to the server in time."
	}
	p.Why = strings.TrimSpace(p.Why + " It is " + proxyHost(w.URL) + namedBy(w) + ".")
	f := Found(Problem, &p, facts...)
	if at.why != "" {
		f.After = []string{"portal"} // a network that wants a sign-in hides the proxy, too
	}
	return f
}

// scriptFailed judges a script without which the connection is made without a proxy: where that works, nobody is kept out.
func (e Env) scriptFailed(ctx context.Context, h Host, w way, facts []Fact) Finding {
	p := scriptProblem(w.ScriptErr)
	switch v, ok := e.look(ctx, h); {
	case !ok:
		return Finding{State: Unknown, What: "The connection without a proxy was not heard out.", Facts: facts}
	case v.proven():
		return Found(Warning, p, facts...)
	}
	p.Why = strings.TrimSpace(p.Why + " Without a proxy the server is not reached.")
	p.Fix = "Tell IT."
	return Found(Problem, p, facts...)
}

// scriptProblem words why a script names no proxy.
func scriptProblem(err error) *problem.Problem {
	why := map[proxy.Fault]string{
		proxy.Unreachable: "It cannot be fetched.",
		proxy.TooLarge:    "It is larger than such a script may be.",
		proxy.Broken:      "It has a mistake in it.",
		proxy.TooSlow:     "It does not come to an end.",
		proxy.TooHungry:   "It wants more memory than such a script may have.",
		proxy.Unclear:     "What it names is not a proxy.",
	}
	return problem.New(problem.ProxyScriptFailed, problem.Because("%s", why[faultOf(err)]), problem.Caused(err))
}

func faultOf(err error) proxy.Fault {
	if fault, ok := errors.AsType[*proxy.ScriptError](err); ok {
		return fault.Fault
	}
	return proxy.Broken
}

func scriptState(err error) string {
	if err == nil {
		return "ok"
	}
	return string(faultOf(err))
}

// sourceOf says where the proxy comes from, in one word or two.
func sourceOf(w way) string {
	if w.Source == proxy.Environment {
		return w.Named
	}
	return cmp.Or(strings.TrimSpace(string(w.Source)+" "+w.Named), string(proxy.System))
}

// namedBy says the same in a sentence.
func namedBy(w way) string {
	by := map[proxy.Source]string{proxy.Settings: "the settings", proxy.Environment: w.Named + " in the environment", proxy.System: "the system's settings"}[w.Source]
	switch {
	case by == "":
		return ""
	case w.Script && w.ScriptErr == nil:
		return ", named by the script in " + by
	}
	return ", named by " + by
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
