// Package pac runs a proxy script (a "PAC file"), whose FindProxyForURL says which proxy leads to an address.
//
// A script comes from a network that may be anybody's, and an interpreter can be made to eat all time and memory in a single
// call. So it runs in a process of its own: this same program, started with [Word], which holds nothing, knows nothing and is ended
// when it takes longer or more than a script should.
package pac

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"latchkey/internal/proxy"
)

// Resolver looks up names for a script. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// world is what a script can see of the world.
type world struct {
	ctx   context.Context
	names Resolver
	now   func() time.Time
	own   func() netip.Addr // this computer's address
}

// evaluate runs the script in this process, and returns what it says. The error is a *proxy.ScriptError.
func (w world) evaluate(text, address, host string) (said string, err error) {
	defer func() {
		if thrown := recover(); thrown != nil { // the interpreter itself
			said, err = "", proxy.Fail(proxy.Broken, nil)
		}
	}()
	vm := goja.New()
	vm.SetMaxCallStackSize(1000)
	defer context.AfterFunc(w.ctx, func() { vm.Interrupt("time") })()
	for name, f := range w.functions() {
		if err := vm.Set(name, f); err != nil {
			return "", proxy.Fail(proxy.Broken, err)
		}
	}
	if _, err := vm.RunString(text); err != nil {
		return "", broken(err)
	}
	find, ok := goja.AssertFunction(vm.Get("FindProxyForURL"))
	if !ok {
		return "", proxy.Fail(proxy.Broken, nil)
	}
	value, err := find(goja.Undefined(), vm.ToValue(address), vm.ToValue(host))
	if err != nil {
		return "", broken(err)
	}
	if goja.IsNull(value) || goja.IsUndefined(value) {
		return "", nil
	}
	said, ok = value.Export().(string)
	if !ok || len(said) > mostSaid {
		return "", proxy.Fail(proxy.Unclear, nil)
	}
	return said, nil
}

// mostSaid is how long the list of proxies may be.
const mostSaid = 8 << 10

func broken(err error) error {
	if _, interrupted := errors.AsType[*goja.InterruptedError](err); interrupted {
		return proxy.Fail(proxy.TooSlow, nil)
	}
	return proxy.Fail(proxy.Broken, nil)
}

// functions are what scripts expect to be there, since Netscape invented them.
func (w world) functions() map[string]any {
	return map[string]any{
		"isPlainHostName":     func(host string) bool { return !strings.ContainsAny(host, ".:") },
		"dnsDomainIs":         func(host, domain string) bool { return strings.HasSuffix(lower(host), lower(domain)) },
		"localHostOrDomainIs": localHostOrDomainIs,
		"isResolvable":        func(host string) bool { return w.resolve(host, "ip4") != nil },
		"isResolvableEx":      func(host string) bool { return w.resolve(host, "ip") != nil },
		"isInNet":             w.isInNet,
		"isInNetEx":           w.isInNetEx,
		"dnsResolve":          func(host string) any { return firstOf(w.resolve(host, "ip4")) },
		"dnsResolveEx":        func(host string) string { return joined(w.resolve(host, "ip")) },
		"myIpAddress":         func() string { return w.own().String() },
		"myIpAddressEx":       func() string { return w.own().String() },
		"sortIpAddressList":   sorted,
		"getClientVersion":    func() string { return "1.0" },
		"dnsDomainLevels":     func(host string) int { return strings.Count(host, ".") },
		"convert_addr":        convert,
		"shExpMatch":          shellMatch,
		"weekdayRange":        w.weekdayRange,
		"dateRange":           w.dateRange,
		"timeRange":           w.timeRange,
		"alert":               func(...any) {},
	}
}

func lower(text string) string { return strings.ToLower(text) }

func localHostOrDomainIs(host, whole string) bool {
	host, whole = lower(host), lower(whole)
	name, _, _ := strings.Cut(whole, ".")
	return host == whole || host == name
}

// lookLimit is how long a script's question for a name may take.
const lookLimit = 1500 * time.Millisecond

func (w world) resolve(host, network string) []netip.Addr {
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return []netip.Addr{addr.Unmap()}
	}
	ctx, cancel := context.WithTimeout(w.ctx, lookLimit)
	defer cancel()
	found, err := w.names.LookupNetIP(ctx, network, host)
	if err != nil || len(found) == 0 {
		return nil
	}
	for i, addr := range found {
		found[i] = addr.Unmap()
	}
	return found
}

// firstOf is what dnsResolve returns: null when there is none.
func firstOf(all []netip.Addr) any {
	if len(all) == 0 {
		return nil
	}
	return all[0].String()
}

func joined(all []netip.Addr) string {
	var texts []string
	for _, addr := range all {
		texts = append(texts, addr.String())
	}
	return strings.Join(texts, ";")
}

func sorted(list string) string {
	var all []netip.Addr
	for text := range strings.SplitSeq(list, ";") {
		addr, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			return ""
		}
		all = append(all, addr)
	}
	slices.SortFunc(all, func(a, b netip.Addr) int { return b.Compare(a) }) // IPv6 first
	return joined(all)
}

func (w world) isInNet(host, pattern, mask string) bool {
	net4, err := netip.ParseAddr(pattern)
	bits, err2 := netip.ParseAddr(mask)
	if err != nil || err2 != nil || !net4.Is4() || !bits.Is4() {
		return false
	}
	for _, addr := range w.resolve(host, "ip4") {
		return addr.Is4() && number(addr)&number(bits) == number(net4)&number(bits)
	}
	return false
}

func (w world) isInNetEx(host, prefix string) bool {
	net, err := netip.ParsePrefix(prefix)
	return err == nil && slices.ContainsFunc(w.resolve(host, "ip"), net.Contains)
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func convert(text string) int64 {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Is4() {
		return int64(number(addr))
	}
	return 0
}

// shellMatch knows * and ? and nothing else; everything else stands for itself. It goes through the text once for each star.
func shellMatch(text, pattern string) bool {
	t, p := []rune(text), []rune(pattern)
	at, star, back := 0, -1, 0
	for i := 0; i < len(t); {
		switch {
		case at < len(p) && p[at] == '*':
			star, back = at, i
			at++
		case at < len(p) && (p[at] == '?' || p[at] == t[i]):
			at, i = at+1, i+1
		case star >= 0:
			back++
			at, i = star+1, back
		default:
			return false
		}
	}
	return strings.Trim(string(p[at:]), "*") == ""
}

// ownAddress is the address from which this computer speaks to others. Nothing is sent to find out.
func ownAddress() netip.Addr {
	conn, err := net.Dial("udp", "192.0.2.1:9")
	if err == nil {
		defer func() { _ = conn.Close() }()
		if at, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
			return at.Addr().Unmap()
		}
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}
