//go:build faults && linux

package faults

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

var tlsFaults = []scenario{
	{
		name: "certificate expired", fault: certificate(func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -3) }),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-expired"},
	}, {
		name: "certificate of the future", fault: certificate(func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(0, 0, 3) }),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-not-yet-valid"},
	}, {
		name: "certificate for another name", fault: certificate(func(c *x509.Certificate) { c.DNSNames = []string{"shop.acme.example"} }),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-wrong-name"},
	}, {
		name: "certificate for nothing", fault: certificate(func(c *x509.Certificate) { c.DNSNames = nil }),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-wrong-name"},
	}, {
		name: "certificate signed by itself", fault: func(r *rig) error {
			c, err := lab.SelfSigned("login.acme.example")
			r.Acme.Show(c)
			return err
		},
		want: diagnose.Blocked, shown: []string{"tls problem certificate-untrusted"},
	}, {
		name: "certificate of an unknown issuer", fault: inspected("Corp Issuing CA 7", false),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-untrusted"}, says: []string{"Corp Issuing CA 7"},
	}, {
		name: "Zscaler in between, not trusted", fault: inspected("Zscaler Intermediate Root CA (zscalertwo.net)", false),
		want: diagnose.Blocked, shown: []string{"tls problem connection-read"}, says: []string{"Zscaler"},
	}, {
		name: "Zscaler in between, trusted", fault: inspected("Zscaler Intermediate Root CA (zscalertwo.net)", true),
		want: diagnose.Degraded, shown: []string{"tls warning connection-read"}, says: []string{"Zscaler"},
	}, {
		name: "FortiGate in between, not trusted", fault: inspected("FortiGate CA", false),
		want: diagnose.Blocked, shown: []string{"tls problem connection-read"}, says: []string{"Fortinet"},
	}, {
		name: "Kaspersky in between, trusted", fault: inspected("Kaspersky Anti-Virus Personal Root Certificate", true),
		want: diagnose.Degraded, shown: []string{"tls warning connection-read"}, says: []string{"Kaspersky"},
	}, {
		name: "TLS 1.0 only", fault: versions(tls.VersionTLS10, tls.VersionTLS10),
		want: diagnose.Blocked, shown: []string{"tls problem secure-connection-failed"},
	}, {
		name: "TLS 1.1 at most", fault: versions(tls.VersionTLS10, tls.VersionTLS11),
		want: diagnose.Blocked, shown: []string{"tls problem secure-connection-failed"},
	}, {
		name: "TLS 1.2 at most", fault: versions(tls.VersionTLS12, tls.VersionTLS12),
		want: diagnose.Fine,
	}, {
		name: "no encryption on the port", fault: insteadOfAcme(func(c net.Conn) {
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
		}),
		want: diagnose.Blocked, shown: []string{"tls problem secure-connection-failed"},
	}, {
		name: "connection closed at once", fault: insteadOfAcme(func(net.Conn) {}),
		want: diagnose.Blocked, shown: []string{"connect problem connection-broken"},
	}, {
		name: "handshake never answered", fault: insteadOfAcme(func(c net.Conn) {
			buffer := make([]byte, 4096)
			for {
				if _, err := c.Read(buffer); err != nil {
					return
				}
			}
		}),
		want: diagnose.Blocked, shown: []string{"tls problem timed-out"},
	},
}

// certificate changes Acme's certificate.
func certificate(change func(*x509.Certificate)) func(*rig) error {
	return func(r *rig) error {
		c, err := r.Issuer.Issue("login.acme.example", change)
		r.Acme.Show(c)
		return err
	}
}

// inspected replaces the certificates by those of a security product, which the computer trusts or not.
func inspected(issuer string, trusted bool) func(*rig) error {
	return func(r *rig) error {
		i, err := lab.NewIssuer(issuer)
		if err != nil {
			return err
		}
		if trusted {
			if err := r.TrustIssuer(i); err != nil {
				return err
			}
		}
		for _, site := range []*lab.Site{r.Acme, r.Status} {
			c, err := i.Issue(site.Name, lab.Unpublished)
			if err != nil {
				return err
			}
			site.Show(c)
		}
		return nil
	}
}

func versions(oldest, newest uint16) func(*rig) error {
	return func(r *rig) error {
		r.Acme.Speak(oldest, newest)
		return nil
	}
}

// insteadOfAcme puts something that is no web server at the address of Acme.
func insteadOfAcme(serve func(net.Conn)) func(*rig) error {
	return func(r *rig) error {
		r.Names.Set("login.acme.example", lab.Stranger.List()...)
		for _, at := range lab.Stranger.List() {
			l, err := r.World.Listen(at, 443)
			if err != nil {
				return err
			}
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					go func() {
						defer func() { _ = c.Close() }()
						serve(c)
					}()
				}
			}()
		}
		return nil
	}
}
