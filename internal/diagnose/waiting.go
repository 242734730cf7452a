package diagnose

import (
	"cmp"
	"context"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// soon is when people want to hear something, whatever it is: just before what they wait for is called slow.
const soon = 950 * time.Millisecond

// dues are what a run can wait for, in the order in which one thing needs the other. Where nothing at all was heard by then, that
// is found out already, and slow is the least that can be said of it.
var dues = []struct {
	kinds     []kind
	check     string
	silent    problem.Code // where nothing was heard; empty: that says nothing
	why       string
	meanwhile string // what is said instead where something was heard; empty: the same
}{
	{[]kind{wayTo}, "proxy", "", "The way to the server is still being asked for.", ""},
	{[]kind{answersFor}, "dns", problem.NameServiceSlow, "It has not answered yet.", "The name service has not answered yet."},
	{[]kind{connectionsTo}, "connect", problem.ConnectionSlow, "Nothing has come back yet.", "Not every address has answered yet."},
	{[]kind{lookAt}, "tls", "", "The secure connection is not there yet.", ""},
	{[]kind{examination, description}, "server", "", "It has not answered yet.", ""},
}

// due returns the check that the others wait for; nil: none.
func (r *run) due(ctx context.Context) *Result {
	memo, _ := ctx.Value(memoKey{}).(*memo)
	if memo == nil {
		return nil
	}
	last, _ := earOf(ctx).heard()
	for _, d := range dues {
		for _, c := range r.checks {
			if c.ID != d.check || r.folder.found[c.ID] != nil || !memo.pending(d.kinds...) {
				continue
			}
			if d.silent == "" || !last.IsZero() {
				return &Result{ID: c.ID, Title: c.Title, State: Unknown, What: cmp.Or(d.meanwhile, d.why), Blocks: c.Blocks}
			}
			f := Found(Warning, problem.New(d.silent, problem.Because("%s", d.why)))
			return &Result{ID: c.ID, Title: c.Title, State: f.State, Code: f.Code, What: f.What, Why: f.Why, Fix: f.Fix, Blocks: c.Blocks}
		}
	}
	return nil
}

// pending reports whether something of these kinds is still being found out.
func (m *memo) pending(kinds ...kind) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for about, at := range m.by {
		if !slices.Contains(kinds, about.kind) {
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
