package diagnose

import (
	"context"
	"sync"
)

// shared finds something out once in a run, however many checks want to know it. find runs with the run's context,
// not with the caller's, so that a caller that gives up takes nothing from the others; it must set itself a limit.
// Without a run around it (in a test of one check), find just runs. When ctx ends first, ok is false.
func shared[T any](ctx context.Context, key subject, find func(context.Context) T) (found T, ok bool) {
	memo, _ := ctx.Value(memoKey{}).(*memo)
	if memo == nil {
		return find(ctx), ctx.Err() == nil
	}
	at := memo.at(key, func(ctx context.Context) any { return find(ctx) })
	select {
	case <-at.done:
		found, ok = at.value.(T) // not ok: finding out failed itself
		return found, ok
	case <-ctx.Done():
		return found, false
	}
}

// subject is what is found out: a kind of thing, and of which host; "" where there is only one of it.
type subject struct {
	kind kind
	of   string
}

type kind int

const (
	theEar kind = iota
	theScreen
	wayTo         // its proxy
	answersFor    // the name service's answer
	connectionsTo // its addresses, each tried
	lineTo        // what its connections are like
	lookAt        // its certificate
	description   // the sign-in server's metadata
	examination   // and everything else of it
)

// memo holds what was found out in one run.
type memo struct {
	ctx context.Context // the run's
	mu  sync.Mutex
	by  map[subject]*once
}

type memoKey struct{}

type once struct {
	done  chan struct{}
	value any
}

// withMemo gives a run its memo.
func withMemo(ctx context.Context) context.Context {
	m := &memo{by: map[subject]*once{}}
	m.ctx = context.WithValue(ctx, memoKey{}, m) // what finding out needs is shared, too
	return m.ctx
}

func (m *memo) at(key subject, find func(context.Context) any) *once {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := m.by[key]; at != nil {
		return at
	}
	at := &once{done: make(chan struct{})}
	m.by[key] = at
	go func() {
		defer close(at.done)
		defer func() { _ = recover() }() // no check may end the program
		at.value = find(m.ctx)
	}()
	return at
}
