package wiring

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"

	"latchkey/internal/browser"
	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/version"
)

// Diagnosis returns what a diagnosis looks at: the parts of this program, and the organisation with this ID; an empty one
// means the default. With broken settings, or without any, there is no organisation, and the diagnosis says so. Whoever asks the agent
// for a password sets Asking, so that the keychain is left alone meanwhile.
func (p *Parts) Diagnosis(orgID string) diagnose.Env {
	problem := p.SettingsErr
	var org config.Organization
	if problem == nil {
		org, problem = p.Settings.Organization(orgID)
	}
	return diagnose.Env{
		Settings:    p.Settings,
		SettingsErr: problem,
		Org:         org,
		HTTP:        p.HTTP,
		Clock:       clock.System{},
		Rand:        rand.Reader,
		Getenv:      os.Getenv,
		Resolver:    net.DefaultResolver,
		Dialer:      &net.Dialer{},
		Proxy:       environmentProxy(),
		Keychain:    p.Vault,
		Sessions:    p.Sessions,
		Browser:     browser.Browser{},
		Version:     version.Version,
		NTP:         org.TimeServers,
		STUN:        org.VoiceServers,
	}
}

// environmentProxy is the proxy that the environment names, as the transport takes it.
func environmentProxy() func(*http.Request) (*url.URL, error) {
	choose := httpproxy.FromEnvironment().ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
}
