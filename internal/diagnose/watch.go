package diagnose

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// How often is asked: seldom enough for a server with ten thousand desks, and never in step with them.
const (
	watchEvery = 60 * time.Second // at least, and up to half as much again
	// While nothing leaves this computer, looking costs nobody anything: the network's return is seen soon.
	watchOffline = 5 * time.Second
	watchLongest = time.Hour // whatever a server asks for
	watchHurry   = 10 * time.Second
	beatLimit    = 5 * time.Second
)

// Pulse is how things stand before anybody tries to sign in.
type Pulse struct {
	Network Result // whether the sign-in server answers; fact rtt_ms
	Service Result // what the status page says; skipped when there is none
	Clock   Result // facts offset_ms, uncertainty_ms and totp_steps
	// Back says that what kept people out has just gone: the network is there again, the server answers again, or the outage
	// is over.
	Back bool
}

// Watcher looks after the pulse: politely (once a minute or less, spread, and as late as a server asks for), and only while
// somebody sees it. It is safe for concurrent use.
type Watcher struct {
	env Env

	mu     sync.Mutex // guards the following fields
	hidden bool
	hurry  bool
	wake   chan struct{} // holds a value when something has changed
}

// NewWatcher returns a watcher of the organisation's server and status page.
func NewWatcher(e Env) *Watcher { return &Watcher{env: e, wake: make(chan struct{}, 1)} }

// Show tells whether anybody sees the pulse. Nothing is asked while nobody does; at first somebody does.
func (w *Watcher) Show(visible bool) {
	w.mu.Lock()
	w.hidden = !visible
	w.mu.Unlock()
	w.nudge()
}

// Look asks to look soon: a sign-in has failed, or the computer has woken up. It is not sooner than 10 s after the last look,
// and a server that asked to wait is not hurried.
func (w *Watcher) Look() {
	w.mu.Lock()
	w.hurry = true
	w.mu.Unlock()
	w.nudge()
}

func (w *Watcher) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run looks and calls emit, from one goroutine, until ctx ends. Without an organisation there is nothing to look at.
func (w *Watcher) Run(ctx context.Context, emit func(Pulse)) {
	if _, ok := w.env.Login(); !ok {
		return
	}
	heart := newHeart(w.env)
	for ctx.Err() == nil {
		wait, hurry := w.wait(heart)
		if wait != 0 {
			w.rest(ctx, wait)
			continue
		}
		pulse := heart.beat(ctx, hurry)
		if ctx.Err() == nil {
			emit(pulse)
		}
	}
}

// wait returns how long to rest: 0 not at all, less than 0 for as long as nobody looks.
func (w *Watcher) wait(h *heart) (wait time.Duration, hurry bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.hidden {
		return -1, false
	}
	hurry = w.hurry
	if wait = max(0, time.Until(h.due(hurry))); wait == 0 {
		w.hurry = false
	}
	return wait, hurry
}

// rest waits for a while, or for somebody to change something.
func (w *Watcher) rest(ctx context.Context, wait time.Duration) {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-w.wake:
	case <-ctx.Done():
	}
}

// appointment is when a host is asked next.
type appointment struct {
	last, next time.Time
	asked      bool // the host itself asked to wait
	offline    int  // times in a row that nothing left this computer
}

// made sets the next one. wait is what the host asks for; offline, that it heard nothing of us.
func (a *appointment) made(wait time.Duration, offline bool) {
	pause := watchEvery + rand.N(watchEvery/2)
	if a.offline++; !offline {
		a.offline = 0
	} else if quick := watchOffline << min(a.offline-1, 10); quick < watchEvery {
		pause = quick + rand.N(quick/2)
	}
	a.asked = wait > 0
	a.last = time.Now()
	a.next = a.last.Add(max(pause, min(wait, watchLongest)))
}

// due returns when to ask, sooner if somebody is in a hurry and the host did not ask to wait.
func (a *appointment) due(hurry bool) time.Time {
	if soon := a.last.Add(watchHurry); hurry && !a.asked && soon.Before(a.next) {
		return soon
	}
	return a.next
}
