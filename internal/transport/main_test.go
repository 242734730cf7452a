package transport_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Every test leaves no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is the system's clock, but for waiting: it notes for how long and goes on.
type quick struct {
	clock.System
	mu    sync.Mutex
	slept []time.Duration
}

func (q *quick) Sleep(ctx context.Context, d time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.slept = append(q.slept, d)
	return ctx.Err()
}

// newClient returns a client that is closed with the test.
func newClient(t *testing.T, o transport.Options) *transport.Client {
	t.Helper()
	if o.Clock == nil {
		o.Clock = &quick{}
	}
	c := transport.New(o)
	t.Cleanup(c.Close)
	return c
}

// get asks for an address with a new client.
func get(t *testing.T, address string) (*transport.Response, error) {
	t.Helper()
	return newClient(t, transport.Options{}).Do(t.Context(), transport.Request{URL: address})
}

// want checks the code of a problem and returns it.
func want(t *testing.T, err error, code problem.Code) *problem.Problem {
	t.Helper()
	if !problem.Has(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
	return problem.From(err)
}

// hangs asks with longer and longer limits until one of them is met where the other side hangs, for this reason: a busy
// machine meets a short one on the way there.
func hangs(t *testing.T, code problem.Code, why string, ask func(limit time.Duration) error) {
	t.Helper()
	for limit := 50 * time.Millisecond; ; limit *= 4 {
		err := ask(limit)
		switch p := problem.From(err); {
		case problem.Has(err, code) && strings.Contains(p.Why+" "+p.Fix, why):
			return
		case limit > 10*time.Second:
			t.Fatalf("got %v %q, want %s %q", err, p.Why, code, why)
		}
	}
}

// answers is a server that reads one request a connection and writes these bytes, whatever they are.
func answers(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = c.Write([]byte(text))
		}
	}
}
