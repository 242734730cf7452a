// Package ui is the window. Its views draw what package present decided, and tell it what was pressed and typed; nothing
// here knows about servers.
package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// screenView draws one kind of screen.
type screenView interface {
	object() fyne.CanvasObject
	draw(present.Frame)
	focus(present.Focus) fyne.Focusable // nil where there is no such thing
	enter()                             // Return, when nothing has the focus
}

// closing is a screen whose parts can move closer together than they do by themselves.
type closing interface{ closer(bool) }

// footed is a screen with buttons below what scrolls.
type footed interface{ footer() fyne.CanvasObject }

// View draws frames: where, what to do now, and the pulse.
type View struct {
	p       *present.Presenter
	root    *fyne.Container
	where   *whereBand
	problem *problemPanel
	notice  *noticePanel
	news    *newsLine
	pulse   *pulseBand
	holder  *fyne.Container // the screen
	foot    *fyne.Container // its buttons that do not scroll; usually none
	now     *fyne.Container // problem, notice, screen
	scroll  *container.Scroll
	around  *control.Inset // what scrolls

	askCaps func(func(on bool)) // asks the system about Caps Lock; nil: it is not asked

	form   *formView
	screen screenView
	kind   reflect.Type
	turn   int
	over   bool // the problem that is shown is
}

// NewView returns a view of what p decides.
func NewView(p *present.Presenter) *View {
	v := &View{p: p}
	v.where = newWhereBand(p)
	v.problem = newProblemPanel(p)
	v.notice = newNoticePanel()
	v.news = newNewsLine(p)
	v.pulse = newPulseBand(p)
	v.form = newFormView(p, v.caps)
	v.holder = container.New(control.Column{})
	v.now = control.Stack(0, v.problem.root, v.holder, v.notice.root, v.news.root)
	v.around = &control.Inset{Top: 20, Bottom: 12}
	v.scroll = container.NewVScroll(container.New(v.around, container.New(control.Middle{Width: look.ContentWidth}, v.now)))
	v.foot = control.Stack(0)
	v.root = container.New(bands{v.fit}, v.where.root, v.scroll, v.foot, v.pulse.root)
	v.Draw(p.Frame(), nil)
	return v
}

func (v *View) caps(tell func(on bool)) {
	if v.askCaps != nil {
		v.askCaps(tell)
	}
}

// Root is what goes into the window.
func (v *View) Root() fyne.CanvasObject { return v.root }

// Draw draws a frame, and moves the focus on c when the frame says so. c may be nil.
func (v *View) Draw(f present.Frame, c fyne.Canvas) {
	v.where.draw(f.Where)
	v.pulse.draw(f.Pulse)
	lines := 7 // all of it fits the window
	if _, form := f.Screen.(present.SignIn); form {
		lines = 5
	}
	v.problem.draw(f.Problem, lines, typing(c))
	v.notice.draw(noticeOf(f))
	v.news.draw(f)
	kind := reflect.TypeOf(f.Screen)
	if kind != v.kind {
		v.kind = kind
		v.screen = v.viewFor(f.Screen)
		v.holder.Objects = []fyne.CanvasObject{v.screen.object()}
		v.scroll.Offset = fyne.Position{}
		v.foot.Objects = nil
		if s, ok := v.screen.(footed); ok {
			v.foot.Objects = []fyne.CanvasObject{s.footer()}
		}
	}
	v.screen.draw(f)
	v.root.Refresh()
	if c == nil {
		return
	}
	if f.Turn != v.turn {
		v.turn = f.Turn
		v.moveFocus(f.Focus, c)
	}
	v.goOn(f.Problem, c)
}

// fit puts things closer together where that spares a scroll bar, and somewhat beside a problem, which wants the room.
func (v *View) fit(height float32) {
	for _, most := range []bool{false, true, false} { // what scrolls all the same keeps its distances
		v.closer(most)
		if v.scroll.Content.MinSize().Height <= height {
			return
		}
	}
}

func (v *View) closer(most bool) {
	v.around.Top, v.around.Bottom, v.problem.below.Bottom = 20, 12, 12
	switch {
	case most:
		v.around.Top, v.around.Bottom, v.problem.below.Bottom = 4, 0, 8
	case v.problem.root.Visible():
		v.around.Top, v.around.Bottom = 8, 2
	}
	if screen, ok := v.screen.(closing); ok {
		screen.closer(most)
	}
}

