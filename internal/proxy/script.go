package proxy

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Fault is why a script names no proxy.
type Fault string

// The faults of scripts.
const (
	Unreachable Fault = "unreachable" // it cannot be fetched
	TooLarge    Fault = "too-large"
	Broken      Fault = "broken"     // it does not run, or runs into a mistake
	TooSlow     Fault = "too-slow"   // it does not come to an end
	TooHungry   Fault = "too-hungry" // it wants more memory than a script should
	Unclear     Fault = "unclear"    // what it names is no proxy
)

// ScriptError says why a script names no proxy.
type ScriptError struct {
	Fault Fault
	err   error
}

// Fail returns the error of a script; err is what is behind it, and may be nil.
func Fail(fault Fault, err error) *ScriptError { return &ScriptError{fault, err} }

// Error says what is wrong, and nothing that the script or its server said.
func (e *ScriptError) Error() string { return "proxy script: " + string(e.Fault) }

// Unwrap returns what is behind it, if anything.
func (e *ScriptError) Unwrap() error { return e.err }

// Evaluator runs a script for an address and returns what it says, for instance "PROXY proxy.acme.example:3128; DIRECT". The error
// is a *ScriptError.
type Evaluator func(ctx context.Context, text, address, host string) (string, error)

// Fetch gets a script. The error is a *ScriptError.
type Fetch func(ctx context.Context, address string) (string, error)

const (
	scriptLife = 10 * time.Minute
	routeLife  = time.Minute
	faultLife  = 20 * time.Second // what failed is not tried again at once: each request would wait for it
)

// byScript asks a script for the way.
func (r *Resolver) byScript(ctx context.Context, to *url.URL, address string, found Found) (Found, error) {
	found.Script = true
	key := address + " " + to.Scheme + "://" + to.Host
	ways, err := r.routes.get(ctx, r.o.Clock.Now, key, routeLife, func(ctx context.Context) ([]*url.URL, error) {
		text, err := r.scripts.get(ctx, r.o.Clock.Now, address, scriptLife, func(ctx context.Context) (string, error) { return r.o.Fetch(ctx, address) })
		if err != nil {
			return nil, err
		}
		if r.o.Run == nil {
			return nil, Fail(Broken, nil)
		}
		// Only the host is told, as browsers do: a script is none of those whom the rest of an address is for.
		said, err := r.o.Run(ctx, text, (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: "/"}).String(), to.Hostname())
		if err != nil {
			return nil, err
		}
		ways, err := parseWays(said)
		if err != nil {
			return nil, err
		}
		return r.alive(ctx, ways), nil
	})
	if err != nil {
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		found.ScriptErr = err
		return found, nil
	}
	found.URL = ways[0]
	return found, nil
}

// parseWays reads what a script says; nil in the list is the way without a proxy. It is never empty.
func parseWays(said string) ([]*url.URL, error) {
	var ways []*url.URL
	schemes := map[string]string{"PROXY": "http", "HTTP": "http", "HTTPS": "https", "SOCKS": "socks5", "SOCKS5": "socks5"}
	for part := range strings.SplitSeq(said, ";") {
		words := strings.Fields(part)
		switch {
		case len(words) == 1 && strings.EqualFold(words[0], "DIRECT"):
			ways = append(ways, nil)
		case len(words) == 2 && schemes[strings.ToUpper(words[0])] != "":
			if way, err := parseProxy(schemes[strings.ToUpper(words[0])] + "://" + words[1]); err == nil {
				way.User = nil // a script is no place for passwords
				ways = append(ways, way)
			}
		}
	}
	if len(ways) == 0 {
		if strings.TrimSpace(said) == "" {
			return []*url.URL{nil}, nil // nothing said is no proxy
		}
		return nil, Fail(Unclear, nil)
	}
	return ways, nil
}

// knock is how long a proxy may take to answer when there is another one.
const knock = 1500 * time.Millisecond

// alive returns the ways with the first one that can be used in front; as they are, when there is no choice or none can.
func (r *Resolver) alive(ctx context.Context, ways []*url.URL) []*url.URL {
	if len(ways) == 1 {
		return ways
	}
	for i, way := range ways {
		if way == nil || r.answers(ctx, way) {
			return ways[i:]
		}
	}
	return ways
}

func (r *Resolver) answers(ctx context.Context, proxy *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, knock)
	defer cancel()
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080"}[proxy.Scheme]
	}
	conn, err := r.o.Dial(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// keyed remembers values by a key. Whoever asks for the same one waits for the first, and no longer than for its own ctx; the
// finding out goes on for the others.
type keyed[T any] struct {
	mu sync.Mutex
	by map[string]*item[T]
}

type item[T any] struct {
	done  chan struct{}
	value T
	err   error
	until time.Time // zero while it is being found out
}

// mostItems bounds what is remembered.
const mostItems = 64

func (k *keyed[T]) get(ctx context.Context, now func() time.Time, key string, life time.Duration, find func(context.Context) (T, error)) (T, error) {
	k.mu.Lock()
	at := k.by[key]
	if at != nil && !at.until.IsZero() && (!now().Before(at.until) || at.until.Sub(now()) > life) {
		at = nil
	}
	if at == nil {
		if k.by == nil || len(k.by) >= mostItems {
			k.by = map[string]*item[T]{}
		}
		at = &item[T]{done: make(chan struct{})}
		k.by[key] = at
		go func() {
			value, err := find(context.WithoutCancel(ctx)) // it sets itself limits
			k.mu.Lock()
			defer k.mu.Unlock()
			at.value, at.err, at.until = value, err, now().Add(life)
			if err != nil {
				at.until = now().Add(min(life, faultLife))
			}
			close(at.done)
		}()
	}
	k.mu.Unlock()
	select {
	case <-at.done:
		return at.value, at.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
