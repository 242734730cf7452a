package loopback

import (
	"context"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// Callback is the one answer that carried the right state.
type Callback struct {
	Code             secret.Text
	Error            string // error parameter (RFC 6749, section 4.1.2.1); then Code is empty
	ErrorDescription string // cleaned, for the why of a problem

	// With Error, unchecked, and usually empty: the address that the server says it saw, and the region and the issuer where it
	// says that the account lives.
	ClientIP, Region, Issuer string
}

type result struct {
	callback Callback
	err      error
}

// verdict is what came of a query.
type verdict int

const (
	stranger verdict = iota // not of this sign-in: nothing has changed
	taken                   // the genuine one, consumed
	already                 // the genuine one, again
	expired                 // too late
)

// take consumes the query if it is the first one with the right state. byBrowser tells that a browser waits for a page.
func (r *Receiver) take(query string, byBrowser bool) verdict {
	if r.over() && !r.consumed.Load() {
		return expired
	}
	parameters, ok := parseQuery(query)
	if !ok {
		return stranger
	}
	state, ok := parameters["state"]
	if !ok || state == "" || !r.options.State.EqualString(state) { // in constant time
		return stranger
	}
	callback, err := r.options.judge(parameters)
	if !r.consume(result{callback, err}, byBrowser) {
		return already
	}
	return taken
}

// consume ends the wait with this result, unless it has ended. Nobody waits for a page when no browser brought it.
func (r *Receiver) consume(x result, byBrowser bool) bool {
	if !r.consumed.CompareAndSwap(false, true) {
		return false
	}
	if byBrowser {
		close(r.answered) // first, so that a Close that follows the result knows
	}
	r.result <- x
	if !byBrowser {
		r.stopOnce.Do(func() { close(r.stop) })
	}
	return true
}

// judge reads an answer that carried the right state. It knows the parameters of the code flow and no others: a token in the
// query is not looked at.
func (o Options) judge(parameters map[string]string) (Callback, error) {
	if o.Issuer != "" { // RFC 9207, section 2.4: simple string comparison, also when the metadata do not promise it
		switch iss, ok := parameters["iss"]; {
		case !ok && o.IssRequired:
			return Callback{}, problem.New(problem.AnswerIssMissing)
		case ok && iss != o.Issuer:
			return Callback{}, problem.New(problem.AnswerIssMismatch)
		}
	}
	code, hasCode := parameters["code"]
	failure, hasFailure := parameters["error"]
	switch {
	case hasCode == hasFailure, hasCode && !printable(code), hasFailure && !printable(failure):
		return Callback{}, problem.New(problem.AnswerMalformed)
	case hasCode:
		return Callback{Code: secret.New(code)}, nil
	default:
		return Callback{
			Error:            transport.Clean(failure, 64),
			ErrorDescription: transport.Clean(parameters["error_description"], 200),
			ClientIP:         transport.Clean(parameters["client_ip"], 64),
			Region:           transport.Clean(parameters["region"], 64),
			Issuer:           transport.Clean(parameters["issuer"], 200),
		}, nil
	}
}

// printable reports whether s consists of VSCHAR (RFC 6749, appendix A) and is not empty.
func printable(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c < 0x20 || c > 0x7e })
}

const maxParameters = 32

// parseQuery decodes a query strictly. Unlike url.ParseQuery it refuses what is malformed instead of leaving it out, and
// what is repeated (RFC 6749, section 3.1).
func parseQuery(raw string) (map[string]string, bool) {
	if strings.Contains(raw, ";") || strings.Count(raw, "&") >= maxParameters {
		return nil, false
	}
	parameters := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !plain(name) {
			return nil, false
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return nil, false
		}
		if _, repeated := parameters[name]; repeated {
			return nil, false
		}
		parameters[name] = value
	}
	return parameters, true
}

func plain(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) })
}

// Wait returns the genuine answer, once, or ctx's error, or the problem that the answer itself is (answer malformed,
// issuer missing or wrong). When the receiver is closed without an answer it is the problem given-up.
func (r *Receiver) Wait(ctx context.Context) (Callback, error) {
	select {
	case x := <-r.result:
		return x.callback, x.err
	case <-ctx.Done():
		return Callback{}, ctx.Err()
	case <-r.stop:
	}
	select { // both at once: the answer counts
	case x := <-r.result:
		return x.callback, x.err
	default:
		return Callback{}, problem.New(problem.GivenUp)
	}
}

// Submit takes an address that was pasted back. It must be the redirect URI with the right state; then it counts
// like the browser's own request. Otherwise the error is the problem address-not-ours and nothing changes.
//
// White space, a missing scheme and the https of a browser that insists on it are forgiven: the state decides.
func (r *Receiver) Submit(address string) error {
	if len(address) <= headerLimit {
		address = strings.Join(strings.Fields(address), "")
		address, _, _ = strings.Cut(address, "#")
		base, query, ok := strings.Cut(address, "?")
		base = strings.TrimPrefix(strings.TrimPrefix(base, "http://"), "https://")
		ours := r.shown + r.options.Path
		if ok && (base == ours || base == ours+"/" && r.options.Path == "" || base+"/" == ours) && r.take(query, false) == taken {
			return nil
		}
	}
	return problem.New(problem.AddressNotOurs)
}