// goOn moves the focus to where the agent goes on when a trouble is over, once, if it still is at the panel: there is nothing more to
// do there.
func (v *View) goOn(shown *present.Problem, c fyne.Canvas) {
	over := shown != nil && shown.Good
	if over && !v.over && v.problem.has(c.Focused()) {
		v.moveFocus(shown.Then, c)
	}
	v.over = over
}

// typing reports whether somebody is in the middle of typing. A field that only has the focus may move.
func typing(c fyne.Canvas) bool {
	if c == nil {
		return false
	}
	switch e := c.Focused().(type) {
	case *control.Entry:
		return e.Text != ""
	case *control.PasswordEntry:
		return e.Text != ""
	case *control.CodeEntry:
		return e.Text != ""
	}
	return false
}

// noticeOf is the notice where there is room to think about it: not beside a problem, and not on the way, unless it says why there is one.
func noticeOf(f present.Frame) *present.Notice {
	if f.Notice != nil && f.Notice.Step && f.Problem == nil {
		return f.Notice
	}
	switch f.Screen.(type) {
	case present.SignIn, present.SignedIn:
		if f.Problem == nil {
			return f.Notice
		}
	}
	return nil
}

func (v *View) viewFor(s present.Screen) screenView {
	switch s.(type) {
	case present.Code:
		return newCodeView(v.p)
	case present.Approve:
		return newApproveView(v.p)
	case present.NewPassword:
		return newNewPasswordView(v.p, v.caps)
	case present.News:
		return newNewsView(v.p)
	case present.Doubt:
		return newDoubtView(v.p)
	case present.Suspicion:
		return newSuspicionView(v.p)
	case present.Forgotten:
		return newForgottenView(v.p)
	case present.NewRecoveryCode:
		return newRecoveryView(v.p)
	case present.Choose:
		return newChooseView(v.p)
	case present.Browser:
		return newBrowserView(v.p)
	case present.Device:
		return newDeviceView(v.p)
	case present.SignedIn:
		return newSessionView(v.p)
	case present.Restoring:
		return newRestoreView(v.p)
	case present.Setup:
		return newSetupView(v.p)
	case present.Orgs:
		return newOrgsView(v.p)
	case present.Waiting:
		return waitingView{}
	case present.Diagnosis:
		return newDiagnosisView(v.p)
	case present.Report:
		return newReportView(v.p)
	default:
		return v.form
	}
}

func (v *View) moveFocus(where present.Focus, c fyne.Canvas) {
	if where == present.FocusNone {
		return
	}
	var target fyne.Focusable
	if where == present.FocusProblem && v.problem.root.Visible() {
		target = v.problem.banner
	} else {
		target = v.screen.focus(where)
	}
	if target == nil {
		target = v.screen.focus(present.FocusMain)
	}
	if target == nil {
		c.Unfocus()
		return
	}
	if c.Focused() == target {
		return
	}
	c.Focus(target)
}

// Key does what a key means that no control took.
func (v *View) Key(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape:
		v.p.Back()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.screen.enter()
	}
}

// Mask hides a password that is shown, because nobody is looking at the window.
func (v *View) Mask() {
	v.form.mask()
	if s, ok := v.screen.(interface{ mask() }); ok {
		s.mask()
	}
}

// bands lays out where, now, the buttons below it, and pulse. What is in the middle gets what is left, and scrolls.
type bands struct{ fit func(height float32) } // told the height of what is in the middle

func (bands) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(look.MinWidth, look.MinHeight)
}

func (b bands) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top, foot, bottom := objects[0].MinSize().Height, objects[2].MinSize().Height, objects[3].MinSize().Height
	b.fit(size.Height - top - foot - bottom)
	objects[0].Resize(fyne.NewSize(size.Width, top))
	objects[1].Move(fyne.NewPos(0, top))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-top-foot-bottom))
	objects[2].Move(fyne.NewPos(0, size.Height-foot-bottom))
	objects[2].Resize(fyne.NewSize(size.Width, foot))
	objects[3].Move(fyne.NewPos(0, size.Height-bottom))
	objects[3].Resize(fyne.NewSize(size.Width, bottom))
}
