package present

import (
	"time"

	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// NewRecoveryCode shows, once, the recovery code that takes the place of the one that was used.
type NewRecoveryCode struct {
	Code   secret.Text
	Copied bool
	Busy   Busy
}

func (NewRecoveryCode) screen() {}

func (p *Presenter) newRecoveryCode(r *run, s signin.NewRecoveryCode) {
	r.waiting, r.at, r.ways, r.targets = s.ID, s, nil, nil
	p.behind = nil
	p.frame.Problem = nil
	p.frame.Screen = NewRecoveryCode{Code: s.Code}
	p.focus(FocusMain)
	p.draw()
}

// CopyRecoveryCode puts the new recovery code on the clipboard, for a minute.
func (p *Presenter) CopyRecoveryCode() {
	screen, shown := p.frame.Screen.(NewRecoveryCode)
	if !shown || p.o.Clipboard == nil {
		return
	}
	p.lend(screen.Code.Reveal())
	screen.Copied = true
	p.frame.Screen = screen
	p.draw()
}

// lend puts something on the clipboard that is taken off again after a minute, unless something else is there by then.
func (p *Presenter) lend(text string) {
	p.o.Clipboard.SetContent(text)
	p.copied, p.copiedText = p.o.Clock.Now(), text
}

// TakeBack takes what was lent to the clipboard off it, unless something else is there by now. The window calls it when it closes, while
// there still is a clipboard: nobody does it later.
func (p *Presenter) TakeBack() {
	if p.copied.IsZero() {
		return
	}
	if p.o.Clipboard != nil && p.o.Clipboard.Content() == p.copiedText {
		p.o.Clipboard.SetContent("")
	}
	p.copied, p.copiedText = time.Time{}, ""
}

// RecoveryCodeKept says that the new recovery code was written down: it is never shown again.
func (p *Presenter) RecoveryCodeKept() {
	screen, shown := p.frame.Screen.(NewRecoveryCode)
	if !shown || p.run == nil || p.run.waiting == "" {
		return
	}
	screen.Code.Wipe()
	screen.Code = secret.Text{}
	screen.Busy = Busy{What: "Finishing"}
	p.frame.Screen = screen
	p.send(p.run, signin.Answer{})
	p.draw()
}
