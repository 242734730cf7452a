package diagnose

import (
	"context"
	"crypto/x509"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/proxy"
	"latchkey/internal/transport"
)

// Env is what the checks look at. Everything is handed in, the same that the sign-in uses, so that tests can turn it.
type Env struct {
	Settings    *config.Settings    // never nil
	SettingsErr error               // why the settings could not be loaded; nil: they could
	Org         config.Organization // the one to sign in to; zero: there is none
	HTTP        *transport.Client
	Clock       clock.Clock
	Rand        io.Reader
	Getenv      func(string) string
	Resolver    Resolver                                                    // the sign-in's: the system's
	Dialer      Dialer                                                      // likewise
	Proxy       func(*http.Request) (*url.URL, error)                       // likewise; never for loopback
	Proxies     func(ctx context.Context, to *url.URL) (proxy.Found, error) // the same, with who says so; nil: the environment does
	Roots       *x509.CertPool                                              // likewise; nil: the system's
	Keychain    Keychain                                                    // nil: there is none
	Sessions    Sessions                                                    // what is kept
	Browser     Browser                                                     // nil: there is none
	Files       fs.FS                                                       // of this computer, from its root; nil: the system's
	System      string                                                      // operating system, named as runtime.GOOS does; empty: this one
	Free        func(folder string) (bytes uint64, ok bool)                 // space on the disk that is left to the agent; nil: asks the system
	Version     string                                                      // of this program
	Newer       string                                                      // a newer version that is known of; empty: none
	Asking      func() bool                                                 // an agent is being asked for a password: leave the keychain alone
	Interfaces  func() ([]net.Interface, error)                             // nil: the system's
	NTP         []string                                                    // time servers, "host:port"; empty: none is asked
	STUN        []string                                                    // servers for the voice path; empty: none is asked
}

// Resolver looks up names. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Dialer opens connections. *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}
