package transport

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/problem"
)

const (
	maxRepeats = 2
	firstPause = 250 * time.Millisecond
)

// answer is a whole one: head and decoded body.
type answer struct {
	head *http.Response // its Body is closed
	body []byte
}

// exchange sends the request under all rules of this package and reads the answer to its end. A GET or HEAD is
// repeated when that may help, unless it is to be sent once; all tries share one time limit.
func (c *Client) exchange(request *http.Request, limit int64, once bool) (*answer, error) {
	if limit <= 0 {
		limit = defaultLimit
	}
	ctx, cancel := context.WithTimeout(request.Context(), c.timeout)
	defer cancel()
	for try := 0; ; try++ {
		got, err := c.once(ctx, request, limit)
		pause, again := repeatAfter(request, try, got, err, c.clock.Now())
		if !again || once {
			return got, err
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
			return got, err
		}
		if c.clock.Sleep(ctx, pause) != nil {
			return got, err
		}
	}
}

// once is one try.
func (c *Client) once(ctx context.Context, request *http.Request, limit int64) (got *answer, err error) {
	stages := &stages{}
	request = request.Clone(stages.watch(ctx, c.clock))
	if request.Header == nil {
		request.Header = make(http.Header)
	}
	request.Header.Set("User-Agent", c.agent)
	started := time.Now()
	defer func() { c.note(ctx, request, got, err, time.Since(started)) }()

	head, err := c.wire.RoundTrip(request)
	if err != nil {
		return nil, c.trouble(ctx, request, stages, err)
	}
	defer head.Body.Close()
	c.seen.note(hostKey(request.URL), stages, head.Header)
	switch head.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return nil, redirectRefused(head)
	case http.StatusSwitchingProtocols: // the body is a connection, not an answer
		if request.Header.Get("Upgrade") == "" {
			return nil, problem.New(problem.ServerAnswer)
		}
		return &answer{head, nil}, nil
	}
	body, err := io.ReadAll(io.LimitReader(head.Body, limit+1))
	switch {
	case int64(len(body)) > limit:
		return nil, problem.New(problem.AnswerTooLarge)
	case err != nil:
		return nil, c.trouble(ctx, request, stages, err)
	}
	return &answer{head, body}, nil
}

// repeatAfter decides whether a try is repeated, and after what pause.
func repeatAfter(request *http.Request, try int, got *answer, err error, now time.Time) (time.Duration, bool) {
	if try >= maxRepeats || request.Method != http.MethodGet && request.Method != http.MethodHead ||
		request.Body != nil && request.Body != http.NoBody {
		return 0, false
	}
	// Jitter: many clients that met the same outage do not come back in the same instant.
	pause := firstPause << try
	pause += rand.N(pause)
	if err != nil {
		return pause, problem.Has(err, problem.ConnectionBroken)
	}
	switch got.head.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return max(pause, RetryAfter(got.head.Header, now)), true
	}
	return 0, false
}

// RetryAfter returns how long an answer asks to wait (RFC 9110, section 10.2.3), 0 when it does not. A date is taken
// relative to the server's own Date header, so that a wrong clock here does no harm; without one, relative to now.
func RetryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return max(0, until.Sub(now))
}

// note writes the one log line of a try.
func (c *Client) note(ctx context.Context, request *http.Request, got *answer, err error, took time.Duration) {
	status := 0
	if got != nil {
		status = got.head.StatusCode
	}
	c.log.DebugContext(ctx, "request", "method", request.Method, "host", request.URL.Host,
		"path", Clean(request.URL.EscapedPath(), 200), "status", status, "took", took, "problem", codeOf(err))
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return string(problem.From(err).Code)
}
