package diagnose

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"latchkey/internal/transport"
)

const (
	patience = 3500 * time.Millisecond // for a connection: three packets are sent in this time
	silence  = 4 * time.Second         // of everybody, when something is due
)

// ear hears everything that comes in during a run. A server that says nothing while others still speak may only have to wait
// for them: on a slow line, all answers come one after the other.
type ear struct {
	mu          sync.Mutex
	first, last time.Time // when anything came in
	bytes       int64
}

// earOf returns the run's ear.
func earOf(ctx context.Context) *ear {
	e, ok := shared(ctx, subject{kind: theEar}, func(context.Context) *ear { return &ear{} })
	if !ok {
		return &ear{}
	}
	return e
}

// hear takes in that so many bytes came; 0: a connection.
func (e *ear) hear(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last = time.Now()
	if e.first.IsZero() {
		e.first = e.last
	}
	e.bytes += int64(n)
}

// heard returns when anything came in last, zero when nothing did, and how many bytes a second since the first; 0: not known.
func (e *ear) heard() (last time.Time, pace float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if took := e.last.Sub(e.first); took > 0 {
		pace = float64(e.bytes) / took.Seconds()
	}
	return e.last, pace
}

func (e *ear) quietSince() time.Time {
	last, _ := e.heard()
	return last
}

// patient gives connecting only so long, and a connection only so much silence. With endless true, silence is borne, and what
// comes in only heard.
func patient(dial transport.Dial, endless bool) transport.Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if !endless {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, patience)
			defer cancel()
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &listening{Conn: conn, ear: earOf(ctx), endless: endless, silence: silence}, nil
	}
}

// longer is patience for a line that is known to be bad: what was lost there is sent again, each time after a longer pause.
func longer(dial transport.Dial) transport.Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &listening{Conn: conn, ear: earOf(ctx), silence: 2 * silence}, nil
	}
}

// listening is a connection that fails when nobody has said anything for too long.
type listening struct {
	net.Conn
	ear     *ear
	endless bool
	silence time.Duration // of everybody, that is borne
}

// Read waits while anybody in the run is heard.
func (l *listening) Read(b []byte) (int, error) {
	if l.endless {
		n, err := l.Conn.Read(b)
		if n > 0 {
			l.ear.hear(n)
		}
		return n, err
	}
	for until := time.Now().Add(l.silence); ; until = l.ear.quietSince().Add(l.silence) {
		if err := l.SetReadDeadline(until); err != nil {
			return 0, err
		}
		n, err := l.Conn.Read(b)
		if n > 0 {
			l.ear.hear(n)
		}
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !l.ear.quietSince().Add(l.silence).After(until) {
			return n, err
		}
	}
}
