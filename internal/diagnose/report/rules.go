package report

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// rule recognises one kind of private value by its shape.
type rule struct {
	name string
	// apply returns what stands in the place of the word; hit is false when the word is of another kind.
	apply func(m *mask, word string) (masked string, hit bool)
}

// rules are asked in this order; the first that knows the word decides.
var rules = []rule{
	{"percent", (*mask).percent},
	{"url", (*mask).url},
	{"e-mail", (*mask).email},
	{"address", (*mask).address},
	{"hardware", (*mask).hardware},
	{"path", (*mask).path},
	{"time", (*mask).time},
	{"pair", (*mask).pair},
	{"known host", (*mask).knownHost},
	{"secret", (*mask).secret},
	{"host", (*mask).host},
	{"number", (*mask).number6},
}

func newMask(a About, rules []rule) *mask {
	m := &mask{hosts: map[string]bool{}, addresses: a.Addresses, rules: rules, numbers: map[string]int{}, counts: map[string]int{}}
	for _, h := range a.Hosts {
		if h != "" {
			m.hosts[strings.ToLower(h)] = true
		}
	}
	for _, p := range a.Private {
		if p = strings.TrimSpace(p); len(p) > 1 && len(p) <= maxRaw { // a longer one cannot be in a text that is let in
			m.private = append(m.private, strings.ToLower(p))
		}
	}
	slices.SortFunc(m.private, func(a, b string) int { return len(b) - len(a) })
	return m
}

// percent knows what is written with %40 and the like: what it says is not seen by the rules that follow.
func (m *mask) percent(w string) (string, bool) {
	for rest := w; ; {
		_, after, found := strings.Cut(rest, "%")
		if !found {
			return "", false
		}
		if len(after) >= 2 && isHex(after[0]) && isHex(after[1]) {
			return m.placeholder("secret", w), true
		}
		rest = after
	}
}

// url keeps scheme, host and port of an address: no name, no path, no query.
func (m *mask) url(w string) (string, bool) {
	if !strings.Contains(w, "://") {
		return "", false
	}
	u, err := url.Parse(w)
	if err != nil || u.Hostname() == "" || !isWord(strings.ToLower(u.Scheme)) {
		return m.placeholder("secret", w), true
	}
	origin := u.Scheme + "://" + m.hostPort(u.Host)
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		origin += "/…"
	}
	return origin, true
}

// hostPort masks a host with or without its port.
func (m *mask) hostPort(w string) string {
	name, port := w, ""
	if host, p, err := net.SplitHostPort(w); err == nil {
		name, port = host, ":"+p
	}
	name = strings.Trim(name, "[]")
	if m.hosts[strings.ToLower(name)] || name == "localhost" {
		return w
	}
	if masked, hit := m.address(name); hit {
		if masked == name {
			return w
		}
		return masked + port
	}
	return m.placeholder("host", name) + port
}

func (m *mask) email(w string) (string, bool) {
	if !strings.Contains(w, "@") {
		return "", false
	}
	return m.placeholder("e-mail", w), true
}

// address knows IP addresses. This computer's own loopback says nothing about anybody.
func (m *mask) address(w string) (string, bool) {
	bare, _, zoned := strings.Cut(w, "%")
	a, err := parseAddr(bare)
	switch {
	case err != nil:
		return "", false
	case a.IsLoopback(), a.IsUnspecified(), m.addresses && !zoned:
		return w, true
	}
	return m.placeholder("address", a.WithZone("").String()), true
}

func (m *mask) hardware(w string) (string, bool) {
	if _, err := net.ParseMAC(w); err != nil || !strings.ContainsAny(w, ":-.") {
		return "", false
	}
	return m.placeholder("hardware", w), true
}

// path knows files and folders of Unix and Windows. Folders are often named after people.
func (m *mask) path(w string) (string, bool) {
	drive := len(w) > 2 && w[1] == ':' && (w[2] == '\\' || w[2] == '/')
	if w[0] != '/' && w[0] != '~' && !strings.HasPrefix(w, "./") && !strings.HasPrefix(w, "../") &&
		!strings.Contains(w, `\`) && !strings.Contains(w, "/home/") && !strings.Contains(w, "/Users/") && !drive {
		return "", false
	}
	if len(w) == 1 {
		return w, true
	}
	return m.placeholder("path", w), true
}

// time lets times and dates pass, which are numbers otherwise.
func (m *mask) time(w string) (string, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if _, err := time.Parse(layout, w); err == nil {
			return w, true
		}
	}
	return "", false
}

// pair keeps the name of name=value, as in a query or a header.
func (m *mask) pair(w string) (string, bool) {
	name, value, found := strings.Cut(w, "=")
	if !found || name == "" || strings.Trim(value, "=") == "" {
		return "", false
	}
	if !isWord(strings.ReplaceAll(strings.ToLower(name), "_", "-")) || tokenLike(name) {
		return m.placeholder("secret", w), true
	}
	return name + "=" + m.placeholder("secret", value), true
}

func (m *mask) knownHost(w string) (string, bool) {
	host, _, err := net.SplitHostPort(w)
	if err != nil {
		host = w
	}
	return w, m.hosts[strings.ToLower(host)]
}

func (m *mask) secret(w string) (string, bool) {
	if !tokenLike(w) {
		return "", false
	}
	return m.placeholder("secret", w), true
}

// host knows names of computers by their dots. Versions and numbers with a point have no letters at their end.
func (m *mask) host(w string) (string, bool) {
	name, _, _ := strings.Cut(w, "/")
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		host, port = name, ""
	}
	host = strings.TrimSuffix(host, ".")
	last := strings.LastIndexByte(host, '.')
	if last <= 0 || len(host)-last < 3 || strings.ContainsFunc(host[last+1:], func(r rune) bool { return !letterOrDigit(r) }) ||
		!strings.ContainsFunc(host[last+1:], letter) {
		return "", false
	}
	if port != "" {
		host += ":" + port
	}
	masked := m.hostPort(host)
	if len(name) < len(w) {
		masked += "/…"
	}
	return masked, true
}

// number6 knows codes and telephone numbers. What is measured comes as a number and not as a text.
func (m *mask) number6(w string) (string, bool) {
	digits := 0
	for _, r := range w {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-./:", r):
			return "", false
		}
	}
	if digits < 6 {
		return "", false
	}
	return m.placeholder("number", w), true
}
