package ui

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// posts brings work from other goroutines to the window's, in order. It is the only place that calls fyne.Do; what
// comes before the window's loop runs is kept until then.
type posts struct {
	mu      sync.Mutex // guards the following
	running bool
	ended   bool
	waiting []func()
	arrived chan struct{} // has room for one
}

func newPosts() *posts { return &posts{arrived: make(chan struct{}, 1)} }

// post runs f on the window's goroutine, later.
func (p *posts) post(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.ended: // nobody is there to show it to
		return
	case p.running:
		fyne.Do(f)
		return
	}
	p.waiting = append(p.waiting, f)
	select {
	case p.arrived <- struct{}{}:
	default:
	}
}

// settle runs what comes in until done says it is enough, or patience ends. It is called on the window's goroutine before its
// loop runs, so that what is known at once is in the first picture.
func (p *posts) settle(patience time.Duration, done func() bool) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for !done() {
		select {
		case <-p.arrived:
			p.runWaiting(false)
		case <-timer.C:
			return
		}
	}
}

// end drops what comes after the window.
func (p *posts) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// start hands over to the window's loop.
func (p *posts) start() { p.runWaiting(true) }

func (p *posts) runWaiting(running bool) {
	for {
		p.mu.Lock()
		waiting := p.waiting
		p.waiting = nil
		if len(waiting) == 0 {
			p.running = p.running || running
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		for _, f := range waiting {
			f()
		}
	}
}
