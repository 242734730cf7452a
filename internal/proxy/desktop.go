package proxy

import "context"

// Configured is what a desktop's settings say about proxies.
type Configured struct {
	Named   string // who says it, for people: "GNOME"
	Proxy   string // "proxy.acme.example:3128", or with a scheme; empty: none
	Script  string // address of a script; empty: none. It goes before Proxy
	Detects bool   // a script is to be looked for in the network
	Except  exceptions
}

func (c Configured) empty() bool { return c.Proxy == "" && c.Script == "" }

// Desktop asks a desktop for its proxy.
type Desktop func(ctx context.Context) (Configured, error)
