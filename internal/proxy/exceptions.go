package proxy

import (
	"net/netip"
	"path"
	"strings"
)

// exceptions are the hosts that go without the proxy, as systems list them: "intranet", "*.acme.example", "10.0.0.0/8", "10.*".
type exceptions struct {
	hosts  []string
	below  bool // a name means what is below it, too
	simple bool // names without a dot are, too
	others bool // all but those listed are
}

// match reports whether a host goes without the proxy.
func (e exceptions) match(host string) bool { return e.lists(host) != e.others }

func (e exceptions) lists(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	addr, err := netip.ParseAddr(host)
	if e.simple && err != nil && !strings.Contains(host, ".") {
		return true
	}
	for _, listed := range e.hosts {
		listed = strings.Trim(strings.ToLower(strings.TrimSpace(listed)), "[]")
		if err == nil && within(addr.Unmap(), listed) {
			return true
		}
		name := strings.TrimPrefix(strings.TrimPrefix(listed, "*"), ".")
		if name != "" && (e.below || strings.HasPrefix(listed, ".")) && strings.HasSuffix(host, "."+name) || e.below && host == name {
			return true
		}
		if fits, err := path.Match(listed, host); err == nil && fits {
			return true
		}
	}
	return false
}

func within(addr netip.Addr, listed string) bool {
	if prefix, err := netip.ParsePrefix(listed); err == nil {
		return prefix.Contains(addr)
	}
	other, err := netip.ParseAddr(listed)
	return err == nil && other.Unmap() == addr
}
