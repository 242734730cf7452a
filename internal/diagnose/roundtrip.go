package diagnose

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"latchkey/assets"
	"latchkey/internal/loopback"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// tripLimit is how long the way from this computer to itself may take.
const tripLimit = 3 * time.Second

// roundTrip sends an answer of its own through the real receiver of redirects, as a browser would bring it: the start
// address, the redirect, the last page. It has a state of its own, so no sign-in that is under way hears of it.
func (e Env) roundTrip(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, tripLimit)
	defer cancel()
	if err := e.localhostIsHere(ctx); err != nil {
		return 0, err
	}
	o := loopback.Options{Host: e.Org.RedirectHost, Port: e.Org.RedirectPort, State: secret.New(rand.Text()), Clock: e.Clock}
	if !e.Org.Genesys() {
		o.Path = "/callback"
	}
	if e.asking() {
		o.Port = 0 // the fixed one may be taken by the very sign-in
	}
	receiver, err := loopback.Listen(ctx, o)
	if err != nil {
		return 0, portTrouble(err, o.Port)
	}
	defer receiver.Close()
	client := tripClient()
	defer client.CloseIdleConnections()
	began := time.Now()
	if err := travel(ctx, client, receiver, o.State.Reveal()); err != nil {
		return 0, problem.New(problem.LoopbackBlocked, problem.Caused(err))
	}
	return time.Since(began), nil
}

// portTrouble says which port it is about.
func portTrouble(err error, port int) error {
	if port == 0 || !problem.Has(err, problem.PortUnavailable) {
		return err
	}
	return problem.New(problem.PortUnavailable, problem.Because("Port %d, which the settings name, is taken by another program.", port),
		problem.Do("Close the other program, or ask IT for another redirect_port."), problem.Caused(err))
}

// localhostIsHere finds out whether the name, where it is used, means this computer.
func (e Env) localhostIsHere(ctx context.Context) error {
	if e.Org.RedirectHost != "localhost" || e.Resolver == nil {
		return nil
	}
	found, err := e.Resolver.LookupNetIP(ctx, "ip", "localhost")
	if err != nil {
		return nil // browsers do not ask for it
	}
	for _, ip := range found {
		if !ip.Unmap().IsLoopback() {
			return problem.New(problem.LoopbackBlocked, problem.Because("The name localhost leads to another computer here."),
				problem.Do("Ask IT to correct the entry for localhost in the hosts file or the name server."))
		}
	}
	return nil
}

// tripClient speaks to this computer only, past every proxy, and follows nothing.
func tripClient() *http.Client {
	dialer := &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
			return errAltered
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errAltered = errors.New("what came back is not what was sent")

// travel goes the way of a sign-in and compares every step with what the receiver sends.
func travel(ctx context.Context, client *http.Client, receiver *loopback.Receiver, state string) error {
	code := rand.Text()
	answer := receiver.RedirectURI() + "?" + url.Values{"code": {code}, "state": {state}}.Encode()
	pages := assets.NewReturnPages()
	start := receiver.StartURL(answer)
	if err := step(ctx, client, start, http.StatusFound, answer, nil, pages.Policy); err != nil {
		return err
	}
	if err := step(ctx, client, answer, http.StatusSeeOther, "/done", nil, pages.Policy); err != nil {
		return err
	}
	last, err := url.Parse(receiver.RedirectURI())
	if err != nil {
		return err
	}
	last.Path = "/done"
	if err := step(ctx, client, last.String(), http.StatusOK, "", pages.Done, pages.Policy); err != nil {
		return err
	}
	got, err := receiver.Wait(ctx)
	if err == nil && !got.Code.EqualString(code) {
		err = errAltered
	}
	return err
}

// step asks for one page and compares it.
func step(ctx context.Context, client *http.Client, address string, status int, location string, body []byte, policy string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	switch {
	case err != nil:
		return err
	case response.StatusCode != status, response.Header.Get("Location") != location, !bytes.Equal(got, body),
		response.Header.Get("Content-Security-Policy") != policy, response.Header.Get("Via") != "":
		return errAltered
	}
	return nil
}
