package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// newPasswordView asks for a new password.
type newPasswordView struct {
	p              *present.Presenter
	root           *fyne.Container
	head           *fyne.Container
	title, explain *control.Text
	line           *passwordLine
	meter          *control.Meter
	worth          *control.Text
	rules          *fyne.Container
	rows           []*ruleRow
	submit         *control.Button
	ways, cancel   *control.Button
	clear          int

	above, below, around *control.Inset // the button, what is below it, and each rule
	room                 *room          // of what is said about the password
}

func newNewPasswordView(p *present.Presenter, askCaps func(func(on bool))) *newPasswordView {
	v := &newPasswordView{
		p:       p,
		title:   control.NewText("", look.Title, look.ContentWidth).Bold(),
		explain: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		meter:   control.NewMeter(),
		worth:   control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft),
		rules:   container.New(control.Flow{Width: look.ContentWidth, Gap: 8}),
		above:   &control.Inset{}, below: &control.Inset{}, around: &control.Inset{}, room: &room{},
	}
	v.line = newPasswordLine("New password", askCaps, p.NewPasswordTyped, v.enter)
	v.submit = control.NewButton(control.Primary, "Change password", v.enter)
	v.ways = control.NewButton(control.Quiet, "Another way", p.OtherWays)
	v.cancel = control.NewButton(control.Quiet, "Cancel", p.Back)
	v.closer(false)
	v.head = control.Stack(4, v.title, v.explain, control.Space(12))
	v.root = control.Stack(0,
		v.head,
		v.line.field.CanvasObject, control.Space(4),
		v.meter, control.Space(4),
		container.New(v.room, v.worth), control.Space(8),
		v.rules, container.New(v.above, v.submit),
		container.New(v.below, container.New(control.Row{Gap: 4, Center: true}, v.ways, v.cancel)))
	return v
}

// closer leaves less room between things: the server may ask for much, beside a problem, and the button stays in sight.
func (v *newPasswordView) closer(most bool) {
	v.above.Top, v.below.Top, v.around.Top, v.around.Bottom, v.room.least = 16, 8, 2, 2, 51
	if most {
		v.above.Top, v.below.Top, v.around.Top, v.around.Bottom, v.room.least = 8, 2, 0, 0, 34
	}
}

func (v *newPasswordView) object() fyne.CanvasObject { return v.root }

func (v *newPasswordView) draw(f present.Frame) {
	s, ok := f.Screen.(present.NewPassword)
	if !ok {
		return
	}
	v.title.Set(s.Title)
	set(v.explain, s.Explain)
	show(v.head, f.Problem == nil) // the panel takes its place
	if s.Clear != v.clear {
		v.clear = s.Clear
		v.line.clear()
	}
	busy := s.Busy.What != ""
	v.line.draw(!busy, faultAt(f, present.FocusNewPassword))
	v.drawWorth(s)
	v.drawRules(s.Rules)
	v.submit.SetBusy(s.Busy.What)
	show(v.ways, s.Ways && !busy)
}

func (v *newPasswordView) drawWorth(s present.NewPassword) {
	tone := []control.Tone{control.Blocked, control.Blocked, control.Attention, control.Good, control.Good}[min(max(s.Strength.Score, 0), 4)]
	switch {
	case !s.Typed:
		v.meter.Set(0, control.Soft)
		v.worth.Set("Several words that do not belong together are easy to keep in mind and hard to guess.")
	default:
		v.meter.Set(max(1, s.Strength.Score), tone)
		v.worth.Set(s.Strength.Words)
	}
}

func (v *newPasswordView) drawRules(rules []present.Rule) {
	for len(v.rows) < len(rules) {
		row := newRuleRow(v.around)
		v.rows = append(v.rows, row)
		v.rules.Add(row.root)
	}
	for i, row := range v.rows {
		show(row.root, i < len(rules))
		if i < len(rules) {
			row.draw(rules[i])
		}
	}
}

func (v *newPasswordView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.line.entry
}

func (v *newPasswordView) enter() { v.p.SubmitNewPassword(v.line.entry.Text) }

func (v *newPasswordView) mask() { v.line.mask() }

const ruleText = look.ContentWidth - 22

// ruleRow is one thing the server asks: a mark and words.
type ruleRow struct {
	root *fyne.Container
	mark *control.Mark
	text *control.Text
}

func newRuleRow(around *control.Inset) *ruleRow {
	r := &ruleRow{mark: control.NewMark(control.Later, control.Soft, 14), text: control.NewText("", look.Body, ruleText)}
	r.root = container.New(around, container.New(control.Row{Gap: 8}, r.mark, r.text))
	return r
}

func (r *ruleRow) draw(rule present.Rule) {
	r.text.Set(rule.Text)
	r.text.SetWidth(ruleText)
	if halfRule := (look.ContentWidth-8)/2 - 22; fyne.MeasureText(rule.Text, look.Body, fyne.TextStyle{}).Width <= halfRule {
		r.text.SetWidth(halfRule) // two beside each other
	}
	tone := control.Soft
	switch rule.Sign {
	case present.Met:
		r.mark.Set(control.Ticked, control.Good)
		tone = control.Ink
	case present.Untold:
		r.mark.Set(control.Left, control.Soft)
	case present.Broken:
		r.mark.Set(control.Stop, control.Blocked)
		tone = control.Ink
	default:
		r.mark.Set(control.Later, control.Soft)
	}
	r.text.SetTone(tone)
}
