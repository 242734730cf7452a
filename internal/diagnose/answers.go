package diagnose

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// told is a fact that says nothing about the person, their account or their computer.
func told(name string, value any) Fact { return Fact{Name: name, Value: value, Shareable: true} }

// kept is a fact for this computer only.
func kept(name string, value any) Fact { return Fact{Name: name, Value: value} }

// milliseconds rounds a measured time to a tenth.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(100*time.Microsecond)) / float64(time.Millisecond)
}

// isPage reports whether an answer is a page for people.
func isPage(r *transport.Response) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); kind == "text/html" || kind == "application/xhtml+xml" {
		return true
	}
	start := bytes.ToLower(bytes.TrimLeft(r.Body[:min(len(r.Body), 256)], " \t\r\n\ufeff"))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

// inBetween reports whether an answer comes from something on the way (a proxy, a filter) and not from the server.
func inBetween(r *transport.Response) bool {
	if r.Status == http.StatusProxyAuthRequired || r.Status == http.StatusNetworkAuthenticationRequired {
		return true
	}
	for _, name := range []string{"Proxy-Authenticate", "X-Squid-Error", "Proxy-Connection"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	servers := []string{"squid", "tinyproxy", "mitmproxy", "zscaler", "bluecoat", "netskope", "forcepoint", "websense", "skyhigh", "mcafee web gateway", "fortiproxy"}
	named := strings.ToLower(r.Header.Get("Server"))
	return slices.ContainsFunc(servers, func(s string) bool { return strings.Contains(named, s) })
}

// unavailable is the problem of a server that answers 500 to 599. retryAt is when it wants to be asked again; zero: it does
// not say.
func (e Env) unavailable(status int, retryAt time.Time) *problem.Problem {
	switch {
	case status == http.StatusServiceUnavailable && !retryAt.IsZero():
		return problem.New(problem.ServerUnavailable,
			problem.Because("It is under maintenance or overloaded, and asks to come back at %s.", e.when(retryAt)),
			problem.Do("Wait until then, then try again."))
	case status == http.StatusServiceUnavailable:
		return problem.New(problem.ServerUnavailable, problem.Because("It says that it is not available (answer 503)."))
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return problem.New(problem.ServerUnavailable, problem.Because("A gateway answers (%d), but the server behind it does not.", status))
	default:
		return problem.New(problem.ServerUnavailable, problem.Because("It answers %d.", status))
	}
}

// limited is the problem of a server that is asked too often.
func (e Env) limited(retryAt time.Time) *problem.Problem {
	if retryAt.IsZero() {
		return problem.New(problem.TooManyTries, problem.Because("Too much was asked of it from here."))
	}
	return problem.New(problem.TooManyTries,
		problem.Because("Too much was asked of it from here. It answers again at %s.", e.when(retryAt)), problem.Do("Wait until then, then try again."))
}

// retryAt is when an answer wants to be asked again; zero: it does not say.
func (e Env) retryAt(r *transport.Response) time.Time {
	now := e.Clock.Now()
	pause := min(transport.RetryAfter(r.Header, now), 24*time.Hour)
	if pause <= 0 {
		return time.Time{}
	}
	return now.Add(pause)
}

// when says a time of day as this computer shows it, with the date unless it is today.
func (e Env) when(t time.Time) string {
	now := e.Clock.Now()
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("15:04 on 2 January")
}

// serverError returns what is known of the answer behind a problem.
func serverError(err error) (*oauth.ServerError, bool) { return errors.AsType[*oauth.ServerError](err) }

// reason says in a few words why a host other than the sign-in server is not reached.
func reason(err error) string {
	if at, ok := errors.AsType[*intercepted](err); ok {
		return "Its connection is intercepted by " + at.by + ", which this computer does not trust."
	}
	p := problem.From(err)
	switch p.Code {
	case problem.NameNotFound:
		if named, ok := errors.AsType[*net.DNSError](err); ok && !named.IsNotFound {
			return "Its name cannot be looked up."
		}
		return "Its name is not found."
	case problem.NoFreePort:
		return "This computer has no port left to ask from."
	case problem.ConnectionRefused:
		return "Nothing accepts connections there."
	case problem.ConnectionBroken:
		return "The connection breaks off."
	case problem.Offline, problem.NoWay:
		return "There is no way to it."
	case problem.TimedOut:
		return "It does not answer in time."
	case problem.TLSExpired:
		return "Its certificate has expired."
	case problem.TLSNotYetValid:
		return "Its certificate is not valid yet."
	case problem.TLSWrongName:
		return "Its certificate is for another address."
	case problem.TLSUntrusted:
		return "Its certificate is not trusted."
	case problem.TLSFailed:
		return "There is no secure connection to it."
	case problem.ProxyFailed, problem.ProxyPassword:
		return sentence(p.Title, p.Why)
	case problem.NetworkPage:
		return "A web page answers in its place."
	case problem.RedirectRefused:
		return "It points to another address."
	case problem.ServerUnavailable:
		return "It is out of order."
	case problem.AnswerTooLarge:
		return "Its answer is too large."
	}
	if _, answered := serverError(err); answered || p.Code == problem.ServerAnswer {
		return "Its answer cannot be understood."
	}
	return "It cannot be asked."
}

// count says how many there are of something.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
