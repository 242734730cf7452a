package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"latchkey/internal/problem"
)

// Limits bound the calls to a keychain.
type Limits struct {
	Read  time.Duration // for Get
	Write time.Duration // for Set and Delete, and for the agent to unlock the keychain
	Size  int           // most bytes of a value
}

// Guard returns a Keychain that keeps the promises of that interface on top of a backend that does not: every call
// has a time limit and can be cancelled, one call is under way at a time and no other starts while it hangs, every write is read
// back, a panic is an error, and names are escaped so that no two are the same.
func Guard(b Backend, l Limits) Keychain {
	return &guarded{backend: b, limits: l, turn: make(chan struct{}, 1)}
}

type guarded struct {
	backend Backend
	limits  Limits
	turn    chan struct{} // full while a call is under way, also one that nobody waits for any more
}

// Limit returns the most bytes of a value.
func (g *guarded) Limit() int { return g.limits.Size }

// Look asks a backend that can tell.
func (g *guarded) Look(ctx context.Context) (unlocked bool, err error) {
	from, ok := g.backend.(looker)
	if !ok {
		return false, nil
	}
	told, err := g.call(ctx, g.limits.Read, func(ctx context.Context, _ *atomic.Bool) ([]byte, error) {
		ctx, cancel := context.WithTimeout(ctx, g.limits.Read)
		defer cancel()
		found, err := from.Look(ctx)
		if found { // told as the value: whoever asked may have left
			return []byte{1}, err
		}
		return nil, err
	})
	return len(told) > 0 && err == nil, err
}

// Get reads an item. A read that gives up leaves the question for the keychain's password open for as long as a write
// would, so that the agent can answer it and try again; the next call waits for that answer and does not ask twice.
func (g *guarded) Get(ctx context.Context, name string) ([]byte, error) {
	return g.call(ctx, g.limits.Read, func(ctx context.Context, _ *atomic.Bool) ([]byte, error) {
		if err := g.backend.Ready(ctx); err != nil {
			return nil, err
		}
		return g.backend.Get(escape(name))
	})
}

// Set writes an item and reads it back.
func (g *guarded) Set(ctx context.Context, name string, value []byte) error {
	if len(value) > g.limits.Size {
		return problem.New(problem.KeychainTooSmall)
	}
	value = bytes.Clone(value)
	_, err := g.call(ctx, g.limits.Write, func(ctx context.Context, left *atomic.Bool) ([]byte, error) {
		defer clear(value)
		if err := g.backend.Ready(ctx); err != nil {
			return nil, err
		}
		if left.Load() { // unlocked too late: a write nobody knows of could bring an old session back
			return nil, context.Canceled
		}
		if err := g.backend.Set(escape(name), value); err != nil {
			return nil, err
		}
		switch kept, err := g.backend.Get(escape(name)); {
		case errors.Is(err, ErrNotFound), err == nil && !bytes.Equal(kept, value):
			return nil, problem.New(problem.KeychainNotSaved, problem.Caused(err))
		default:
			return nil, err
		}
	})
	return err
}

// Delete removes an item, and its duplicates should somebody have made some.
func (g *guarded) Delete(ctx context.Context, name string) error {
	_, err := g.call(ctx, g.limits.Write, func(ctx context.Context, left *atomic.Bool) ([]byte, error) {
		if err := g.backend.Ready(ctx); err != nil {
			return nil, err
		}
		for range 8 {
			if left.Load() {
				return nil, context.Canceled
			}
			switch err := g.backend.Delete(escape(name)); {
			case errors.Is(err, ErrNotFound):
				return nil, nil
			case err != nil:
				return nil, err
			}
		}
		return nil, errors.New("the item is still there after it was deleted")
	})
	return err
}

type outcome struct {
	value []byte
	err   error
}

// call runs f when it is its turn and waits for it within limit. When nobody waits any more, left is set; the context of
// f ends when the caller cancelled or the write limit has passed.
func (g *guarded) call(ctx context.Context, limit time.Duration, f func(context.Context, *atomic.Bool) ([]byte, error)) ([]byte, error) {
	waiting, stop := context.WithTimeout(ctx, limit)
	defer stop()
	select {
	case g.turn <- struct{}{}:
	case <-waiting.Done():
		return nil, gaveUp(ctx)
	}
	working, end := context.WithTimeout(context.WithoutCancel(ctx), g.limits.Write)
	var left atomic.Bool
	done := make(chan outcome, 1)
	go func() {
		defer func() { <-g.turn }()
		defer end()
		value, err := protect(working, &left, f)
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, typed(o.err)
	case <-waiting.Done():
		left.Store(true)
		if errors.Is(ctx.Err(), context.Canceled) {
			end()
		}
		return nil, gaveUp(ctx)
	}
}

// protect turns a panic of a library into an error: some trust what other programs send them.
func protect(ctx context.Context, left *atomic.Bool, f func(context.Context, *atomic.Bool) ([]byte, error)) (value []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, fmt.Errorf("keychain library panics (%T)", r)
		}
	}()
	return f(ctx, left)
}

// gaveUp returns why a call was not waited for: its caller cancelled, or time ran out.
func gaveUp(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return problem.New(problem.KeychainTimeout)
}

// typed returns err as the contract wants it: nil, ErrNotFound or a problem.
func typed(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) {
		return err
	}
	if _, ok := errors.AsType[*problem.Problem](err); ok {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(problem.KeychainTimeout, problem.Caused(err))
	}
	return problem.New(problem.KeychainFailed, problem.Caused(err))
}
