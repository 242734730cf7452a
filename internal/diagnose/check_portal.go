package diagnose

import (
	"context"
	"encoding/hex"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func (e Env) checkPortal() Check {
	return Check{ID: "portal", Title: "Network's sign-in page", After: []string{"network", "dns"}, Blocks: true, Limit: 20 * time.Second, Run: e.portal}
}

const (
	headStart  = time.Second     // for the server to prove itself before anybody asks for a page
	knockLimit = 3 * time.Second // for the page
	pageLimit  = 16 << 10        // of it that is read
	noPortal   = "No page in between."
)

// portal finds out whether the network answers in the server's place because it wants to be signed in to first. Where
// the server proves who it is, nothing is in between. Where it does not, a page is asked for that no server has, as
// operating systems do, from the server's own address: a network that shows its page shows it there.
func (e Env) portal(ctx context.Context) Finding {
	h, ok := e.Login()
	switch {
	case !ok:
		return e.noServer()
	case h.Plain():
		return e.judgePage(h, e.knock(ctx, h, h.Port()))
	case h.Loopback():
		return Good("Nothing is in between on this computer.")
	}
	seen := make(chan view, 1)
	go func() {
		v, _ := e.look(ctx, h)
		seen <- v
	}()
	wait := time.NewTimer(headStart)
	defer wait.Stop()
	var v *view
	select {
	case got := <-seen:
		v = &got
	case <-wait.C:
	case <-ctx.Done():
	}
	if v != nil && v.genuine() {
		return Good(noPortal)
	}
	if e.proxied(ctx, h) {
		if v == nil {
			got := <-seen
			v = &got
		}
		return e.besideProxy(ctx, h, *v)
	}
	p := e.knock(ctx, h, "80")
	if v == nil {
		got := <-seen
		v = &got
	}
	f := e.judgePage(h, p)
	switch {
	case v.genuine():
		return Good(noPortal)
	case f.State == Problem && v.claims(h.Name()) && !e.leadsAway(ctx, h, p):
		return Finding{State: Unknown, What: "A web page answers. It may be the server's own.", After: []string{"tls"}}
	}
	return f
}

// besideProxy looks for a page where the proxy itself cannot be reached: a company's computer in a hotel.
func (e Env) besideProxy(ctx context.Context, h Host, v view) Finding {
	if v.genuine() {
		return Good(noPortal)
	}
	if through, err := e.proxyFor(ctx, h); err == nil && through != nil && v.problem.Code == problem.ProxyFailed && e.proxyAnswers(ctx, through).why != "" {
		if f := e.judgePage(h, e.knock(ctx, h, "80")); f.State == Problem {
			return f
		}
	}
	return Finding{State: Unknown, What: "Behind a proxy it cannot be told whether a page is in between.", After: []string{"proxy", "tls"}}
}

// claims reports whether a certificate for this very name was shown, trusted or not: a network's own page has none. What
// answers for a name may be the server, or somebody who reads the connection.
func (v view) claims(name string) bool {
	return len(v.Chain) > 0 && v.Chain[0].VerifyHostname(name) == nil
}

// leadsAway reports whether a page is certainly the network's own: it says so, or another host leads to the same place.
func (e Env) leadsAway(ctx context.Context, h Host, p page) bool {
	if p.status == http.StatusNetworkAuthenticationRequired {
		return true
	}
	if p.to == nil {
		return false
	}
	for _, other := range e.Hosts() {
		if other.Loopback() || other.Name() == h.Name() {
			continue
		}
		if q := e.knock(ctx, other, "80"); q.to != nil && strings.EqualFold(q.to.Hostname(), p.to.Hostname()) {
			return true
		}
	}
	return false
}

// genuine reports whether the server itself answers, even where its certificate is out of date.
func (v view) genuine() bool {
	return v.proven() || v.problem.Code == problem.TLSExpired || v.problem.Code == problem.TLSNotYetValid
}

// page is what came back for an address that no server has.
type page struct {
	err    error
	status int
	to     *url.URL // of a redirect
	html   bool
}

// knock asks without encryption, without cookies, and for nothing.
func (e Env) knock(ctx context.Context, h Host, port string) page {
	ctx, cancel := context.WithTimeout(ctx, knockLimit)
	defer cancel()
	random := make([]byte, 8)
	if e.Rand != nil {
		if _, err := io.ReadFull(e.Rand, random); err != nil {
			return page{err: err}
		}
	}
	found, _ := e.lookUp(ctx, h.Name())
	if found.err != nil {
		return page{err: found.err}
	}
	to := Host{URL: &url.URL{Scheme: "http", Host: h.Name(), Path: "/latchkey-" + hex.EncodeToString(random)}}
	if strings.Contains(h.Name(), ":") {
		to.URL.Host = "[" + h.Name() + "]"
	}
	if port != "80" {
		to.URL.Host += ":" + port
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to.URL.String(), nil)
	if err != nil {
		return page{err: err}
	}
	dial := e.dialAny(found.addrs, portOf(to))
	wire := &http.Transport{
		DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address) // net/http would go on connecting when nobody waits any more
		},
		DisableKeepAlives: true, MaxResponseHeaderBytes: pageLimit,
	}
	answer, err := wire.RoundTrip(request)
	if err != nil {
		return page{err: err}
	}
	defer answer.Body.Close()
	start, _ := io.ReadAll(io.LimitReader(answer.Body, pageLimit))
	got := page{status: answer.StatusCode}
	if got.status >= 300 && got.status < 400 {
		got.to, _ = answer.Location()
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	got.html = kind == "text/html" || kind == "application/xhtml+xml" || kind == "" && strings.HasPrefix(strings.TrimSpace(string(start)), "<")
	return got
}

// judgePage tells a network's page from a server's answer.
func (e Env) judgePage(h Host, p page) Finding {
	why := ""
	switch {
	case p.err != nil && transport.Why(p.err) == transport.Refused:
		return Good(noPortal)
	case p.err != nil:
		return Finding{State: Unknown, What: "No page came back.", After: []string{"connect", "tls"}}
	case p.status == http.StatusNetworkAuthenticationRequired:
		why = "The network wants you to sign in to it first."
	case p.to != nil && !sameSite(p.to.Hostname(), h.Name()):
		why = "The network leads to " + transport.Clean(p.to.Hostname(), 80) + "."
	case p.status == http.StatusOK && p.html:
	default:
		return Good(noPortal, Fact{"status", p.status, true})
	}
	options := []problem.Option{}
	if why != "" {
		options = append(options, problem.Because("%s", why))
	}
	at := url.URL{Scheme: "http", Host: h.Name(), Path: "/"}
	if h.Plain() {
		at = url.URL{Scheme: "http", Host: h.URL.Host, Path: "/"}
	}
	if p.to != nil && slices.Contains([]string{"http", "https"}, p.to.Scheme) && !sameSite(p.to.Hostname(), h.Name()) {
		at = url.URL{Scheme: p.to.Scheme, Host: p.to.Host, Path: "/"} // no more of it: the rest may say who is asking
	}
	f := Found(Problem, problem.New(problem.NetworkPage, options...), Fact{"status", p.status, true}, Fact{"page", transport.Clean(at.Host, 100), false})
	f.Repairs = []Repair{e.openPage("portal", "Open the network's page", at.String())}
	return f
}

// sameSite reports whether two hosts belong to the same owner, as far as names tell.
func sameSite(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	one, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(a))
	if err != nil {
		return false
	}
	other, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(b))
	return err == nil && one == other
}
