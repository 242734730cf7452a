package ui

import (
	"cmp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// formView is the sign-in form. There is one for the life of the window: it keeps the e-mail.
type formView struct {
	p    *present.Presenter
	root *fyne.Container

	title         *fyne.Container
	username      *control.Entry
	meant         *control.Text // what was probably meant, and a button that takes it
	take          *control.Button
	meantLine     *fyne.Container
	password      *control.PasswordEntry
	reveal        *control.Button
	usernameField *control.Field
	line          *passwordLine
	code          *control.CodeEntry
	codeField     *control.Field
	codePlace     *fyne.Container
	passwordPlace *fyne.Container
	submit        *control.Button
	explain       *control.Text
	explained     *fyne.Container
	or            *fyne.Container
	tight         *control.Inset // around "or"
	below         *control.Inset // the e-mail
	above, quiet  *control.Inset // the button, and the quiet ones
	beside        bool           // a problem
	company       *control.Button
	forgot        *control.Button
	other         *control.Button
	trouble       *control.Button
	cancel        *control.Button
	slow          *control.Text
	clear         int
	companyFirst  bool
	filled        string // what the presenter last put into the e-mail field
}

func newFormView(p *present.Presenter, askCaps func(func(on bool))) *formView {
	v := &formView{p: p}
	v.username = control.NewEntry("E-mail")
	v.username.OnChanged = p.Username
	v.username.Left = p.UsernameLeft
	v.username.OnSubmitted = func(string) { v.enter() }
	v.usernameField = control.NewField("E-mail", look.ContentWidth, v.username, false)
	v.username.Notice = func(words string) { v.usernameField.Say(words, control.Soft) }

	v.take = control.NewButton(control.Inline, "Use it", p.TakeMeant)
	v.meant = control.NewText("", look.Small, look.ContentWidth-v.take.MinSize().Width-look.Grid).Tone(control.Attention)
	v.meantLine = container.New(control.Ends{}, v.meant, v.take)

	v.line = newPasswordLine("Password", askCaps, func(text string) { p.Typed(text == "") }, v.enter)
	v.password, v.reveal = v.line.entry, v.line.reveal

	v.code = control.NewCodeEntry("Code")
	v.code.OnSubmitted = func(string) { v.enter() }
	v.codeField = control.NewField("Code, if you use an authenticator app", look.ContentWidth, v.code, false)
	v.code.Notice = func(words string) { v.codeField.Say(words, control.Soft) }
	v.codePlace = control.Stack(0, v.codeField.CanvasObject, control.Space(12))
	v.submit = control.NewButton(control.Primary, "Sign in", v.enter)
	v.explain = control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft).Center()
	v.explained = control.Stack(0, control.Space(6), v.explain) // clear of the button's ring
	v.company = control.NewButton(control.Secondary, "", func() { p.Use("company", v.username.Text) })
	v.tight, v.below, v.above, v.quiet = &control.Inset{}, &control.Inset{}, &control.Inset{}, &control.Inset{}
	v.or = container.New(v.tight, control.NewLine("or"))
	v.forgot = control.NewButton(control.Quiet, "Forgot password?", p.ForgotPassword)
	v.other = control.NewButton(control.Quiet, "Other ways", p.OtherWays)
	v.trouble = control.NewButton(control.Quiet, "Trouble?", p.Diagnose)
	v.cancel = control.NewButton(control.Quiet, "Cancel", p.Back)
	v.slow = control.NewText("Still working …", look.Body, 0).Tone(control.Soft)
	v.passwordPlace = control.Stack(0, v.line.field.CanvasObject)
	v.title = control.Stack(0, control.NewText("Sign in", look.Title, look.ContentWidth).Bold(), control.Space(16))
	v.root = control.Stack(0,
		v.title,
		container.New(v.below, control.Stack(0, v.usernameField.CanvasObject, v.meantLine)),
		v.passwordPlace, container.New(v.above, control.Stack(0, v.codePlace)),
		v.submit, v.explained,
		v.or, v.company,
		container.New(v.quiet, container.New(reserve{36}, container.New(control.Row{Gap: 4, Center: true}, v.forgot, v.other, v.trouble, v.slow, v.cancel))))
	return v
}

func (v *formView) object() fyne.CanvasObject { return v.root }

