package present

import (
	"net/url"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// HostOf returns the host that an organisation's agents sign in at, as far as the settings tell.
func HostOf(o config.Organization) string {
	for _, address := range []string{o.Issuer, o.Endpoints.Login, o.Endpoints.Authorization, o.Endpoints.Token} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			return u.Host
		}
	}
	if region, ok := config.FindRegion(o.Region); ok {
		return region.Host("login")
	}
	return ""
}

// passwordHostOf returns the host that a password typed here goes to, where the settings tell it; else that of [HostOf]. A server that
// is asked may name another one: see [Presenter.showHost].
func passwordHostOf(o config.Organization) string {
	address := o.Endpoints.AuthorizationChallenge
	switch o.Credentials {
	case config.CredentialsAuth0, config.CredentialsOkta, config.CredentialsKeycloak:
		address = o.Endpoints.Token
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" && !passwordless(o) {
		return u.Host
	}
	return HostOf(o)
}

// showHost shows the host that the attempt speaks of, and reports whether it is the one that was shown before.
func (p *Presenter) showHost(host string) (same bool) {
	host = transport.Clean(host, 253)
	before := p.frame.Where.Host
	if host != "" {
		p.frame.Where.Host = host
	}
	return host == "" || plainHost(host) == plainHost(before)
}

// plainHost writes a host so that two ways to write the same one are equal.
func plainHost(host string) string { return strings.TrimSuffix(strings.ToLower(host), ":443") }

// askAgain drops a password that was typed ahead for another host than the one it would go to, and asks for it once more.
func (p *Presenter) askAgain(r *run) {
	r.pending.Wipe()
	r.pending = nil
	p.form.busy, p.form.slow = Busy{}, false
	p.fail(problem.New(problem.CredentialsNeeded, problem.Titled("Your password was not sent."),
		problem.Because("It would go to %s, and another address was shown when you typed it.", p.frame.Where.Host),
		problem.Do("If this is where your organisation signs in, enter it again. If not, ask IT.")), NoAction, FocusPassword)
	p.showForm(FocusPassword)
}
