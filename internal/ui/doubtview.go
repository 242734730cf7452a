package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// doubtView shows an address that looks like another one, letter by letter.
type doubtView struct {
	p           *present.Presenter
	root        *fyne.Container
	why         *control.Text
	host, like  *fyne.Container
	likePlace   *fyne.Container
	really, odd *control.Text
	back, add   *control.Button
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
	label := func(words string) fyne.CanvasObject {
		return control.NewText(words, look.Small, doubtText).Tone(control.Soft)
	}
	v.likePlace = control.Stack(4, control.Space(4), label("It looks like"), v.like)
	v.root = control.Stack(0,
		control.NewText("Look twice", look.Title, look.ContentWidth).Bold(), control.Space(4), v.why, control.Space(16),
		control.NewCard(control.AttentionGround, control.Stack(4, label("You typed"), v.host, v.odd, v.really, v.likePlace)), control.Space(12),
		control.NewText("Whoever made such an address may want your password. Add it only if IT gave you exactly this one.", look.Body, look.ContentWidth),
		control.Space(20), v.back, control.Space(8),
		container.New(control.Row{Center: true}, v.add))
	return v
}

func (v *doubtView) object() fyne.CanvasObject { return v.root }

func (v *doubtView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Doubt)
	if !ok {
		return
	}
	v.why.Set(s.Why)
	spell(v.host, s.Host)
	spell(v.like, s.Like)
	show(v.likePlace, len(s.Like) > 0)
	set(v.odd, s.Odd)
	set(v.really, "")
	if s.Really != "" {
		set(v.really, "Really: "+s.Really)
	}
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
	return v.back
}

func (v *doubtView) enter() {}
