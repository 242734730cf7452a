package proxy

import (
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// FromEnvironment returns the proxy that the environment names for an address; nil: none. One that cannot be read is an
// error: the library would go without it, and the agent would hear of a server that does not answer.
func FromEnvironment(getenv func(string) string, to *url.URL) (*url.URL, error) {
	return fromEnvironment(getenv, to)
}

func fromEnvironment(getenv func(string) string, to *url.URL) (*url.URL, error) {
	c := httpproxy.Config{HTTPSProxy: getenv(named(getenv)), HTTPProxy: getenv(first(getenv, "HTTP_PROXY", "http_proxy")), NoProxy: getenv(first(getenv, "NO_PROXY", "no_proxy"))}
	c.CGI = getenv("REQUEST_METHOD") != ""
	through, err := c.ProxyFunc()(to)
	if through != nil && !portIsOne(through) {
		return nil, errUnclear
	}
	if through == nil && err == nil && c.HTTPSProxy != "" && to.Scheme == "https" {
		readable := c
		readable.HTTPSProxy = "http://proxy.invalid"
		if due, _ := readable.ProxyFunc()(to); due != nil {
			return nil, errUnclear
		}
	}
	return through, err
}

// named returns the variable that names a proxy for https; "" when none does.
func named(getenv func(string) string) string { return first(getenv, "HTTPS_PROXY", "https_proxy") }

func first(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if getenv(name) != "" {
			return name
		}
	}
	return ""
}
