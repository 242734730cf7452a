package control

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

const capsLockKey = desktop.KeyCapsLock

// CapsLock guesses from what is typed whether Caps Lock is on: Fyne does not tell. What the system says, where it can be
// asked, wins over the guess.
type CapsLock struct {
	Shift   func() bool // whether Shift is held; nil: asks Fyne's driver
	Changed func(on bool)
	on      bool
}

// Typed looks at one typed character: an upper-case letter without Shift, or a lower-case letter with it, gives Caps Lock
// away. Other characters, and letters without case, say nothing.
func (c *CapsLock) Typed(r rune) {
	upper, lower := unicode.IsUpper(r), unicode.IsLower(r)
	if !upper && !lower {
		return
	}
	shift := c.shift()
	if upper && shift {
		// On macOS Shift and Caps Lock together still give upper case: no news.
		return
	}
	c.Set(upper || shift)
}

// Set takes in what the system says.
func (c *CapsLock) Set(on bool) {
	if c.on == on {
		return
	}
	c.on = on
	if c.Changed != nil {
		c.Changed(on)
	}
}

// On reports what is known.
func (c *CapsLock) On() bool { return c.on }

func (c *CapsLock) shift() bool {
	if c.Shift != nil {
		return c.Shift()
	}
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}
