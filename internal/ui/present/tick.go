package present

import (
	"context"
	"reflect"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/signin"
)

// What time does to the window.
const (
	everySecond   = time.Second
	nowAndThen    = 15 * time.Second
	passwordLives = 10 * time.Minute // untouched in the form
	linkLives     = time.Minute      // on the clipboard
	slowAfter     = 8 * time.Second
)

// tickIfNeeded starts the one ticker when there is something that time changes; a slower one gives way.
func (p *Presenter) tickIfNeeded() {
	interval := p.interval()
	if interval == 0 || p.every != 0 && p.every <= interval {
		return
	}
	if p.endTick != nil {
		p.endTick()
	}
	ctx, cancel := context.WithCancel(p.ctx)
	p.every, p.endTick = interval, cancel
	due := p.o.Clock.Now().Add(interval)
	go func() {
		if clock.Until(ctx, p.o.Clock, due) != nil {
			return
		}
		p.o.Post(func() {
			if ctx.Err() != nil { // another one ticks by now
				return
			}
			cancel()
			p.every = 0
			p.tick()
			p.tickIfNeeded()
		})
	}()
}

func (p *Presenter) interval() time.Duration {
	switch s := p.frame.Screen.(type) {
	case Browser, Device, Restoring, Approve:
		return everySecond
	case Code:
		if step, ok := p.codeStep(); ok && (!step.ResendAt.IsZero() || !step.Deadline.IsZero()) {
			return everySecond
		}
	case SignIn:
		if s.Paused || s.Busy.What != "" {
			return everySecond
		}
	case SignedIn:
		return nowAndThen
	}
	if p.frame.Problem != nil && !p.frame.Problem.until.IsZero() {
		return everySecond
	}
	if !p.typed.IsZero() || !p.copied.IsZero() {
		return nowAndThen
	}
	return 0
}

// tick brings everything that depends on the time up to date.
func (p *Presenter) tick() {
	before := p.frame
	now := p.o.Clock.Now()
	switch s := p.frame.Screen.(type) {
	case SignIn:
		p.form.slow = p.form.busy.What != "" && p.run != nil && now.Sub(p.run.started) >= slowAfter
		if !p.typed.IsZero() && now.Sub(p.typed) >= passwordLives {
			p.typed = time.Time{}
			p.form.clear++
		}
		p.frame.Screen = p.form.screen(p)
	case Restoring:
		s.Slow = now.Sub(p.restoring) >= slowAfter
		p.frame.Screen = s
	case Browser:
		if p.run != nil {
			if step, ok := p.run.at.(signin.Browser); ok {
				next := p.browserScreen(p.run, step)
				next.Copied, next.Fault, next.Paste = s.Copied, s.Fault, s.Paste
				next.Busy = s.Busy
				p.frame.Screen = next
			}
		}
	case Device:
		if p.run != nil {
			if step, ok := p.run.at.(signin.Device); ok {
				next := p.deviceScreen(step)
				next.Copied, next.Busy = s.Copied, s.Busy
				p.frame.Screen = next
			}
		}
	case Code:
		if step, ok := p.codeStep(); ok {
			s.Left, s.Resend = p.shortLeftOf(step.Deadline), p.resend(step.ResendAt)
			p.frame.Screen = s
		}
	case NewPassword:
		if !p.typed.IsZero() && now.Sub(p.typed) >= passwordLives {
			p.typed = time.Time{}
			s.Clear++
			s.Typed, s.Strength = false, Strength{}
			p.frame.Screen = s
		}
	case Approve:
		if p.run != nil {
			if step, ok := p.run.at.(signin.Approve); ok {
				s.Left, s.Resend = p.shortLeftOf(step.Deadline), p.resend(step.ResendAt)
				p.frame.Screen = s
			}
		}
	case SignedIn:
		p.renew()
	}
	p.offerResend()
	p.countDown(now)
	if !p.copied.IsZero() && now.Sub(p.copied) >= linkLives {
		p.TakeBack()
	}
	p.frame.Pulse = p.pulse()
	if !reflect.DeepEqual(before, p.frame) {
		p.draw()
	}
}

// codeStep is the step behind the screen that asks for a code.
func (p *Presenter) codeStep() (signin.Code, bool) {
	if p.run == nil {
		return signin.Code{}, false
	}
	step, ok := p.run.at.(signin.Code)
	return step, ok
}

// Typed tells that something was typed into the password field, or that it is empty now.
func (p *Presenter) Typed(empty bool) {
	p.typed = time.Time{}
	if !empty {
		p.typed = p.o.Clock.Now()
		p.tickIfNeeded()
	}
}

// countDown says how long a problem lasts that is over by itself, and takes it away then: the form is ready again.
func (p *Presenter) countDown(now time.Time) {
	shown := p.frame.Problem
	if shown == nil || shown.until.IsZero() {
		return
	}
	if left := shown.until.Sub(now); left > 0 {
		counted := *shown
		counted.Left = Countdown(left)
		p.frame.Problem = &counted
		return
	}
	p.frame.Problem = nil
	if form, shown := p.frame.Screen.(SignIn); shown && form.Busy.What == "" {
		p.focus(p.form.firstEmpty())
	}
}
