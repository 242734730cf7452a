package ui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// rowText is the width of words in a row: the mark takes the rest.
const rowText = look.ContentWidth - 28

// checkRow is one check: what was found in one line, and the rest on demand.
type checkRow struct {
	p     *present.Presenter
	id    string
	shown present.CheckRow
	root  *fyne.Container

	head   *control.Area
	mark   *control.Mark
	title  *control.Text
	took   *control.Text
	corner *control.Mark
	line   *control.Text // in one line
	whole  *control.Text // all of it

	body    *fyne.Container
	fix     *control.Text
	trips   *fyne.Container
	scale   *fyne.Container
	repairs *fyne.Container
	asking  *fyne.Container
	ask     *askCard
	unfold  *control.Button
	follows *fyne.Container
	more    *control.Button
	facts   *fyne.Container
}

func newCheckRow(p *present.Presenter, id string) *checkRow {
	v := &checkRow{
		p: p, id: id,
		mark:   control.NewMark(control.Later, control.Soft, 18),
		title:  control.NewText("", look.Body, 0),
		took:   control.NewText("", look.Small, 0).Tone(control.Soft),
		corner: control.NewMark(control.More, control.Soft, 12),
		line:   control.NewText("", look.Small, rowText).Tone(control.Soft).Lines(1),
		whole:  control.NewText("", look.Body, rowText),
		fix:    control.NewText("", look.Body, rowText).Bold(),
		trips:  control.Stack(4), scale: control.Stack(4), asking: control.Stack(0),
		repairs: container.New(control.Flow{Width: rowText, Gap: 8}),
		unfold:  control.NewButton(control.Inline, "", func() { p.UnfoldRow(id) }),
		more:    control.NewButton(control.Inline, "Details", func() { p.DetailRow(id) }),
		follows: control.Stack(6), facts: control.Stack(2),
	}
	v.head = control.NewArea(container.New(control.Inset{Top: 8, Bottom: 8},
		control.Stack(1, container.New(rowHead{}, v.mark, v.title, v.took, v.corner),
			container.New(control.Inset{Left: 28}, control.Stack(0, v.line, v.whole)))),
		v.spoken, func() { p.OpenRow(id) })
	quiet := container.New(control.Inset{Left: -8}, container.New(control.Row{Gap: 0}, v.unfold, v.more))
	v.body = container.New(control.Inset{Left: 28, Bottom: 6},
		control.Stack(8, v.fix, v.trips, v.scale, v.repairs, v.asking, control.Stack(6, quiet, v.follows, v.facts)))
	v.root = control.Stack(0, v.head, v.body)
	return v
}

var sightWords = map[present.Sight]string{
	present.Fine: "fine", present.Attention: "attention", present.Blocking: "keeps you out", present.NotRun: "not run", present.NotKnown: "not known", present.Looking: "waiting",
}

func (v *checkRow) spoken() string {
	return strings.TrimSpace(fmt.Sprintf("%s, %s. %s", v.shown.Title, sightWords[v.shown.Sight], v.shown.Line))
}

func (v *checkRow) draw(r present.CheckRow) {
	before := v.shown
	v.shown = r
	v.mark.Set(markOf(r.Sight))
	v.title.Set(r.Title)
	v.took.Set(r.Time)
	v.line.Set(r.Line)
	set(v.whole, r.Line)
	show(v.line, !r.Open && r.Line != "")
	show(v.whole, r.Open && r.Line != "")
	corner := control.More
	if r.Open {
		corner = control.Less
	}
	v.corner.Set(corner, control.Soft)
	show(v.body, r.Open)
	if !r.Open {
		v.ask = nil
		v.asking.Objects = nil
		return
	}
	set(v.fix, r.Fix)
	v.drawFigures(before)
	v.drawRepairs(before)
	v.drawFolds()
	show(v.body, r.Fix != "" || r.Trips != nil || r.Scale != nil || len(r.Repairs)+len(r.Follows)+len(r.Facts) > 0)
}

func (v *checkRow) drawFigures(before present.CheckRow) {
	r := v.shown
	if !reflect.DeepEqual(before.Trips, r.Trips) || len(v.trips.Objects) == 0 {
		v.trips.Objects = nil
		if r.Trips != nil {
			v.trips.Objects = []fyne.CanvasObject{
				container.New(control.Row{}, control.NewTrips(r.Trips.Milliseconds)),
				control.NewText(r.Trips.Caption, look.Small, rowText).Tone(control.Soft),
			}
		}
	}
	if !reflect.DeepEqual(before.Scale, r.Scale) || len(v.scale.Objects) == 0 {
		v.scale.Objects = nil
		if s := r.Scale; s != nil {
			v.scale.Objects = []fyne.CanvasObject{
				control.NewText(s.Caption, look.Body, rowText).Bold(),
				control.NewScale(s.Offset, s.Uncertainty, s.Tolerated, rowText),
				control.NewText("Shaded: what one-time codes tolerate.", look.Small, rowText).Tone(control.Soft),
			}
		}
	}
	show(v.trips, r.Trips != nil)
	show(v.scale, r.Scale != nil)
}

