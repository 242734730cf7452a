package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/signin"
	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// browserView follows a sign-in in the browser.
type browserView struct {
	p      *present.Presenter
	root   *fyne.Container
	stages [3]*stageRow
	open   *control.Button
	copy   *control.Button
	ways   *control.Button
	others *control.Button
	left   *control.Text

	why      *control.Text
	hint     *control.Card
	hintText *control.Text
	link     *control.Text

	fold      *control.Button
	pasteBox  *fyne.Container
	paste     *control.Entry
	pasteLine *control.Field
	pasted    int
	unfolded  bool
}

// stageRow is one stage: a mark and words.
type stageRow struct {
	root *fyne.Container
	mark *control.Mark
	text *control.Text
}

func newStageRow() *stageRow {
	r := &stageRow{mark: control.NewMark(control.Later, control.Soft, 20), text: control.NewText("", look.Control, look.ContentWidth-32).Lines(2)}
	r.root = container.New(markAndWords{drop: 2}, r.mark, r.text)
	return r
}

func (r *stageRow) draw(sign control.Sign, words string) {
	tone := control.Soft
	switch sign {
	case control.Ticked:
		tone = control.Good
	case control.Now:
		tone = control.Accent
	case control.Warn:
		tone = control.Attention
	}
	r.mark.Set(sign, tone)
	r.text.Set(words)
	if sign == control.Later {
		r.text.SetTone(control.Soft)
	} else {
		r.text.SetTone(control.Ink)
	}
}

func newBrowserView(p *present.Presenter) *browserView {
	v := &browserView{p: p}
	stages := control.Stack(12)
	for i := range v.stages {
		v.stages[i] = newStageRow()
		stages.Add(v.stages[i].root)
	}
	v.open = control.NewButton(control.Secondary, "Open again", p.OpenAgain)
	v.copy = control.NewButton(control.Secondary, "Copy link", p.CopyLink)
	v.ways = control.NewButton(control.Quiet, "Another way", p.OtherWays)
	v.others = control.NewButton(control.Quiet, "Another browser", p.OtherBrowsers)
	v.left = control.NewText("", look.Small, 0).Tone(control.Soft)
	v.hintText = control.NewText("", look.Body, panelText)
	v.link = control.NewText("", look.Small, panelText).Mono()
	v.hint = control.NewCard(control.AttentionGround, container.New(markAndWords{}, control.NewMark(control.Warn, control.Attention, 20), control.Stack(6, v.hintText, v.link)))

	v.fold = control.NewButton(control.Quiet, "The page shows an address instead?", v.toggle)
	v.paste = control.NewEntry("Address the browser ended on")
	v.paste.OnSubmitted = func(string) { v.send() }
	v.pasteLine = control.NewField("Paste the whole address here", look.ContentWidth, v.paste, false)
	v.paste.Notice = func(words string) { v.pasteLine.Say(words, control.Soft) }
	v.pasteBox = control.Stack(8, v.pasteLine.CanvasObject, control.NewButton(control.Secondary, "Continue", v.send))
	v.pasteBox.Hide()

	v.why = control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft)
	v.root = control.Stack(0,
		control.Stack(4, control.NewText("Continue in your browser", look.Title, look.ContentWidth).Bold(), v.why), control.Space(16),
		stages, control.Space(20),
		container.New(control.Row{Gap: 12, Equal: true}, v.open, v.copy), control.Space(8),
		container.New(control.Row{Gap: 4, Center: true}, v.others, v.ways, control.NewButton(control.Quiet, "Cancel", p.Back)),
		container.New(control.Row{Gap: 4, Center: true}, v.fold),
		container.New(control.Row{Center: true}, v.left),
		control.Space(8),
		v.pasteBox, v.hint)
	return v
}

func (v *browserView) object() fyne.CanvasObject { return v.root }

func (v *browserView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Browser)
	if !ok {
		return
	}
	at := s.Host
	if f.Where.Name != "" {
		at = f.Where.Name
	}
	switch s.Stage {
	case signin.Reached:
		v.stages[0].draw(control.Ticked, "Browser opened")
		v.stages[1].draw(control.Now, "Signing in at "+at+" …")
		v.stages[2].draw(control.Later, "Back here")
	case signin.Returned:
		v.stages[0].draw(control.Ticked, "Browser opened")
		v.stages[1].draw(control.Ticked, "Signed in at "+at)
		v.stages[2].draw(control.Now, "Back here, checking the answer …")
	default:
		v.stages[0].draw(control.Now, "Opening your browser …")
		if s.Closed {
			v.stages[0].draw(control.Warn, "The browser did not open")
		}
		v.stages[1].draw(control.Later, "Sign in at "+at)
		v.stages[2].draw(control.Later, "Back here")
	}
	set(v.why, s.Why)
	enable(v.open, !s.Busy)
	enable(v.copy, !s.Busy)
	if s.Copied {
		v.copy.SetText("Link copied")
	} else {
		v.copy.SetText("Copy link")
	}
	show(v.ways, s.Ways && !s.Busy)
	show(v.others, s.Others && !s.Busy)
	show(v.fold, !s.Busy)
	show(v.pasteBox, v.unfolded && !s.Busy)
	set(v.left, s.Left)
	v.hintText.Set(s.Hint)
	if s.Help {
		set(v.link, "")
	} else {
		set(v.link, s.Link)
	}
	show(v.hint, s.Hint != "")
	if s.Paste != v.pasted {
		v.pasted = s.Paste
		v.paste.SetText("")
	}
	v.pasteLine.SetFault(s.Fault != "")
	if s.Fault != "" {
		v.pasteLine.Say(s.Fault, control.Blocked)
	}
}

func (v *browserView) toggle() {
	v.unfolded = !v.unfolded
	show(v.pasteBox, v.unfolded)
	c := fyne.CurrentApp().Driver().CanvasForObject(v.root)
	if c == nil {
		return
	}
	c.Content().Refresh()
	if v.unfolded {
		c.Focus(v.paste)
	}
}

func (v *browserView) send() { v.p.PasteBack(v.paste.Text) }

func (v *browserView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	if v.open.Disabled() {
		return nil
	}
	return v.open
}

func (v *browserView) enter() { v.p.OpenAgain() }
