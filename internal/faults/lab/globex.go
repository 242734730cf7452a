//go:build linux

package lab

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// Region is a Genesys Cloud region, rebuilt.
type Region struct{ Login, API, Apps, Streaming *Site }

// ServeGlobex starts the hosts of the region euw2.
func (l *Lab) ServeGlobex() (*Region, error) {
	login := http.NewServeMux()
	login.HandleFunc("/oauth/authorize", signInPage)
	login.HandleFunc("/oauth/token", oauthError)
	login.HandleFunc("/{$}", signInPage)
	api := http.NewServeMux()
	api.HandleFunc("/api/v2/", always(http.StatusUnauthorized, map[string]any{
		"message": "No authentication bearer token specified in authorization header.", "code": "authentication.required", "status": 401,
	}))
	apps := http.NewServeMux()
	apps.HandleFunc("/", signInPage)
	streaming := http.NewServeMux()
	streaming.HandleFunc("/", webSocket)

	r := &Region{}
	var err [4]error
	r.Login, err[0] = l.Site("login.euw2.pure.cloud", Globex, login)
	r.API, err[1] = l.Site("api.euw2.pure.cloud", API, api)
	r.Apps, err[2] = l.Site("apps.euw2.pure.cloud", Apps, apps)
	r.Streaming, err[3] = l.Site("streaming.euw2.pure.cloud", Stream, streaming)
	return r, errors.Join(err[:]...)
}

// webSocket opens a web socket (RFC 6455, section 4.2.2) and says nothing on it.
func webSocket(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		http.Error(w, "upgrade required", http.StatusUpgradeRequired)
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	w.Header().Set("Upgrade", "websocket")
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Sec-WebSocket-Accept", base64.StdEncoding.EncodeToString(sum[:]))
	w.WriteHeader(http.StatusSwitchingProtocols)
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		buffer := make([]byte, 1024)
		for {
			if _, err := c.Read(buffer); err != nil {
				_ = c.Close()
				return
			}
		}
	}
}
