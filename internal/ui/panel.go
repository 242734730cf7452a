package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// panelText is the width of words in a panel: its frame and the mark take the rest.
const (
	panelText  = look.ContentWidth - 2*16 - 28
	detailName = 80
)

// problemPanel tells what happened, why, and what to do, above the screen.
type problemPanel struct {
	root   *fyne.Container
	banner *control.Banner

	mark        *control.Mark
	title, text *control.Text
	code        *control.Text
	left        *control.Text
	aside       *control.Text
	act         *control.Button
	besides     *control.Button
	why         *control.Button
	more, copy  *control.Button
	looking     *fyne.Container
	words       *fyne.Container
	fits        float32        // the height of the words that there is room for; 0: any
	room        *room          // of everything
	below       *control.Inset // the panel
	dots        *control.Dots
	details     *fyne.Container
	spoken      string
	open        bool
	shown       *present.Problem
}

func newProblemPanel(p *present.Presenter) *problemPanel {
	v := &problemPanel{
		mark:    control.NewMark(control.Stop, control.Blocked, 20),
		title:   control.NewText("", look.Body, panelText).Bold(),
		text:    control.NewText("", look.Body, panelText),
		code:    control.NewText("", look.Small, 0).Mono().Tone(control.Soft),
		act:     control.NewButton(control.Compact, "", p.Act),
		left:    control.NewText("", look.Body, panelText).Bold(),
		aside:   control.NewText("", look.Body, panelText),
		besides: control.NewButton(control.Inline, "", p.ActBesides),
		why:     control.NewButton(control.Inline, "Why?", p.Diagnose),
		copy:    control.NewButton(control.Inline, "Copy", p.CopyProblem),
		dots:    control.NewDots(control.Accent),
		room:    &room{},
	}
	v.looking = container.New(control.Row{Gap: 8}, v.dots, control.NewText("Finding out why", look.Small, 0).Tone(control.Soft))
	v.more = control.NewButton(control.Inline, "Details", v.toggle)
	v.details = control.Stack(2)
	v.words = control.Stack(2, v.title, v.text, v.left, v.aside, v.looking)
	head := container.New(markAndWords{}, v.mark, v.words)
	buttons := container.New(control.Inset{Left: 28}, container.New(control.Flow{Width: panelText, Gap: 4}, v.act, v.besides, v.why, v.more, v.copy, v.code))
	v.banner = control.NewBanner(control.BlockedGround, container.New(control.Inset{Bottom: -2}, control.Stack(6, head, v.details, buttons)),
		func() string { return v.spoken })
	v.banner.OnEnter = func() {
		if v.act.Visible() {
			p.Act()
		}
	}
	v.below = &control.Inset{Bottom: 12}
	v.root = container.New(v.below, container.New(v.room, v.banner))
	v.root.Hide()
	return v
}

// draw shows a problem. lines is the room for one whose cause is looked for; typing tells that somebody is in the middle of it.
func (v *problemPanel) draw(shown *present.Problem, lines int, typing bool) {
	if shown == nil {
		v.root.Hide()
		v.dots.Stop()
		v.shown, v.open = nil, false
		return
	}
	if v.shown == nil || v.shown.Mark != shown.Mark || v.shown.Code != shown.Code {
		v.open = false
	}
	before := v.shown
	v.shown = shown
	v.drawGround(shown)
	set(v.title, shown.Title)
	set(v.text, strings.TrimSpace(shown.Why+" "+shown.Fix))
	v.spoken = strings.TrimSpace(shown.Title + " " + v.text.String())
	set(v.left, "")
	if shown.Ends != "" {
		set(v.left, shown.Ends+", over in "+shown.Left)
		v.spoken += " " + shown.Ends + "."
	}
	v.spoken = strings.TrimSpace(v.spoken + " " + shown.Aside)
	set(v.code, shown.Code)
	show(v.looking, shown.Looking)
	if shown.Looking {
		v.dots.Start()
	} else {
		v.dots.Stop()
	}
	set(v.aside, shown.Aside)
	v.act.SetText(done(shown, shown.Action, shown.Button))
	v.besides.SetText(done(shown, shown.Besides, shown.BesidesButton))
	show(v.besides, shown.Besides != present.NoAction)
	show(v.act, shown.Action != present.NoAction)
	show(v.why, shown.Checked)
	show(v.more, len(shown.Details) > 0)
	if shown.Copied {
		v.copy.SetText("Copied")
	} else {
		v.copy.SetText("Copy")
	}
	v.drawDetails()
	v.makeRoom(before, lines, typing)
	v.cut()
	v.root.Show()
}

func (v *problemPanel) drawGround(shown *present.Problem) {
	switch {
	case shown.Good:
		v.banner.SetGround(control.GoodGround)
		v.mark.Set(control.Ticked, control.Good)
	case shown.Soft:
		v.banner.SetGround(control.AttentionGround)
		v.mark.Set(control.Warn, control.Attention)
	default:
		v.banner.SetGround(control.BlockedGround)
		v.mark.Set(control.Stop, control.Blocked)
	}
}

// done is what a button says: that it was pressed, where nothing else tells that.
func done(shown *present.Problem, a present.Action, button string) string {
	switch {
	case a == present.CopyLink && shown.LinkCopied:
		return "Link copied"
	case a == present.CopyIT && shown.Copied:
		return "Copied"
	}
	return button
}

