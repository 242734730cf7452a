package diagnose

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// upgrade goes on as a web socket, as RFC 6455 wants it; accept replaces the proof that the key was read.
func upgrade(accept func(key string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.EqualFold(r.Header.Get("Connection"), "upgrade") || r.Header.Get("Upgrade") != "websocket" || r.Header.Get("Sec-WebSocket-Version") != "13" {
			http.Error(w, "no web socket", http.StatusBadRequest)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " +
			accept(r.Header.Get("Sec-WebSocket-Key")) + "\r\n\r\n"))
	}
}

func TestNotifications(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    http.HandlerFunc
		state State
		code  problem.Code
	}{
		{"a web socket", upgrade(acceptFor), OK, ""},
		{"nobody is signed in", text(401, "application/json", "{}"), OK, ""},
		{"not for us", text(403, "application/json", "{}"), OK, ""},
		{"no such channel", text(404, "text/plain", ""), OK, ""},
		{"somebody else's proof", upgrade(func(string) string { return acceptFor("another key") }), Warning, problem.WebSocketBlocked},
		{"a proxy forbids it", text(403, "text/html", hotel, "Server", "tinyproxy/1.11"), Warning, problem.WebSocketBlocked},
		{"a proxy drops the wish", text(426, "text/plain", "upgrade required"), Warning, problem.WebSocketBlocked},
		{"a proxy breaks the wish", text(400, "text/plain", "bad request"), Warning, problem.WebSocketBlocked},
		{"a page in its place", text(200, "text/html", hotel), Warning, problem.WebSocketBlocked},
		{"the server is down", text(502, "text/html", hotel), Warning, problem.NotificationsUnreachable},
		{"cut in any case", cut, Warning, problem.NotificationsUnreachable},
		{"cut when it is a web socket", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Upgrade") != "" {
				cut(w, r)
			}
		}, Warning, problem.WebSocketBlocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newStation(t)
			p.at["/channels/none"] = c.at
			address, _ := url.Parse("ws" + strings.TrimPrefix(p.URL, "http"))
			f := envFor(t, config.Organization{}, nil).webSocket(t.Context(), address)
			if f.State != c.state || f.Code != c.code {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			shareable(t, f)
		})
	}
}

// The example of RFC 6455, section 1.3.
func TestAcceptFor(t *testing.T) {
	if got := acceptFor("dGhlIHNhbXBsZSBub25jZQ=="); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Errorf("got %s", got)
	}
}
