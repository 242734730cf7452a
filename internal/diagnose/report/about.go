package report

import (
	"context"
	"net/url"
	"os"
	"os/user"
	"slices"
	"strings"

	"latchkey/internal/diagnose"
)

// For returns what there is to say about the diagnosis of an environment, and what must not be said: who works at this
// computer, what it is called, and who is signed in. Addresses are not chosen.
func For(ctx context.Context, e diagnose.Env) About {
	a := About{Version: e.Version, Region: e.Org.Region, Private: thisComputer(e.Getenv)}
	if e.Clock != nil {
		a.Now = e.Clock.Now()
	}
	if login, ok := e.Login(); ok {
		a.Host = login.URL.Host
	}
	for _, h := range e.Hosts() {
		a.Hosts = append(a.Hosts, h.Name())
	}
	at := e.Org.Endpoints
	for _, address := range []string{
		e.Org.StatusURL, at.Authorization, at.Token, at.AuthorizationChallenge, at.DeviceAuthorization, at.Revocation, at.UserInfo, at.API, at.Login,
	} {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			a.Hosts = append(a.Hosts, u.Hostname())
		}
	}
	if e.Sessions == nil {
		return a
	}
	kept, err := e.Sessions.List(ctx)
	if err != nil {
		return a // nobody who could be named
	}
	for _, s := range kept {
		local, _, _ := strings.Cut(s.Username, "@")
		a.Private = append(a.Private, s.Username, local, s.Name, s.Account.Subject)
	}
	return a
}

// everybodys are names of accounts that say nothing about who uses them.
var everybodys = []string{"root", "admin", "administrator", "user", "localhost", "/", "/root"}

// thisComputer collects who works here and what the computer is called.
func thisComputer(getenv func(string) string) []string {
	var all []string
	add := func(names ...string) {
		for _, name := range names {
			if !slices.Contains(everybodys, strings.ToLower(name)) {
				all = append(all, name)
			}
		}
	}
	if getenv != nil {
		for _, name := range []string{"USER", "LOGNAME", "USERNAME", "HOME", "USERPROFILE", "HOSTNAME", "COMPUTERNAME", "USERDOMAIN", "USERDNSDOMAIN"} {
			add(getenv(name))
		}
	}
	if me, err := user.Current(); err == nil {
		add(me.Username, me.Name, me.HomeDir)
		if _, name, domain := strings.Cut(me.Username, `\`); domain {
			add(name)
		}
	}
	if host, err := os.Hostname(); err == nil {
		first, _, _ := strings.Cut(host, ".")
		add(host, first)
	}
	return all
}
