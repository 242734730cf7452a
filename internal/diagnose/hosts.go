package diagnose

import (
	"cmp"
	"net"
	"net/url"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/transport"
)

// HostKind says what agents need a host for.
type HostKind string

// The kinds of hosts.
const (
	HostLogin     HostKind = "login"     // signs in
	HostAPI       HostKind = "api"       // the Genesys Cloud API
	HostWorkspace HostKind = "workspace" // what "Open workspace" opens
	HostStreaming HostKind = "streaming" // notifications, over a web socket
)

// Host is one host of the organisation.
type Host struct {
	Kind HostKind
	URL  *url.URL // an address on it: the issuer, the base of the API, the workspace, the web socket (wss)
}

// Name returns the host's name or IP address, without port and brackets.
func (h Host) Name() string { return h.URL.Hostname() }

// Port returns the port, the scheme's own when the address names none.
func (h Host) Port() string {
	if port := h.URL.Port(); port != "" {
		return port
	}
	if h.URL.Scheme == "http" || h.URL.Scheme == "ws" {
		return "80"
	}
	return "443"
}

// Address returns name and port, ready to be dialled.
func (h Host) Address() string { return net.JoinHostPort(h.Name(), h.Port()) }

// Loopback reports whether the host is this computer itself.
func (h Host) Loopback() bool { return transport.Loopback(h.Name()) }

// Plain reports whether the host is spoken to without encryption, which the settings allow on loopback only.
func (h Host) Plain() bool { return h.URL.Scheme == "http" || h.URL.Scheme == "ws" }

// Login returns the host that signs in; ok is false when no organisation is set up.
func (e Env) Login() (h Host, ok bool) {
	at := e.Org.GenesysEndpoints()
	return host(HostLogin, cmp.Or(e.Org.Issuer, at.Login, at.Token, at.Authorization, at.AuthorizationChallenge))
}

// Hosts returns the hosts that the settings name, the one that signs in first. Where a stand-in takes a region's
// place, the region's own hosts are left alone.
func (e Env) Hosts() []Host {
	var all []Host
	add := func(h Host, ok bool) {
		if ok {
			all = append(all, h)
		}
	}
	add(e.Login())
	add(host(HostAPI, e.Org.GenesysEndpoints().API))
	region, ok := config.FindRegion(e.Org.Region)
	if workspace, named := host(HostWorkspace, e.Org.WorkspaceURL); named && !(e.standIn() && ok && inRegion(region, workspace.Name())) {
		add(workspace, true)
	}
	if ok && !e.standIn() {
		add(host(HostStreaming, "wss://"+region.Host("streaming")))
	}
	return all
}

// HostOf returns the host of a kind; ok is false when the settings name none.
func (e Env) HostOf(kind HostKind) (h Host, ok bool) {
	for _, h := range e.Hosts() {
		if h.Kind == kind {
			return h, true
		}
	}
	return Host{}, false
}

// standIn reports whether the settings put other addresses in the place of a region's own.
func (e Env) standIn() bool {
	at := e.Org.Endpoints
	return e.Org.Genesys() && cmp.Or(at.Login, at.API, at.Token, at.Authorization) != ""
}

// public reports whether a name is certainly one of the open internet: it belongs to a Genesys Cloud region.
func public(name string) bool {
	region, ok := config.FindRegion(name)
	return ok && inRegion(region, strings.ToLower(name))
}

func inRegion(r config.Region, name string) bool {
	return strings.HasSuffix(name, "."+r.Domain) || r.Alias != "" && strings.HasSuffix(name, "."+r.Alias)
}

func host(kind HostKind, address string) (Host, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return Host{}, false
	}
	return Host{Kind: kind, URL: u}, true
}
