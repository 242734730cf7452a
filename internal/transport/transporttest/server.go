package transporttest

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Raw listens on loopback and hands every connection to serve, which may do anything with it. The connection is
// closed when serve returns, and when the test ends. It returns the address as host and port.
func Raw(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return run(t, listener, serve)
}

// TLS is Raw with a TLS handshake in front. bytes counts what arrives of what the client wants to say: nothing of
// the handshake.
func TLS(t testing.TB, config *tls.Config, answer string) (address string, bytes *atomic.Int64) {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	bytes = new(atomic.Int64)
	return run(t, listener, func(c net.Conn) {
		buffer := make([]byte, 4096)
		n, err := c.Read(buffer) // makes the handshake
		bytes.Add(int64(n))
		if err == nil {
			_, _ = c.Write([]byte(answer))
		}
	}), bytes
}

func run(t testing.TB, listener net.Listener, serve func(net.Conn)) string {
	var all sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{} // nil when the test has ended
	all.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			if open == nil {
				mu.Unlock()
				_ = c.Close()
				return
			}
			open[c] = true
			mu.Unlock()
			all.Go(func() {
				defer func() {
					_ = c.Close()
					mu.Lock()
					delete(open, c)
					mu.Unlock()
				}()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for c := range open {
			_ = c.Close()
		}
		open = nil
		mu.Unlock()
		all.Wait()
	})
	return listener.Addr().String()
}
