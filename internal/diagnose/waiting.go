package diagnose

import (
	"context"
	"strings"
	"time"
)

// soon is when people want to hear something, whatever it is.
const soon = 800 * time.Millisecond

// dues are what a run can wait for, in the order in which one thing needs the other.
var dues = []struct{ key, check, why string }{
	{"proxy for ", "proxy", "The way to the server is still being asked for."},
	{"names of ", "dns", "The name service has not answered yet."},
	{"connections to ", "connect", "Nothing has come back yet."},
	{"look at ", "tls", "The secure connection is not there yet."},
	{"sign-in server", "server", "It has not answered yet."},
}

// due returns the check that the others wait for; nil: none. Nothing is said about what is wrong: that is not known yet.
func (r *run) due(ctx context.Context) *Result {
	memo, _ := ctx.Value(memoKey{}).(*memo)
	if memo == nil {
		return nil
	}
	for _, d := range dues {
		for _, c := range r.checks {
			if c.ID == d.check && r.folder.found[c.ID] == nil && memo.pending(d.key) {
				return &Result{ID: c.ID, Title: c.Title, State: Unknown, What: d.why, Blocks: c.Blocks}
			}
		}
	}
	return nil
}

// pending reports whether something with this beginning is still being found out.
func (m *memo) pending(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, at := range m.by {
		if !strings.HasPrefix(name, key) {
			continue
		}
		select {
		case <-at.done:
		default:
			return true
		}
	}
	return false
}