func (v *formView) draw(f present.Frame) {
	s, ok := f.Screen.(present.SignIn)
	if !ok {
		return
	}
	if s.Username != v.filled || strings.TrimSpace(v.username.Text) == "" {
		v.filled = s.Username
		if s.Username != strings.TrimSpace(v.username.Text) {
			v.username.SetText(s.Username)
			v.username.CursorColumn = len([]rune(s.Username))
		}
	}
	if s.Clear != v.clear {
		v.clear = s.Clear
		v.line.clear()
		v.code.Clear()
	}
	busy := s.Busy.What != ""
	show(v.title, f.Problem == nil) // the panel takes its place
	v.beside = f.Problem != nil
	v.closer(false)
	show(v.passwordPlace, s.Password)
	show(v.codePlace, s.Code)
	enable(v.code, !busy)
	v.drawFirst(s.CompanyFirst)
	enable(v.username, !busy)
	v.submit.SetText(s.Button)
	v.submit.SetBusy("")
	v.company.SetBusy("")
	if busy && s.Busy.On == "company" {
		v.company.SetBusy(s.Busy.What)
	} else {
		v.submit.SetBusy(s.Busy.What)
	}
	enable(v.submit, !s.Paused && (!busy || s.Busy.On != "company"))
	enable(v.company, !busy || s.Busy.On == "company")
	v.company.SetText(s.Company)
	v.explain.Set(s.Explain)
	show(v.explained, s.Explain != "")
	show(v.company, s.Company != "")
	show(v.or, s.Company != "")
	show(v.forgot, s.Forgot && !busy)
	show(v.other, s.Ways && !busy)
	show(v.trouble, !busy || s.Slow)
	show(v.slow, s.Slow && busy)
	show(v.cancel, busy)
	usernameFault := faultAt(f, present.FocusUsername)
	v.usernameField.SetFault(usernameFault != "")
	v.usernameField.Say(usernameFault, control.Blocked)
	v.meant.Set("Did you mean " + s.Meant + "?")
	show(v.meantLine, s.Meant != "" && usernameFault == "")
	enable(v.take, !busy)
	v.line.draw(!busy, faultAt(f, present.FocusPassword))
}

// faultAt is what is wrong with a field, to be said beside it too: the panel may be out of sight. A network that is gone, or a session
// that has ended, is no fault of a field.
func faultAt(f present.Frame, field present.Focus) string {
	if f.Problem == nil || f.Problem.Good || !f.Problem.Refused() || f.Focus != field {
		return ""
	}
	return cmp.Or(f.Problem.Fault, f.Problem.Title)
}

// closer puts the parts of the form closer together: somewhat beside a problem, and as far as they go where there is no room.
func (v *formView) closer(most bool) {
	v.tight.Top, v.tight.Bottom, v.below.Bottom, v.above.Top, v.quiet.Top = 6, 6, 12, 8, 4
	switch {
	case most:
		v.tight.Top, v.tight.Bottom, v.below.Bottom, v.above.Top, v.quiet.Top = 0, 0, 2, 4, 0
	case v.beside:
		v.tight.Top, v.tight.Bottom, v.below.Bottom = 2, 2, 4
	}
}

func (v *formView) mask() { v.line.mask() }

func (v *formView) enter() { v.p.SubmitWithCode(v.username.Text, v.password.Text, v.code.Code()) }

// drawFirst makes the company's button the one to press, where the server lets nobody in by password.
func (v *formView) drawFirst(company bool) {
	v.companyFirst = company
	v.submit.SetKind(control.Primary)
	v.company.SetKind(control.Secondary)
	if company {
		v.submit.SetKind(control.Secondary)
		v.company.SetKind(control.Primary)
	}
}

func (v *formView) focus(where present.Focus) fyne.Focusable {
	switch where {
	case present.FocusUsername:
		return v.username
	case present.FocusPassword:
		if v.passwordPlace.Visible() {
			return v.password
		}
		return v.username
	case present.FocusCode:
		return v.code
	case present.FocusNone:
		return nil
	default:
		if v.companyFirst {
			return v.company
		}
		return v.submit
	}
}

func enable(d fyne.Disableable, enabled bool) {
	switch {
	case enabled && d.Disabled():
		d.Enable()
	case !enabled && !d.Disabled():
		d.Disable()
	}
}
