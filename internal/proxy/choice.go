package proxy

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// Choice is what the settings say about proxies. The zero value leaves it to the environment and the system.
type Choice struct {
	kind    kind
	address *url.URL // of the proxy, or of the script
}

type kind int

const (
	system kind = iota
	direct
	fixed
	script
)

// ParseChoice reads the setting "proxy": "system", "direct", or the address of a proxy. The error says in a few words what is wrong.
func ParseChoice(text string) (Choice, error) {
	switch text {
	case "system":
		return Choice{}, nil
	case "direct":
		return Choice{kind: direct}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil, err != nil && strings.Contains(text, "@"):
		return Choice{}, errors.New("holds a name or password, which do not belong in a file")
	case err != nil || u.Hostname() == "" || !portIsOne(u) || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return Choice{}, errors.New(`is neither "system", "direct" nor the address of a proxy`)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return Choice{}, errors.New("has a path, which a proxy does not have")
	}
	return Choice{kind: fixed, address: &url.URL{Scheme: u.Scheme, Host: u.Host}}, nil
}

// ParseScript reads the setting "pac": the address of a script, or a file. The error says in a few words what is wrong.
func ParseScript(text string) (Choice, error) {
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil, err != nil && strings.Contains(text, "@"):
		return Choice{}, errors.New("holds a name or password, which do not belong in a file")
	case err == nil && u.Scheme == "file" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
	case err == nil && u.Scheme == "https" && u.Hostname() != "" && portIsOne(u):
	case err == nil && u.Scheme == "http" && here(u.Hostname()) && portIsOne(u):
	case err == nil && u.Scheme == "http":
		return Choice{}, errors.New("is not encrypted: anybody in between could change the script")
	default:
		return Choice{}, errors.New("is not the address of a script")
	}
	u.Fragment = ""
	return Choice{kind: script, address: u}, nil
}

// String is how the settings write it.
func (c Choice) String() string {
	switch c.kind {
	case direct:
		return "direct"
	case fixed, script:
		return c.address.String()
	default:
		return "system"
	}
}

// Equal reports whether both say the same.
func (c Choice) Equal(other Choice) bool { return c.kind == other.kind && c.String() == other.String() }

// Scripted reports whether the choice is a script.
func (c Choice) Scripted() bool { return c.kind == script }

// portIsOne reports whether the port is none or one that can be dialled. Libraries take "http://host:misspelled" for a host
// named "http" with an empty port.
func portIsOne(u *url.URL) bool {
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		return err == nil && n > 0
	}
	return !strings.HasSuffix(u.Host, ":")
}

var errUnclear = errors.New("the proxy setting cannot be read")

// parseProxy reads a proxy as a system writes it: "proxy.acme.example:3128", "http://…", "socks5://…".
func parseProxy(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !portIsOne(u) {
		return nil, errUnclear
	}
	switch u.Scheme {
	case "http", "https", "socks5":
		return &url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User}, nil
	case "socks", "socks5h":
		return &url.URL{Scheme: "socks5", Host: u.Host, User: u.User}, nil
	}
	return nil, errUnclear
}
