package diagnose

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// checkNotifications finds out whether calls can be announced: a web socket to the region's streaming host has to pass
// every proxy in between. Nobody needs it to sign in.
func (e Env) checkNotifications() Check {
	return Check{ID: "notifications", Title: "Notifications", After: e.beyond(), Run: e.notifications}
}

func (e Env) notifications(ctx context.Context) Finding {
	host, ok := e.HostOf(HostStreaming)
	if !ok {
		return Finding{State: Skipped, What: "The settings name no server for notifications."}
	}
	return e.webSocket(ctx, host.URL)
}

// webSocket asks to go on as a web socket (RFC 6455, section 4.1). The channel does not exist: a refusal of the server's
// own shows just as well that what was asked came through.
func (e Env) webSocket(ctx context.Context, address *url.URL) Finding {
	key := make([]byte, 16)
	if _, err := io.ReadFull(e.Rand, key); err != nil {
		return Finding{State: Unknown, What: "There is no randomness to ask with."}
	}
	nonce := base64.StdEncoding.EncodeToString(key)
	plain := overHTTP(address)
	r, facts, err := e.reach(ctx, transport.Request{
		URL: plain, Upgrade: "websocket", Once: true, Accept: "*/*",
		Header: http.Header{"Sec-Websocket-Key": {nonce}, "Sec-Websocket-Version": {"13"}},
	})
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case err != nil:
		return e.noWebSocket(ctx, plain, err, facts)
	case inBetween(r):
		return blocked(e.between(ctx, plain)+" answers in the server's place (%d).", r.Status, facts)
	case r.Status == http.StatusSwitchingProtocols:
		if r.Header.Get("Sec-Websocket-Accept") != acceptFor(nonce) {
			return blocked("What answers is no web socket (%d).", r.Status, facts)
		}
		return Good("Notifications come through.", facts...)
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden, r.Status == http.StatusNotFound, r.Status == http.StatusTooManyRequests:
		return Good("Notifications come through.", facts...) // nobody is signed in, and there is no such channel
	case r.Status >= http.StatusInternalServerError:
		return Found(Warning, problem.New(problem.NotificationsUnreachable, problem.Because("It answers %d.", r.Status)), facts...)
	}
	return blocked(e.between(ctx, plain)+" does not pass web sockets on as they are (answer %d).", r.Status, facts)
}

// noWebSocket tells a host that is not reached from one that is, until a web socket is asked for.
func (e Env) noWebSocket(ctx context.Context, plain string, err error, facts []Fact) Finding {
	if problem.Has(err, problem.ConnectionBroken) || problem.Has(err, problem.ServerAnswer) || problem.Has(err, problem.RedirectRefused) {
		if _, err := e.HTTP.Do(ctx, transport.Request{URL: plain, Accept: "*/*", Once: true}); err == nil {
			return Found(Warning, problem.New(problem.WebSocketBlocked, problem.Because("The server is reached, but web sockets to it are cut.")), facts...)
		}
	}
	return Found(Warning, unreached(problem.NotificationsUnreachable, err), facts...)
}

func blocked(why string, status int, facts []Fact) Finding {
	return Found(Warning, problem.New(problem.WebSocketBlocked, problem.Because(why, status)), facts...)
}

// overHTTP returns the address that a web socket starts at, on a channel that does not exist.
func overHTTP(address *url.URL) string {
	u := *address
	u.Scheme = "https"
	if address.Scheme == "ws" {
		u.Scheme = "http"
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/channels/none"
	}
	return u.String()
}

// acceptFor is what a server answers that has read the key (RFC 6455, section 4.2.2). The hash protects nothing.
func acceptFor(nonce string) string {
	sum := sha1.Sum([]byte(nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