func (v *checkRow) drawRepairs(before present.CheckRow) {
	r := v.shown
	if !slices.Equal(before.Repairs, r.Repairs) || len(v.repairs.Objects) != len(r.Repairs) {
		v.repairs.Objects = nil
		for _, repair := range r.Repairs {
			v.repairs.Add(control.NewButton(control.Compact, repair.Title, func() { v.p.Repair(v.id, repair.ID) }))
		}
	}
	show(v.repairs, len(r.Repairs) > 0 && r.Ask == nil)
	show(v.asking, r.Ask != nil)
	switch {
	case r.Ask == nil:
		v.ask, v.asking.Objects = nil, nil
		return
	case v.ask == nil:
		v.ask = newAskCard(v.p, v.id)
		v.asking.Objects = []fyne.CanvasObject{v.ask.root}
	}
	v.ask.draw(*r.Ask)
}

func (v *checkRow) drawFolds() {
	r := v.shown
	switch n := len(r.Follows); {
	case r.Unfolded:
		v.unfold.SetText("Hide what follows")
	case n == 1:
		v.unfold.SetText("1 more follows from this")
	default:
		v.unfold.SetText(fmt.Sprintf("%d more follow from this", n))
	}
	show(v.unfold, len(r.Follows) > 0)
	v.follows.Objects = nil
	show(v.follows, r.Unfolded)
	for _, c := range r.Follows {
		v.follows.Add(container.New(markAndWords{drop: 1}, control.NewMark(control.Left, control.Soft, 16),
			control.Stack(0, control.NewText(c.Title, look.Body, rowText-28), control.NewText(c.Line, look.Small, rowText-28).Tone(control.Soft))))
	}
	v.more.SetText("Details")
	if r.Detailed {
		v.more.SetText("Less")
	}
	show(v.more, len(r.Facts) > 0)
	v.facts.Objects = nil
	show(v.facts, r.Detailed)
	for _, d := range r.Facts {
		v.facts.Add(container.New(nameAndValue{},
			control.NewText(d.Name, look.Small, factName).Tone(control.Soft),
			control.NewText(d.Value, look.Small, rowText-factName).Mono()))
	}
}

const factName = 116

// askCard asks once before something is lost.
type askCard struct {
	root     *control.Card
	loses    *control.Text
	fault    *control.Text
	yes      *control.Button
	keep     *control.Button
	question *control.Text
}

func newAskCard(p *present.Presenter, check string) *askCard {
	const width = rowText - 32
	a := &askCard{
		question: control.NewText("", look.Body, width).Bold(),
		loses:    control.NewText("", look.Body, width),
		fault:    control.NewText("", look.Body, width).Tone(control.Blocked),
		yes:      control.NewButton(control.Compact, "", func() { p.ConfirmRepair(check) }),
		keep:     control.NewButton(control.Quiet, "Leave it", p.DropRepair),
	}
	a.root = control.NewCard(control.AttentionGround, control.Stack(6, a.question, a.loses, a.fault,
		container.New(control.Flow{Width: width, Gap: 4}, a.yes, a.keep)))
	return a
}

func (a *askCard) draw(q present.Ask) {
	set(a.question, q.Title+"?")
	set(a.loses, q.Loses)
	set(a.fault, q.Fault)
	a.yes.SetText(q.Title)
	a.yes.SetBusy("")
	if q.Busy {
		a.yes.SetBusy("One moment")
	}
	enable(a.keep, !q.Busy)
}

// rowHead is mark, title, and at the right end time and corner.
type rowHead struct{}

func (rowHead) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(look.ContentWidth, max(20, objects[1].MinSize().Height))
}

func (rowHead) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	middle := func(o fyne.CanvasObject, x float32) {
		min := o.MinSize()
		o.Move(fyne.NewPos(x, (size.Height-min.Height)/2))
		o.Resize(min)
	}
	middle(objects[0], 0)
	middle(objects[1], 28)
	end := size.Width - objects[3].MinSize().Width
	middle(objects[3], end)
	middle(objects[2], end-8-objects[2].MinSize().Width)
}
