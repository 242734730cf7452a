// Package vaulttest has keychains for tests: one in memory that fails in every way real ones do, and one in a folder
// for tests with many processes. Both are guarded as the real one is.
package vaulttest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// Limits are long, so that a machine that is busy is no keychain that does not answer.
var Limits = vault.Limits{Read: time.Minute, Write: time.Minute, Size: vault.Limit}

// Store is a keychain in memory. The zero value works; faults can be set and taken back at any time.
type Store struct {
	mu     sync.Mutex
	items  map[string][]byte
	faults Faults
	calls  Calls
	hung   chan struct{} // closed when Faults.Silent is taken back
}

// Faults are what can be wrong with a keychain.
type Faults struct {
	Missing   bool          // there is none
	Locked    bool          // the agent turned down the question for its password, or nobody could be asked
	Silent    bool          // never answers
	Slow      time.Duration // takes this long for every call
	FailEvery int           // every nth call fails; 1: all of them
	FailNext  int           // so many calls fail from now on
	Dismissed bool          // a write claims success and keeps nothing
	Torn      bool          // a write keeps the first half of the value
	Panic     bool          // the library panics
	Mute      bool          // does not tell whether it is unlocked without asking the agent
}

// Calls counts the calls that reached the keychain. A read-back is a Get.
type Calls struct{ Look, Ready, Get, Set, Delete int }

var _ vault.Backend = (*Store)(nil)

// Keychain returns the store as a guarded keychain. Keychains of one store stand for several processes.
func (s *Store) Keychain() vault.Keychain { return vault.Guard(s, Limits) }

// KeychainOf returns the store as a keychain with other limits.
func (s *Store) KeychainOf(l vault.Limits) vault.Keychain { return vault.Guard(s, l) }

// Fail sets the faults; calls that hang go on when Silent is taken back.
func (s *Store) Fail(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	if s.hung != nil && !f.Silent {
		close(s.hung)
		s.hung = nil
	}
	if f.Silent && s.hung == nil {
		s.hung = make(chan struct{})
	}
}

// Calls returns the counts.
func (s *Store) Calls() Calls {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Items returns a copy of what is kept, by escaped name.
func (s *Store) Items() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.items)
}

// Names returns the names of what is kept, sorted.
func (s *Store) Names() []string { return slices.Sorted(maps.Keys(s.Items())) }

// Put replaces an item behind the vault's back.
func (s *Store) Put(name string, value []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items == nil {
		s.items = map[string][]byte{}
	}
	s.items[name] = slices.Clone(value)
}

// enter counts a call and acts out the faults.
func (s *Store) enter(count func(*Calls) *int) (Faults, error) {
	s.mu.Lock()
	f, hung := s.faults, s.hung
	n := count(&s.calls)
	*n++
	all := s.calls.Get + s.calls.Set + s.calls.Delete
	s.faults.FailNext--
	s.mu.Unlock()
	switch {
	case hung != nil:
		<-hung
	case f.Slow > 0:
		time.Sleep(f.Slow)
	}
	switch {
	case f.Panic:
		panic("vaulttest: the library panics")
	case f.FailNext > 0, f.FailEvery > 0 && all%f.FailEvery == 0:
		return f, errors.New("vaulttest: the keychain fails")
	}
	return f, nil
}

// Ready obeys Missing, Locked and, other than the rest, its context.
func (s *Store) Ready(ctx context.Context) error {
	s.mu.Lock()
	s.calls.Ready++
	f := s.faults
	s.mu.Unlock()
	switch {
	case f.Missing:
		return problem.New(problem.KeychainMissing)
	case f.Locked:
		return problem.New(problem.KeychainLocked)
	}
	return ctx.Err()
}

// Look tells what Ready would, without counting as asking the agent, and hangs when the store is silent.
func (s *Store) Look(ctx context.Context) (unlocked bool, err error) {
	s.mu.Lock()
	s.calls.Look++
	f, hung := s.faults, s.hung
	s.mu.Unlock()
	if hung != nil {
		select {
		case <-hung:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	switch {
	case f.Mute:
		return false, nil
	case f.Missing:
		return false, problem.New(problem.KeychainMissing)
	case f.Locked:
		return false, problem.New(problem.KeychainLocked)
	}
	return true, nil
}

// Get returns an item.
func (s *Store) Get(name string) ([]byte, error) {
	if _, err := s.enter(func(c *Calls) *int { return &c.Get }); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.items[name]
	if !ok {
		return nil, vault.ErrNotFound
	}
	return slices.Clone(value), nil
}

// Set writes an item, or claims to.
func (s *Store) Set(name string, value []byte) error {
	f, err := s.enter(func(c *Calls) *int { return &c.Set })
	switch {
	case err != nil:
		return err
	case f.Dismissed:
		return nil
	case f.Torn:
		value = value[:len(value)/2]
	}
	s.Put(name, value)
	return nil
}

// Delete removes an item.
func (s *Store) Delete(name string) error {
	if _, err := s.enter(func(c *Calls) *int { return &c.Delete }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.items[name]; !ok {
		return vault.ErrNotFound
	}
	delete(s.items, name)
	return nil
}
