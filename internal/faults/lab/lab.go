//go:build linux

package lab

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Addresses in the lab. They are set aside for documentation (RFC 5737, RFC 3849), so nobody's are meant.
var (
	Desk     = both{netip.MustParseAddr("192.168.77.20"), netip.MustParseAddr("2001:db8:77::20")} // this computer
	Router   = both{netip.MustParseAddr("192.168.77.1"), netip.MustParseAddr("2001:db8:77::1")}
	Acme     = server(10) // the sign-in server of Acme
	Status   = server(11) // status pages
	Globex   = server(20) // login host of a Genesys Cloud region
	API      = server(21)
	Apps     = server(22)
	Stream   = server(23)
	Portal   = server(30) // captive portal
	Proxy    = server(31)
	Time     = server(40)
	Stranger = server(50) // somebody else's web server
	Nowhere  = server(99) // nobody answers here: the address exists on no card, yet packets are routed into the world
)

type both struct{ V4, V6 netip.Addr }

// List returns both addresses.
func (b both) List() []netip.Addr { return []netip.Addr{b.V4, b.V6} }

func server(n int) both {
	return both{netip.AddrFrom4([4]byte{198, 51, 100, byte(n)}), netip.MustParseAddr(fmt.Sprintf("2001:db8:100::%d", n))}
}

// trusted is the file with the issuers that this computer trusts.
const trusted = "roots.pem"

// Lab is the network. All of it is in this process.
type Lab struct {
	Dir     string // files of the lab
	World   *World
	Names   *Names   // the name service of the router
	Issuer  *Issuer  // issues the servers' certificates; this computer trusts it
	Watches *Watches // what the servers' clocks show

	mu       sync.Mutex
	requests []Request
}

// New builds a network with nothing wrong with it but what the wire is like. The process must have been started by [Isolate].
func New(dir string, wire Wire) (*Lab, error) {
	l := &Lab{Dir: dir, Watches: &Watches{}}
	world, err := newWorld(wire)
	if err != nil {
		return nil, err
	}
	l.World = world
	if l.Issuer, err = newIssuer("Lab Root"); err != nil {
		return nil, err
	}
	l.Names = newNames()
	if err := l.Names.serve(world, Router.List()...); err != nil {
		return nil, err
	}
	if err := world.settle(50*time.Millisecond + 3*wire.Delay); err != nil {
		return nil, err
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, trusted), l.Issuer.PEM(), 0o600),
		os.Setenv("SSL_CERT_FILE", filepath.Join(dir, trusted)), os.Setenv("SSL_CERT_DIR", dir),
		l.Replace("/etc/resolv.conf", "nameserver "+Router.V4.String()+"\n"),
		l.Replace("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
		l.Replace("/etc/nsswitch.conf", "hosts: files dns\n"),
	)
	return l, err
}

// Replace puts a text in the place of a file of this computer, for this process only.
func (l *Lab) Replace(file, text string) error {
	if file, err := filepath.EvalSymlinks(file); err == nil {
		return l.bind(file, text)
	}
	return nil // there is no such file here, and what it could say goes without saying
}

func (l *Lab) bind(file, text string) error {
	temp, err := os.CreateTemp(l.Dir, filepath.Base(file))
	if err != nil {
		return err
	}
	_, err = temp.WriteString(text)
	if err := errors.Join(err, temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	if err := syscall.Mount(temp.Name(), file, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("replace %s: %w", file, err)
	}
	return nil
}
