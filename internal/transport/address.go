package transport

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"latchkey/internal/problem"
)

const maxAddress = 8 << 10

// CheckURL returns the parsed address when it can be sent credentials: absolute, https or http on loopback, with a
// host, without userinfo, fragment, control characters or a NUL, its host in ASCII (punycode). The error is the
// problem endpoint-unsafe; the error behind it says in a few words of ours what is wrong.
func CheckURL(raw string) (*url.URL, error) {
	if len(raw) > maxAddress {
		return nil, unsafeAddress("it is too long")
	}
	if !utf8.ValidString(raw) || strings.ContainsFunc(raw, forbidden) {
		return nil, unsafeAddress("it holds a character that does not belong into an address")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, unsafeAddress("it cannot be read") // url.Error quotes the address: dropped
	}
	switch {
	case u.User != nil || strings.Contains(u.Host, "@"):
		return nil, unsafeAddress("it holds a user name")
	case strings.Contains(raw, "#"):
		return nil, unsafeAddress("it has a part after #")
	case u.Opaque != "" || u.Host == "" || u.Hostname() == "":
		return nil, unsafeAddress("it names no host")
	}
	if err := plainHost(u); err != nil {
		return nil, err
	}
	switch {
	case u.Scheme == "https", u.Scheme == "http" && Loopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, unsafeAddress("it is not encrypted (http instead of https)")
	default:
		return nil, unsafeAddress("it does not begin with https://")
	}
}

// plainHost rewrites the host in lower-case ASCII, so that hosts can be compared byte by byte and a look-alike shows
// as what it is ("xn--…").
func plainHost(u *url.URL) error {
	name, port := u.Hostname(), u.Port()
	if strings.HasSuffix(u.Host, ":") {
		return unsafeAddress("its port is missing")
	}
	if port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return unsafeAddress("its port is not a port")
		}
		port = ":" + port
	}
	if strings.HasPrefix(u.Host, "[") {
		addr, err := netip.ParseAddr(name)
		if err != nil || addr.Zone() != "" {
			return unsafeAddress("its host is not one")
		}
		u.Host = "[" + addr.String() + "]" + port
		return nil
	}
	name, root := strings.CutSuffix(name, ".")
	ascii, err := hostNames.ToASCII(name)
	if err != nil || strings.ContainsFunc(ascii, notHost) {
		return unsafeAddress("its host is not one")
	}
	if root {
		ascii += "."
	}
	u.Host = ascii + port
	return nil
}

// hostNames is idna.Lookup with lengths checked, and an underscore allowed as internal names have them.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.VerifyDNSLength(true), idna.StrictDomainName(false))

// Loopback reports whether host, without port and brackets, is this computer itself: 127.0.0.0/8, ::1 or localhost.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && !addr.Is4In6() && addr.Zone() == ""
}

func forbidden(r rune) bool {
	return unicode.IsSpace(r) || Invisible(r) || r == '\\' || r == utf8.RuneError
}

func notHost(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
}

func unsafeAddress(why string) *problem.Problem {
	return problem.New(problem.EndpointUnsafe, problem.Because("It cannot be used: %s.", why), problem.Caused(errors.New(why)))
}
