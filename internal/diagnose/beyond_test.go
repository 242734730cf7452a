package diagnose

import (
	"crypto/tls"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

// Where only a host beside the sign-in server is intercepted, it is told by whom all the same.
func TestDG03InterceptionBesideTheSignInServer(t *testing.T) {
	const forbidden = "HTTP/1.1 403 Forbidden\r\nServer: Zscaler/6.2\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
	zscaler := transporttest.NewAuthority(t, "Zscaler Root CA")
	for name, c := range map[string]struct {
		trusted bool
		says    string
		does    string
	}{
		"not trusted":              {false, "intercepted by Zscaler", "certificate of Zscaler"},
		"trusted, and not let out": {true, "Zscaler answers", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{zscaler.Issue(t)}}, forbidden)
			base := &url.URL{Scheme: "https", Host: at}
			org := config.Organization{ID: "acme", Issuer: "https://login.acme.example", WorkspaceURL: base.String(), Endpoints: config.Endpoints{API: base.String()}}
			e := envFor(t, org, nil, func(o *transport.Options) {
				if c.trusted {
					o.Roots = zscaler.Pool
				} else {
					o.Roots = transporttest.NewAuthority(t, "Acme CA").Pool
				}
			})
			for id, f := range map[string]Finding{"api": e.api(t.Context()), "workspace": e.workspace(t.Context()), "notifications": e.webSocket(t.Context(), base)} {
				if f.State != Warning || f.Code == problem.TLSIntercepted || !strings.Contains(f.Line(), c.says) || !strings.Contains(f.Fix, c.does) {
					t.Errorf("%s: %s %s: %s → %s", id, f.State, f.Code, f.Line(), f.Fix)
				}
				if !c.trusted && fact(f, "product") != "Zscaler" {
					t.Errorf("%s: %+v", id, f.Facts)
				}
			}
		})
	}
}
