package wiring

import (
	"crypto/rand"
	"net"
	"os"

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
	newer := ""
	if r := p.Updates.Known(); r != nil {
		newer = r.Version
	}
	return diagnose.Env{
		Newer:       newer,
		Settings:    p.Settings,
		SettingsErr: problem,
		Org:         org,
		HTTP:        p.HTTP,
		Clock:       p.clock,
		Rand:        rand.Reader,
		Getenv:      os.Getenv,
		Resolver:    net.DefaultResolver,
		Dialer:      &net.Dialer{},
		Proxy:       p.Proxy.Through,
		Proxies:     p.Proxy.For,
		Keychain:    p.Vault,
		Sessions:    p.Sessions,
		Browser:     p.Browser,
		Version:     version.Version,
		NTP:         org.TimeServers,
		STUN:        org.VoiceServers,
	}
}
