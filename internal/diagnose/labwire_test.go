package diagnose_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// cable is one direction of a connection in memory. Unlike net.Pipe it takes in what is written before anybody reads, as the
// system does.
type cable struct {
	mu       sync.Mutex
	moved    *sync.Cond
	waiting  bytes.Buffer
	closed   bool
	deadline time.Time
}

func newCable() *cable {
	c := &cable{}
	c.moved = sync.NewCond(&c.mu)
	return c
}

func (c *cable) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.waiting.Len() > 0:
			return c.waiting.Read(b)
		case c.closed:
			return 0, io.EOF
		case !c.deadline.IsZero() && !time.Now().Before(c.deadline):
			return 0, os.ErrDeadlineExceeded
		}
		c.moved.Wait()
	}
}

func (c *cable) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, io.ErrClosedPipe
	}
	c.moved.Broadcast()
	return c.waiting.Write(b)
}

func (c *cable) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.moved.Broadcast()
}

func (c *cable) until(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	c.moved.Broadcast()
	if !t.IsZero() {
		time.AfterFunc(time.Until(t), func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.moved.Broadcast()
		})
	}
}

// end is one end of a connection in memory.
type end struct{ in, out *cable }

// wire returns both ends.
func wire() (here, there net.Conn) {
	a, b := newCable(), newCable()
	return end{a, b}, end{b, a}
}

func (e end) Read(b []byte) (int, error)  { return e.in.Read(b) }
func (e end) Write(b []byte) (int, error) { return e.out.Write(b) }
func (e end) Close() error {
	e.in.close()
	e.out.close()
	return nil
}
func (end) LocalAddr() net.Addr                 { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 50000} }
func (end) RemoteAddr() net.Addr                { return &net.TCPAddr{IP: net.IPv4(203, 0, 113, 7), Port: 443} }
func (e end) SetDeadline(t time.Time) error     { e.in.until(t); return nil }
func (e end) SetReadDeadline(t time.Time) error { e.in.until(t); return nil }
func (end) SetWriteDeadline(time.Time) error    { return nil }
