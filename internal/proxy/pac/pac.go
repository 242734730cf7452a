// Package pac runs a proxy script (a "PAC file"), whose FindProxyForURL says which proxy leads to an address.
//
// A script comes from a network that may be anybody's, and an interpreter can be made to eat all time and memory in a single
// call. So it runs in a process of its own: this same program, started with [Word], which holds nothing, knows nothing and is ended
// when it takes longer or more than a script should.
package pac

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"modernc.org/quickjs"

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
	vm, err := quickjs.NewVM()
	if err != nil {
		return "", proxy.Fail(proxy.Broken, err)
	}
	vm.SetMemoryLimit(mostMemory)
	defer context.AfterFunc(w.ctx, vm.Interrupt)()
	for name, f := range w.functions() {
		f := func(args []any) (any, error) { return f(args), nil }
		if err := vm.RegisterHostFunc(name, f); err != nil {
			return "", proxy.Fail(proxy.Broken, err)
		}
	}
	if _, err := vm.Eval(text, quickjs.EvalGlobal); err != nil {
		return "", w.broken(err)
	}
	value, err := vm.Call("FindProxyForURL", address, host)
	if err != nil {
		return "", w.broken(err)
	}
	switch value := value.(type) {
	case nil, quickjs.Undefined:
		return "", nil
	case string:
		if len(value) <= mostSaid {
			return value, nil
		}
	}
	return "", proxy.Fail(proxy.Unclear, nil)
}

// mostSaid is how long the list of proxies may be.
const mostSaid = 8 << 10

// broken tells why the script ended. What it says itself is not told.
func (w world) broken(err error) error {
	thrown, ok := errors.AsType[*quickjs.Error](err)
	switch {
	case w.ctx.Err() != nil:
		return proxy.Fail(proxy.TooSlow, nil)
	case ok && thrown.Name == "InternalError" && thrown.Message == "out of memory":
		return proxy.Fail(proxy.TooHungry, nil)
	}
	return proxy.Fail(proxy.Broken, nil)
}

// functions are what scripts expect to be there, since Netscape invented them.
func (w world) functions() map[string]func(args []any) any {
	return map[string]func(args []any) any{
		"isPlainHostName":     func(args []any) any { return !strings.ContainsAny(text(args, 0), ".:") },
		"dnsDomainIs":         func(args []any) any { return strings.HasSuffix(lower(text(args, 0)), lower(text(args, 1))) },
		"localHostOrDomainIs": func(args []any) any { return localHostOrDomainIs(text(args, 0), text(args, 1)) },
		"isResolvable":        func(args []any) any { return w.resolve(text(args, 0), "ip4") != nil },
		"isResolvableEx":      func(args []any) any { return w.resolve(text(args, 0), "ip") != nil },
		"isInNet":             func(args []any) any { return w.isInNet(text(args, 0), text(args, 1), text(args, 2)) },
		"isInNetEx":           func(args []any) any { return w.isInNetEx(text(args, 0), text(args, 1)) },
		"dnsResolve":          func(args []any) any { return firstOf(w.resolve(text(args, 0), "ip4")) },
		"dnsResolveEx":        func(args []any) any { return joined(w.resolve(text(args, 0), "ip")) },
		"myIpAddress":         func([]any) any { return w.own().String() },
		"myIpAddressEx":       func([]any) any { return w.own().String() },
		"sortIpAddressList":   func(args []any) any { return sorted(text(args, 0)) },
		"getClientVersion":    func([]any) any { return "1.0" },
		"dnsDomainLevels":     func(args []any) any { return strings.Count(text(args, 0), ".") },
		"convert_addr":        func(args []any) any { return convert(text(args, 0)) },
		"shExpMatch":          func(args []any) any { return shellMatch(text(args, 0), text(args, 1)) },
		"weekdayRange":        func(args []any) any { return w.weekdayRange(args...) },
		"dateRange":           func(args []any) any { return w.dateRange(args...) },
		"timeRange":           func(args []any) any { return w.timeRange(args...) },
		"alert":               func([]any) any { return quickjs.Undefined{} },
	}
}

// text is an argument as a text. One that a script leaves out is empty.
func text(args []any, i int) string {
	if i >= len(args) || args[i] == nil {
		return ""
	}
	if _, ok := args[i].(quickjs.Undefined); ok {
		return ""
	}
	return fmt.Sprint(args[i])
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
