//go:build faults && linux

package faults

import (
	"crypto/tls"
	"net/http"
	"os"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// onlyProxies drops everything that goes to web servers straight.
const onlyProxies = "tcp dport { 80, 443 } drop"

var proxyFaults = []scenario{
	{
		name: "proxy, nothing wrong", fault: proxied(lab.ProxyRules{}, ""),
		want: diagnose.Fine,
	}, {
		name: "proxy, nothing wrong, Globex", org: globex, fault: proxied(lab.ProxyRules{}, ""),
		want: diagnose.Fine,
	}, {
		name: "proxy with the right password", fault: proxied(lab.ProxyRules{User: "amy", Password: "right"}, "amy:right@"),
		want: diagnose.Fine,
	}, {
		name: "proxy wants a password", fault: proxied(lab.ProxyRules{User: "amy", Password: "right"}, ""),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-password"},
	}, {
		name: "proxy with a wrong password", fault: proxied(lab.ProxyRules{User: "amy", Password: "right"}, "amy:wrong@"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-password"},
	}, {
		name: "proxy blocks the sign-in server", fault: proxied(lab.ProxyRules{Blocks: []string{"login.acme.example"}}, ""),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "proxy blocks notifications", org: globex, fault: proxied(lab.ProxyRules{Blocks: []string{"streaming.euw2.pure.cloud"}}, ""),
		want: diagnose.Degraded, shown: []string{"notifications warning notifications-unreachable"},
	}, {
		name: "proxy blocks the API", org: globex, fault: proxied(lab.ProxyRules{Blocks: []string{"api.euw2.pure.cloud"}}, ""),
		want: diagnose.Blocked, shown: []string{"api problem api-unreachable"},
	}, {
		name: "proxy is switched off", fault: proxy("http://proxy.acme.example:3128"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "proxy does not answer", fault: proxy("http://" + lab.Nowhere.V4.String() + ":3128"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "proxy name not found", fault: proxy("http://old-proxy.acme.example:3128"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "proxy setting cannot be read", fault: proxy("http://proxy.acme.example:port"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "proxy is a web server", fault: func(r *rig) error {
			if _, err := r.Site("proxy.acme.example", lab.Proxy, lab.Page(http.StatusOK, "It works")(nil)); err != nil {
				return err
			}
			return proxy("http://proxy.acme.example")(r)
		},
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"},
	}, {
		name: "mitmproxy opens connections, and is not trusted", fault: intercepted(false),
		want: diagnose.Blocked, shown: []string{"tls problem connection-read"}, says: []string{"mitmproxy"},
	}, {
		name: "mitmproxy opens connections, and is trusted", fault: intercepted(true),
		want: diagnose.Degraded, shown: []string{"tls warning connection-read"}, says: []string{"mitmproxy"},
	},
}

var portalFaults = []scenario{
	{
		name: "portal, and a proxy that is not there", fault: both(portal(http.StatusFound, false), named("http://198.51.100.99:3128")),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal, and a proxy whose name is not found", fault: both(portal(http.StatusFound, true), named("http://proxy.corp.example:3128")),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "self-signed, and a web page of its own", fault: ownPage,
		want: diagnose.Blocked, shown: []string{"tls problem certificate-untrusted"},
	},
	{
		name: "portal redirects", fault: portal(http.StatusFound, false),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal redirects, secure connections too", fault: portal(http.StatusFound, true),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal answers in the server's place", fault: portal(http.StatusOK, false),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal says so (511)", fault: portal(http.StatusNetworkAuthenticationRequired, false),
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal by names", fault: func(r *rig) error {
			r.Names.Fail(lab.NameFault{Portal: lab.Portal.V4})
			return r.ServePortal(http.StatusFound)
		},
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	}, {
		name: "portal by names, in the local network", org: globex, fault: func(r *rig) error {
			r.Names.Fail(lab.NameFault{Portal: lab.Router.V4})
			return portal(http.StatusFound, true)(r)
		},
		want: diagnose.Blocked, shown: []string{"portal problem network-page"},
	},
}

// proxy sets the environment's proxy; everything else is closed.
func proxy(address string) func(*rig) error {
	return func(r *rig) error {
		if err := os.Setenv("HTTPS_PROXY", address); err != nil {
			return err
		}
		if address == "http://proxy.acme.example" {
			return nil
		}
		return r.World.Filter(onlyProxies)
	}
}

// named sets the environment's proxy, and leaves everything open.
func named(address string) func(*rig) error {
	return func(*rig) error { return os.Setenv("HTTPS_PROXY", address) }
}

// ownPage puts a server in Acme's place whose certificate nobody vouches for, and that shows a page where browsers begin.
func ownPage(r *rig) error {
	r.Names.Set("login.acme.example", lab.Stranger.List()...)
	certificate, err := lab.SelfSigned("login.acme.example")
	if err != nil {
		return err
	}
	page := lab.Page(http.StatusOK, "Acme")(nil)
	for _, at := range lab.Stranger.List() {
		secure, err := r.World.Listen(at, 443)
		if err != nil {
			return err
		}
		plain, err := r.World.Listen(at, 80)
		if err != nil {
			return err
		}
		go func() {
			_ = http.Serve(tls.NewListener(secure, &tls.Config{Certificates: []tls.Certificate{certificate}}), page)
		}()
		go func() { _ = http.Serve(plain, page) }()
	}
	return nil
}

// proxied puts a proxy with these rules in front of everything, and credentials into its address.
func proxied(rules lab.ProxyRules, credentials string) func(*rig) error {
	return func(r *rig) error {
		if _, err := r.ServeProxy(rules); err != nil {
			return err
		}
		return proxy("http://" + credentials + "proxy.acme.example:" + lab.ProxyPort)(r)
	}
}

// intercepted sends everything through a proxy that reads it.
func intercepted(trusted bool) func(*rig) error {
	return func(r *rig) error {
		address, issuer, err := r.ServeInterceptor()
		if err != nil {
			return err
		}
		if trusted {
			if err := r.Trust(issuer); err != nil {
				return err
			}
		}
		return proxy("http://" + address)(r)
	}
}

// portal puts a page in front of the web; secure connections are answered by it, too, or refused.
func portal(status int, secure bool) func(*rig) error {
	return func(r *rig) error {
		if err := r.ServePortal(status); err != nil {
			return err
		}
		if err := r.World.Captures(secure); err != nil || secure {
			return err
		}
		return r.World.Filter("tcp dport 443 reject with tcp reset")
	}
}
