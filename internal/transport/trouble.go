package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"latchkey/internal/problem"
)

// trouble turns what net/http reports into a problem. The error behind it is kept for errors.Is; its text may quote
// an address or what a server said, so nobody prints it.
func (c *Client) trouble(ctx context.Context, request *http.Request, s *stages, err error) *problem.Problem {
	proxied, stopped := s.atProxy()
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return problem.New(problem.GivenUp, problem.Caused(context.Canceled))
	case errors.Is(err, errProxyUnclear):
		return problem.New(problem.ProxyFailed, problem.Because("The address of the proxy cannot be read."), problem.Do("Ask IT to correct the proxy settings."), problem.Final())
	case stopped:
		return proxyTrouble(request.URL.Hostname(), err)
	}
	if p := c.certificateTrouble(request.URL.Hostname(), err); p != nil {
		return p
	}
	if p := secureTrouble(proxied, err); p != nil {
		return p
	}
	return networkTrouble(s.reached(), err)
}

// proxyTrouble is what happened before the proxy let the connection through.
func proxyTrouble(host string, err error) *problem.Problem {
	caused := problem.Caused(err)
	if status, ok := errors.AsType[proxyStatusError](err); ok {
		switch int(status) {
		case http.StatusProxyAuthRequired, http.StatusUnauthorized: // some proxies take a wrong password for this
			return problem.New(problem.ProxyPassword, caused)
		case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
			return problem.New(problem.ProxyFailed, problem.Because("It forbids %s (answer %d).", Clean(host, 100), int(status)), problem.Final(), caused)
		default:
			return problem.New(problem.ProxyFailed, problem.Because("It answers %d.", int(status)), caused)
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return problem.New(problem.ProxyFailed, problem.Because("Its certificate cannot be trusted."), problem.Final(), caused)
	}
	why := ""
	switch named, ok := errors.AsType[*net.DNSError](err); {
	case ok && !named.IsTimeout:
		why = "Its name is not found."
	case timedOut(err):
		why = "It does not answer."
	case isRefused(err):
		why = "It does not accept connections."
	case isUnreachable(err):
		why = "There is no way to it."
	default:
		return problem.New(problem.ProxyFailed, problem.Because("It breaks the connection off."), caused)
	}
	return problem.New(problem.ProxyFailed, problem.Titled("The network's proxy is not reached."), problem.Because("%s", why),
		problem.Do("Check where the proxy is named, or tell IT that it does not work."), caused)
}

// networkTrouble is everything below TLS and proxies.
func networkTrouble(at stage, err error) *problem.Problem {
	caused := problem.Caused(err)
	named, isName := errors.AsType[*net.DNSError](err)
	unanswered := problem.Titled("The sign-in server's name cannot be looked up.") // nobody said that there is none
	switch {
	case isUnreachable(err), isName && strings.Contains(named.Err, "network is unreachable"): // net keeps only the text
		return problem.New(problem.Offline, caused)
	case isName && named.IsNotFound:
		return problem.New(problem.NameNotFound, caused)
	case isName && named.IsTimeout:
		return problem.New(problem.NameServiceDead, problem.Because("It does not answer, or you are offline."), caused)
	case isName:
		return problem.New(problem.NameNotFound, unanswered, problem.Because("The network's name service reports a failure, or you are offline."), caused)
	case timedOut(err):
		p := problem.New(problem.TimedOut, problem.Because("%s", slow(at)), caused)
		if at > stageSecure { // the network did its part
			p = p.With(problem.Do("Try again in a few minutes. If it stays, tell IT."))
		}
		return p
	case portless(err):
		return problem.New(problem.NoFreePort, caused)
	case isRefused(err), errors.Is(err, errNotLoopback):
		return problem.New(problem.ConnectionRefused, caused)
	case errors.Is(err, http.ErrSchemeMismatch):
		return problem.New(problem.TLSFailed, problem.Because("The server answers without encryption."), caused)
	case isReset(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return problem.New(problem.ConnectionBroken, caused)
	case strings.Contains(err.Error(), "response headers exceeded"):
		return problem.New(problem.AnswerTooLarge, caused)
	case at == stageAnswer:
		// Something came, and it is no HTTP.
		return problem.New(problem.ServerAnswer, caused)
	default:
		return problem.New(problem.ConnectionBroken, caused)
	}
}

func slow(at stage) string {
	switch at {
	case stageStart, stageName:
		return "Looking up its name takes too long."
	case stageConnect:
		return "It cannot be reached. A firewall may be in between."
	case stageSecure:
		return "The secure connection is not completed."
	default:
		return "The connection works, but the answer takes too long."
	}
}

func timedOut(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	late, ok := errors.AsType[net.Error](err)
	return ok && late.Timeout()
}

func redirectRefused(head *http.Response) *problem.Problem {
	to, err := url.Parse(head.Header.Get("Location"))
	if err != nil {
		return problem.New(problem.RedirectRefused)
	}
	p := problem.New(problem.RedirectRefused, problem.Caused(&RedirectError{to}))
	// Only the host: the rest may hold a code or a token.
	if to.Host != "" {
		p.Why = "It points to " + Clean(to.Host, 100) + ". " + p.Why
	}
	return p
}

// RedirectError stands behind the problem redirect-refused; errors.As finds it.
type RedirectError struct {
	To *url.URL // where the server points to, as it came: relative perhaps, and with whatever its query holds
}

// Error says that there was a redirect, and not where to: that may hold a code.
func (*RedirectError) Error() string { return "the server points to another address" }
