package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// doubtView shows an address that looks like another one, letter by letter. The letters come first and have the focus: they are what is
// to be looked at, and in sight however small the window is.
type doubtView struct {
	p           *present.Presenter
	root        *fyne.Container
	letters     *control.Banner
	spoken      string
	why         *control.Text
	host, like  *fyne.Container
	likePlace   *fyne.Container
	really, odd *control.Text
	back, add   *control.Button
	title       *control.Text
	typed, was  *control.Text // labels
	advice      *control.Text
	orgs, check *control.Button
}

const doubtText = look.ContentWidth - 32

func newDoubtView(p *present.Presenter) *doubtView {
	spelled := func() *fyne.Container { return container.New(control.Flow{Width: doubtText}) }
	v := &doubtView{
		p: p, why: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		host: spelled(), like: spelled(),
		really: control.NewText("", look.Small, doubtText).Mono(),
		odd:    control.NewText("", look.Body, doubtText),
		back:   control.NewButton(control.Primary, "Go back", p.Back),
		add:    control.NewButton(control.Quiet, "It is right, add it", p.AddDoubtful),
	}
	label := func() *control.Text { return control.NewText("", look.Small, doubtText).Tone(control.Soft) }
	v.typed, v.was = label(), label()
	v.title = control.NewText("", look.Title, look.ContentWidth).Bold()
	v.advice = control.NewText("", look.Body, look.ContentWidth)
	v.check = control.NewButton(control.Quiet, "Check again", p.CheckAgain)
	v.orgs = control.NewButton(control.Quiet, "Another organisation", p.Organizations)
	v.likePlace = control.Stack(4, v.was, v.like)
	v.letters = control.NewBanner(control.AttentionGround, control.Stack(4, v.typed, v.host, v.odd, v.really, v.likePlace), func() string { return v.spoken })
	v.letters.OnEnter = p.Back
	v.root = control.Stack(0,
		v.title, control.Space(8), v.letters, control.Space(12),
		v.why, control.Space(8), v.advice,
		control.Space(20), v.back, control.Space(8),
		container.New(control.Row{Gap: 4, Center: true}, v.add, v.check, v.orgs))
	return v
}

func (v *doubtView) object() fyne.CanvasObject { return v.root }

func (v *doubtView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Doubt)
	if !ok {
		return
	}
	v.title.Set("Look twice")
	v.typed.Set("You typed")
	v.was.Set("It looks like")
	v.advice.Set("Whoever made such an address may want your password. Add it only if IT gave you exactly this one.")
	if s.Moved {
		v.title.Set("Another server")
		v.typed.Set("The settings now name")
		v.was.Set("You signed in at")
		v.advice.Set("Do not sign in before IT says that this is right. Once they have put it right, check again.")
	}
	if s.Moved && s.Passwords {
		v.typed.Set("Passwords would now go to")
	}
	show(v.add, !s.Moved)
	show(v.check, s.Moved)
	show(v.orgs, s.Moved)
	v.why.Set(s.Why)
	spell(v.host, s.Host)
	spell(v.like, s.Like)
	show(v.likePlace, len(s.Like) > 0)
	set(v.odd, s.Odd)
	set(v.really, "")
	if s.Really != "" {
		set(v.really, "Really: "+s.Really)
	}
	v.spoken = v.typed.String() + " " + present.Spelled(s.Host) + "."
	if len(s.Like) > 0 {
		v.spoken += " " + v.was.String() + " " + present.Spelled(s.Like) + "."
	}
	v.spoken = strings.TrimSpace(v.spoken + " " + s.Odd)
	v.add.SetBusy(s.Busy.What)
	enable(v.back, s.Busy.What == "")
}

// spell shows a host letter by letter. What differs is underlined, bold and in another colour.
func spell(place *fyne.Container, letters []present.Letter) {
	place.Objects = nil
	for _, l := range letters {
		text := control.NewText(l.Text, look.Control+2, 0).Mono()
		if l.Differs && strings.TrimSpace(l.Text) != "" {
			text.Bold().Tone(control.Blocked)
			place.Add(control.Stack(0, text, control.NewBar(control.Blocked)))
			continue
		}
		place.Add(control.Stack(0, text, control.Space(2)))
	}
	place.Refresh()
}

func (v *doubtView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.letters
}

func (v *doubtView) enter() {}