// makeRoom keeps the place of a panel that changes what it says while somebody types below it: nothing may move under their fingers.
// While the cause is looked for there is room below the panel for what it will say; what does not fit is in the details.
func (v *problemPanel) makeRoom(before *present.Problem, lines int, typing bool) {
	shown := v.shown
	switch {
	case before == nil || before.Mark != shown.Mark:
		v.room.least, v.fits = 0, 0
		if shown.Looking {
			words := float32(lines)*20 + 4
			v.room.least = v.banner.MinSize().Height + max(0, words-v.words.MinSize().Height)
		}
	case shown.Good != before.Good, before.Looking && !shown.Looking:
		v.fits = 0
		if !typing {
			v.room.least = 0
			return
		}
		v.fits = v.room.least - (v.banner.MinSize().Height - v.words.MinSize().Height)
	}
}

// cut keeps the words within their room.
func (v *problemPanel) cut() {
	v.text.SetLines(0)
	if v.fits > 0 && !v.open {
		left := v.fits - v.title.MinSize().Height - 2
		v.text.SetLines(max(1, int(left)/20))
	}
}

// has reports whether what has the focus belongs to the panel; nothing has when its button is gone.
func (v *problemPanel) has(focused fyne.Focusable) bool {
	return focused == nil || focused == fyne.Focusable(v.banner) || slices.ContainsFunc([]*control.Button{v.act, v.besides, v.why}, func(b *control.Button) bool {
		return focused == fyne.Focusable(b)
	})
}

func (v *problemPanel) toggle() {
	v.open = !v.open
	v.drawDetails()
	v.root.Refresh()
	if c := fyne.CurrentApp().Driver().CanvasForObject(v.root); c != nil {
		c.Content().Refresh()
	}
}

func (v *problemPanel) drawDetails() {
	v.details.Objects = nil
	v.cut()
	show(v.details, v.open)
	show(v.copy, v.open)
	show(v.code, !v.open && v.code.String() != "")
	if !v.open {
		v.more.SetText("Details")
		return
	}
	v.more.SetText("Less")
	for _, d := range v.shown.Details {
		v.details.Add(container.New(control.Inset{Left: 28}, container.New(nameAndValue{},
			control.NewText(d.Name, look.Small, detailName).Tone(control.Soft),
			control.NewText(d.Value, look.Small, panelText-detailName).Mono())))
	}
}

// noticePanel tells something that stops nothing.
type noticePanel struct {
	root        *fyne.Container
	card        *control.Card
	mark        *control.Mark
	title, text *control.Text
}

func newNoticePanel() *noticePanel {
	v := &noticePanel{
		mark:  control.NewMark(control.Warn, control.Attention, 20),
		title: control.NewText("", look.Body, panelText).Bold(),
		text:  control.NewText("", look.Body, panelText),
	}
	v.card = control.NewCard(control.AttentionGround, container.New(markAndWords{}, v.mark, control.Stack(2, v.title, v.text)))
	v.root = container.New(control.Inset{Top: 12}, v.card)
	v.root.Hide()
	return v
}

func (v *noticePanel) draw(n *present.Notice) {
	if n == nil {
		v.root.Hide()
		return
	}
	if n.Good {
		v.card.SetGround(control.GoodGround)
		v.mark.Set(control.Ticked, control.Good)
	} else {
		v.card.SetGround(control.AttentionGround)
		v.mark.Set(control.Warn, control.Attention)
	}
	set(v.title, n.Title)
	set(v.text, n.Text)
	v.root.Show()
}

// markAndWords puts a mark to the left of words, at their first line.
type markAndWords struct{ drop float32 } // how far below the top the mark is

func (markAndWords) MinSize(objects []fyne.CanvasObject) fyne.Size {
	words := objects[1].MinSize()
	return fyne.NewSize(words.Width+28, max(20, words.Height))
}

func (l markAndWords) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, l.drop))
	objects[0].Resize(objects[0].MinSize())
	objects[1].Move(fyne.NewPos(28, 0))
	objects[1].Resize(fyne.NewSize(size.Width-28, size.Height))
}

// room keeps at least a height for its one thing, which stays as high as it is.
type room struct{ least float32 }

func (r *room) MinSize(objects []fyne.CanvasObject) fyne.Size {
	min := objects[0].MinSize()
	return fyne.NewSize(min.Width, max(min.Height, r.least))
}

func (r *room) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(size.Width, objects[0].MinSize().Height))
}

// nameAndValue puts a value beside its name.
type nameAndValue struct{}

func (nameAndValue) MinSize(objects []fyne.CanvasObject) fyne.Size {
	name, value := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(name.Width+value.Width, max(name.Height, value.Height))
}

func (nameAndValue) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	name := objects[0].MinSize().Width
	objects[0].Resize(fyne.NewSize(name, size.Height))
	objects[1].Move(fyne.NewPos(name, 0))
	objects[1].Resize(fyne.NewSize(size.Width-name, size.Height))
}

// set puts words into a text, which takes no place while it has none.
func set(t *control.Text, words string) {
	t.Set(words)
	show(t, words != "")
}

func show(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}
