package diagnose_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/diagnose"
)

// signsIn is a server that can be signed in to, as far as it is looked at.
func (l *lab) signsIn(certificate tls.Certificate) func(net.Conn) {
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, Time: func() time.Time { return l.clock }}
	const at = "https://" + serverName
	answers := map[string]string{
		"/.well-known/openid-configuration": `{"issuer":"` + at + `","authorization_endpoint":"` + at + `/authorize","token_endpoint":"` + at + `/token","jwks_uri":"` + at +
			`/keys","response_types_supported":["code"],"code_challenge_methods_supported":["S256"],"scopes_supported":["openid"]}`,
		"/keys":      `{"keys":[{"kty":"EC"}]}`,
		"/authorize": "Sign in",
		"/token":     `{"error":"invalid_grant"}`,
	}
	return func(c net.Conn) {
		s := tls.Server(c, config)
		for from := bufio.NewReader(s); ; {
			r, err := http.ReadRequest(from)
			if err != nil {
				return
			}
			status, body := http.StatusOK, answers[r.URL.Path]
			switch {
			case body == "":
				status = http.StatusNotFound
			case r.Method == http.MethodPost:
				status = http.StatusBadRequest
			}
			_, _ = fmt.Fprintf(s, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), len(body), body)
		}
	}
}

// A server that works does not wait for an address that never answers, nor is that silence taken for a narrow line.
func TestServerBesideADeadAddress(t *testing.T) {
	l := newLab(t)
	l.names[serverName] = []netip.Addr{netip.MustParseAddr(server6), netip.MustParseAddr(server4)}
	l.at["["+server6+"]:443"] = silent
	l.at[server4+":443"] = serves(l.signsIn(l.certificate(t)))
	synctest.Test(t, func(t *testing.T) {
		by := map[string]diagnose.Result{}
		e := l.environment(t)
		defer synctest.Wait()
		defer e.HTTP.Close()
		diagnose.Run(t.Context(), diagnose.Checks(e), func(r diagnose.Result) { by[r.ID] = r })
		server, connect := by["server"], by["connect"]
		if server.State != diagnose.OK || server.Took >= connect.Took {
			t.Errorf("%s %s after %s, the connection after %s: %s", server.State, server.Code, server.Took, connect.Took, server.Why)
		}
	})
}
