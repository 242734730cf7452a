package browser

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"latchkey/internal/problem"
)

// maxAddress keeps the command line of a launcher within every system's bounds.
const maxAddress = 8 << 10

// check returns the address as it is handed on: parsed, found harmless and put together again, never the text that
// came in. What a shell, a command line or another protocol could take for something else is refused, not escaped: no
// address that Latchkey opens has a use for it.
func check(address string) (string, error) {
	return checked(address, func(u *url.URL) bool {
		return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
	})
}

// checkPage takes any http address as well.
func checkPage(address string) (string, error) {
	return checked(address, func(u *url.URL) bool { return u.Scheme == "https" || u.Scheme == "http" })
}

func checked(address string, allowed func(*url.URL) bool) (string, error) {
	unsafe := problem.New(problem.EndpointUnsafe)
	if len(address) > maxAddress || strings.ContainsFunc(address, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune("\"$'()<>\\^`{|}", c)
	}) {
		return "", unsafe
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.User != nil || !namesHost(u) || hidesControl(u) {
		return "", unsafe
	}
	if !allowed(u) {
		return "", unsafe
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), nil
}

func namesHost(u *url.URL) bool {
	host := u.Hostname()
	if host == "" || strings.HasPrefix(host, "-") || strings.ContainsAny(host, "%@/") {
		return false
	}
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		return err == nil && n > 0
	}
	return !strings.HasSuffix(u.Host, ":")
}

// hidesControl reports whether the address has an escaped control character anywhere.
func hidesControl(u *url.URL) bool {
	for _, part := range []string{u.EscapedPath(), u.RawQuery, u.EscapedFragment()} {
		text, err := url.PathUnescape(part)
		if err != nil || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return true
		}
	}
	return false
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
