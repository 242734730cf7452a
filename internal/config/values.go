package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"latchkey/internal/transport"
)

const (
	maxText  = 2048
	maxShown = 100
)

// plain is what every text has to be: something, and nothing hidden in it.
func plain(text string) error {
	switch {
	case text == "":
		return errors.New("is empty")
	case len(text) > maxText:
		return errors.New("is too long")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, transport.Invisible):
		return errors.New("holds a character that cannot be seen")
	case strings.TrimSpace(text) != text:
		return errors.New("begins or ends with a space")
	}
	return nil
}

// shown is a name that people read.
func shown(text string) error {
	if utf8.RuneCountInString(text) > maxShown {
		return fmt.Errorf("is longer than %d letters", maxShown)
	}
	return nil
}

// printable is what OAuth allows in a client's credentials (VSCHAR: RFC 6749, appendix A).
func printable(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return errors.New("holds something else than plain letters, digits and signs")
	}
	return nil
}

// contact is an e-mail address or a page.
func contact(text string) error {
	if strings.Contains(text, "://") {
		return page(text)
	}
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text || strings.ContainsAny(text, "?&#%\"") {
		return errors.New("is neither an e-mail address nor a page")
	}
	return nil
}

// shortName is a Genesys Cloud organisation's.
func shortName(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}) {
		return errors.New("is not an organisation's short name: letters, digits and dashes only")
	}
	return nil
}

// scope is one scope-token (RFC 6749, section 3.3).
func scope(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
		return fmt.Errorf("holds %s, which is not one scope", quoted(text))
	}
	return nil
}

// server is "host" or "host:port", no address of a page.
func server(text string) error {
	u, err := url.Parse("//" + text)
	if err != nil || u.Host != text || u.User != nil || u.Hostname() == "" {
		return fmt.Errorf("is %s, which is not a server: write its name, and its port if it is not the usual one", quoted(text))
	}
	if _, err := transport.CheckURL("https://" + text); err != nil {
		return fmt.Errorf("is %s, which is not a server: write its name, and its port if it is not the usual one", quoted(text))
	}
	return nil
}

func oneOf(values ...string) func(string) error {
	return func(text string) error {
		if slices.Contains(values, text) {
			return nil
		}
		return fmt.Errorf("is %s, but can only be one of: %s", quoted(text), strings.Join(values, ", "))
	}
}

func region(text string) error {
	if _, ok := FindRegion(text); !ok {
		return fmt.Errorf("is %s, which is no region of Genesys Cloud", quoted(text))
	}
	return nil
}

// address is one that requests and passwords are sent to.
func address(text string) error {
	u, err := transport.CheckURL(text)
	if err != nil {
		return fmt.Errorf("cannot be used: %w", errors.Unwrap(err))
	}
	// A look-alike has to show as what it is, to the one who writes it here first.
	if host := writtenHost(text); !isASCII(host) {
		return fmt.Errorf("has letters in its host that can be mistaken for others: it really is %s", u.Host)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil && !transport.Loopback(u.Hostname()) {
		return errors.New("has a number for a host; use the server's name")
	}
	return nil
}

// issuer is an issuer identifier: no query (RFC 8414, section 2).
func issuer(text string) error {
	if strings.Contains(text, "?") {
		return errors.New("cannot be used: it has a part after ?")
	}
	return address(text)
}

// page is an address that only the browser opens: a part after # is common there.
func page(text string) error {
	before, _, _ := strings.Cut(text, "#")
	return address(before)
}

func writtenHost(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Host
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
