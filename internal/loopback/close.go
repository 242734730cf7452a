package loopback

import (
	"context"
	"time"
)

// Close stops listening and returns when the port is free and every goroutine is gone, usually at once. A page that
// is being sent is finished; after the genuine answer so is the one the browser was sent on to, if it comes for it in 3 s.
func (r *Receiver) Close() {
	r.stopOnce.Do(func() { close(r.stop) })
	<-r.stopped
}

// finish closes the socket when it was asked to, or when the answer is here and the browser has its last page.
func (r *Receiver) finish() {
	defer close(r.stopped)
	select {
	case <-r.stop:
	case <-r.answered:
	}
	select {
	case <-r.answered:
		timer := time.NewTimer(r.options.limits.linger) // not on the handed-in clock: a browser's time, not the sign-in's
		defer timer.Stop()
		select {
		case <-r.fetched:
		case <-timer.C:
		}
	default:
	}
	r.stopOnce.Do(func() { close(r.stop) })
	ctx, cancel := context.WithTimeout(context.Background(), r.options.limits.drain)
	defer cancel()
	_ = r.server.Shutdown(ctx) // whoever is not served by then is cut off
	_ = r.server.Close()
	for _, l := range r.listeners { // one that was not served yet
		_ = l.Close()
	}
	r.conns.serving.Wait()
}
