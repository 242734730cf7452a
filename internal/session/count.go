package session

import (
	"context"
	"sync"
)

// count knows how much is under way, and can be waited for. Unlike a sync.WaitGroup it may be added to while somebody
// waits, and the wait can be given up.
type count struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when n is 0 again; nil while it is 0
}

func (c *count) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == 1 {
		c.none = make(chan struct{})
	}
}

func (c *count) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n--; c.n == 0 {
		close(c.none)
		c.none = nil
	}
}

// wait returns when nothing is under way, or with ctx's error.
func (c *count) wait(ctx context.Context) error {
	c.mu.Lock()
	none := c.none
	c.mu.Unlock()
	if none == nil {
		return nil
	}
	select {
	case <-none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
