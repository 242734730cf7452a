//go:build linux

package lab

import (
	"crypto/tls"
	"net/http"
	"net/netip"
)

// PortalPage is where people accept the terms of a hotel's network.
const PortalPage = "http://portal.hotel.example/welcome"

// ServePortal starts the page of a network that wants to be signed in to. Wherever a request was meant to go, it
// answers with this status: 302 leads to the page, 200 and 511 are the page.
func (l *Lab) ServePortal(status int) error {
	certificate, err := SelfSigned("portal.hotel.example")
	if err != nil {
		return err
	}
	page := Page(http.StatusOK, "Welcome to Hotel Wi-Fi")(nil)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host == "portal.hotel.example", status == http.StatusOK:
			page.ServeHTTP(w, r)
		case status == http.StatusNetworkAuthenticationRequired:
			Page(status, "Network login", "Link", "<"+PortalPage+">; rel=captive-portal")(nil).ServeHTTP(w, r)
		default:
			http.Redirect(w, r, PortalPage, status)
		}
	})
	for _, at := range []netip.AddrPort{
		netip.AddrPortFrom(Portal.V4, 80), netip.AddrPortFrom(Portal.V6, 80),
		netip.AddrPortFrom(Router.V4, portalPort), netip.AddrPortFrom(Router.V6, portalPort),
	} {
		plain, err := l.World.Listen(at.Addr(), int(at.Port()))
		if err != nil {
			return err
		}
		l.serve(plain, handler)
	}
	for _, at := range []netip.AddrPort{
		netip.AddrPortFrom(Portal.V4, 443), netip.AddrPortFrom(Portal.V6, 443),
		netip.AddrPortFrom(Router.V4, portalSecurePort), netip.AddrPortFrom(Router.V6, portalSecurePort),
	} {
		secure, err := l.World.Listen(at.Addr(), int(at.Port()))
		if err != nil {
			return err
		}
		l.serve(tls.NewListener(secure, &tls.Config{Certificates: []tls.Certificate{certificate}}), handler)
	}
	return nil
}

const (
	portalPort       = 8880
	portalSecurePort = 8443
)

// Captures leads web requests to the portal, whatever their address: those on port 80, and with secure those on 443 too.
func (w *World) Captures(secure bool) error {
	rules := "tcp dport 80 redirect to :8880"
	if secure {
		rules += "\n\t\ttcp dport 443 redirect to :8443"
	}
	return w.run("table inet portal {\n\tchain portal {\n\t\ttype nat hook prerouting priority -100; policy accept;\n\t\t"+rules+"\n\t}\n}\n", "nft", "-f", "-")
}
