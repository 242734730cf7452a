package loopback

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// maxConns is how many connections are held at once. One more closes the oldest that has not sent a request yet: a
// browser sends its own at once, so that those who hold connections for nothing never shut it out.
const maxConns = 128

// insistence is how many TLS handshakes it takes to say that the browser insists on https.
const insistence = 3

// conns knows the open connections.
type conns struct {
	serving sync.WaitGroup // of the accept loops and the connections

	mu   sync.Mutex // guards the following
	open map[net.Conn]*conn
	next int
}

// conn is what is known of one connection. conns.mu guards it.
type conn struct {
	number  int
	spoke   bool // sent something
	handled bool // sent a whole request
	dropped bool // closed to make room
}

type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// handling marks the connection of a request whose header is complete.
func (cs *conns) handling(ctx context.Context) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	nc, _ := ctx.Value(connKey{}).(net.Conn)
	if c := cs.open[nc]; c != nil {
		c.handled = true
	}
}

// connState follows every connection from its first to its last moment.
func (r *Receiver) connState(nc net.Conn, state http.ConnState) {
	cs := &r.conns
	cs.mu.Lock()
	defer cs.mu.Unlock()
	switch state {
	case http.StateNew:
		cs.serving.Add(1)
		cs.next++
		cs.open[nc] = &conn{number: cs.next}
		if len(cs.open) > maxConns {
			cs.dropOldest()
		}
	case http.StateActive:
		if c := cs.open[nc]; c != nil {
			c.spoke = true
		}
	case http.StateClosed, http.StateHijacked:
		if c := cs.open[nc]; c != nil {
			if c.spoke && !c.handled {
				r.strangers.Add(1)
			}
			delete(cs.open, nc)
			cs.serving.Done()
		}
	}
}

func (cs *conns) dropOldest() {
	var oldest net.Conn
	for nc, c := range cs.open {
		if !c.handled && !c.dropped && (oldest == nil || c.number < cs.open[oldest].number) {
			oldest = nc
		}
	}
	if oldest != nil {
		cs.open[oldest].dropped = true
		_ = oldest.Close() // its goroutine meets an error and takes it out
	}
}

// watched hands out connections that are dropped without a word when they begin with a TLS handshake: a browser that tries https
// first then tries http.
type watched struct {
	net.Listener
	r *Receiver
}

func (w watched) Accept() (net.Conn, error) {
	nc, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &peeked{Conn: nc, r: w.r}, nil
}

type peeked struct {
	net.Conn
	r    *Receiver
	read bool
}

const tlsHandshake = 0x16

// Read returns the end at once when the first byte begins a TLS handshake. One goroutine at a time reads.
func (p *peeked) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if n > 0 && !p.read {
		p.read = true
		if b[0] == tlsHandshake {
			if p.r.secure.Add(1) == insistence {
				p.r.insistingOnce.Do(func() { close(p.r.insisting) })
			}
			return 0, io.EOF
		}
	}
	return n, err
}
