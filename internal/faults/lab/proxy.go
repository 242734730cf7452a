//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ProxyPort is where the company's proxy listens, at the address Proxy.
const ProxyPort = "3128"

// ProxyRules are how a company's proxy is set up.
type ProxyRules struct {
	User, Password string   // who may use it; empty: everybody
	Blocks         []string // hosts that it forbids
}

// ServeProxy starts tinyproxy in the world and returns its address.
func (l *Lab) ServeProxy(rules ProxyRules) (string, error) {
	lines := []string{
		"Port " + ProxyPort, "Listen " + Proxy.V4.String(), "Timeout 60", "MaxClients 100", "ConnectPort 443", "LogLevel Critical",
	}
	if rules.User != "" {
		lines = append(lines, "BasicAuth "+rules.User+" "+rules.Password)
	}
	if len(rules.Blocks) > 0 {
		file := filepath.Join(l.Dir, "blocked")
		if err := os.WriteFile(file, []byte(strings.Join(rules.Blocks, "\n")+"\n"), 0o644); err != nil {
			return "", err
		}
		lines = append(lines, `Filter "`+file+`"`)
	}
	file := filepath.Join(l.Dir, "tinyproxy.conf")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return "", err
	}
	return l.program(ProxyPort, "tinyproxy", "-d", "-c", file)
}

// ServeInterceptor starts mitmproxy in the world, which opens every connection and closes it again with a certificate
// of its own. It returns its address and the file with its issuer's certificate.
func (l *Lab) ServeInterceptor() (address, issuer string, err error) {
	const port = "8080"
	dir := filepath.Join(l.Dir, "mitmproxy")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", "", err
	}
	address, err = l.program(port, "mitmdump", "--quiet", "--listen-host", Proxy.V4.String(), "-p", port,
		"--set", "confdir="+dir, "--set", "ssl_verify_upstream_trusted_ca="+filepath.Join(l.Dir, trusted))
	return address, filepath.Join(dir, "mitmproxy-ca-cert.pem"), err
}

// Trust makes this computer trust more issuers: those of a file.
func (l *Lab) Trust(file string) error {
	more, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return l.trust(more)
}

// TrustIssuer makes this computer trust an issuer.
func (l *Lab) TrustIssuer(i *Issuer) error { return l.trust(i.PEM()) }

func (l *Lab) trust(more []byte) error {
	f, err := os.OpenFile(filepath.Join(l.Dir, trusted), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(more)
	return errors.Join(err, f.Close())
}

// program starts a program in the world and waits until it accepts connections.
func (l *Lab) program(port, name string, args ...string) (string, error) {
	cmd := exec.Command(found(name), args...)
	log, err := os.Create(filepath.Join(l.Dir, name+".log"))
	if err != nil {
		return "", err
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := l.World.Start(cmd); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	address := net.JoinHostPort(Proxy.V4.String(), port)
	for range 600 {
		if c, err := l.World.Dial(context.Background(), "tcp", address); err == nil {
			return address, c.Close()
		}
		select {
		case err := <-ended:
			said, _ := os.ReadFile(log.Name())
			return "", fmt.Errorf("%s ended: %w\n%s", name, err, said)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("%s does not accept connections", name)
}
