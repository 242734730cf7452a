package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// setupView asks for an organisation.
type setupView struct {
	p             *present.Presenter
	root          *fyne.Container
	title, text   *control.Text
	place, client *control.Entry
	placeField    *control.Field
	clientField   *control.Field
	save          *control.Button
	back          *control.Button
	first         bool
}

func newSetupView(p *present.Presenter) *setupView {
	v := &setupView{
		p:      p,
		title:  control.NewText("", look.Title, look.ContentWidth).Bold(),
		text:   control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		place:  control.NewEntry("Region or address"),
		client: control.NewEntry("Client ID"),
		back:   control.NewButton(control.Quiet, "Back", p.Back),
	}
	v.save = control.NewButton(control.Primary, "Continue", v.enter)
	v.place.OnChanged = p.PlaceTyped
	v.place.OnSubmitted = func(string) { v.enter() }
	v.client.OnSubmitted = func(string) { v.enter() }
	v.placeField = control.NewField("Region or address", look.ContentWidth, v.place, true)
	v.clientField = control.NewField("Client ID", look.ContentWidth, v.client, true)
	v.root = control.Stack(0,
		v.title, control.Space(4), v.text, control.Space(20),
		v.placeField.CanvasObject, control.Space(8),
		v.clientField.CanvasObject, control.Space(12),
		v.save, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, v.back, control.NewButton(control.Quiet, "Trouble?", p.Diagnose)))
	return v
}

func (v *setupView) object() fyne.CanvasObject { return v.root }

func (v *setupView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Setup)
	if !ok {
		return
	}
	if s.First {
		v.title.Set("Where do you work?")
		v.text.Set("Latchkey needs to know once which server you sign in to. Your IT knows both answers, or has a settings file for you.")
	} else {
		v.title.Set("Add an organisation")
		v.text.Set("Your IT knows both answers.")
	}
	if s.Place != "" && v.place.Text == "" {
		v.place.SetText(s.Place)
		v.client.SetText(s.Client)
	}
	v.first = s.First
	show(v.back, !s.First)
	busy := s.Busy.What != ""
	enable(v.place, !busy)
	enable(v.client, !busy)
	v.save.SetBusy(s.Busy.What)
	v.placeField.SetFault(s.Fault == present.FocusPlace)
	v.clientField.SetFault(s.Fault == present.FocusClient)
	switch {
	case s.Fault == present.FocusPlace:
		v.placeField.Say(s.Why, control.Blocked)
	case s.Found != "":
		v.placeField.Say("You will sign in at "+s.Host, control.Soft) // nobody has vouched for it
		if s.Genesys {
			v.placeField.Say("Genesys Cloud, "+s.Found+": "+s.Host, control.Good)
		}
		if s.Known != "" {
			v.placeField.Say(s.Known+" signs in there already", control.Attention)
		}
	default:
		v.placeField.Say("For example euw2, mypurecloud.ie or login.acme.example", control.Soft)
	}
	if s.Fault == present.FocusClient {
		v.clientField.Say(s.Why, control.Blocked)
	} else {
		v.clientField.Say("Names this app at the server. It is not a password.", control.Soft)
	}
}

func (v *setupView) focus(where present.Focus) fyne.Focusable {
	switch where {
	case present.FocusNone:
		return nil
	case present.FocusClient:
		return v.client
	default:
		return v.place
	}
}

func (v *setupView) enter() { v.p.SaveOrganization(v.place.Text, v.client.Text) }

// orgsView lists the organisations.
type orgsView struct {
	p    *present.Presenter
	root *fyne.Container
	list *fyne.Container
	rows []*control.Button
	back *control.Button
}

func newOrgsView(p *present.Presenter) *orgsView {
	v := &orgsView{p: p, list: control.Stack(8), back: control.NewButton(control.Quiet, "Back", p.Back)}
	v.root = control.Stack(0,
		control.NewText("Choose an organisation", look.Title, look.ContentWidth).Bold(), control.Space(16),
		v.list, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, control.NewButton(control.Quiet, "Add an organisation", p.AddOrganization), v.back))
	return v
}

func (v *orgsView) object() fyne.CanvasObject { return v.root }

func (v *orgsView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Orgs)
	if !ok {
		return
	}
	if len(v.rows) == len(s.Rows) {
		for i, o := range s.Rows {
			v.rows[i].SetText(o.Name)
			v.rows[i].SetSub(o.Sub)
		}
		return
	}
	v.rows, v.list.Objects = nil, nil
	for _, o := range s.Rows {
		row := control.NewRow(o.Name, o.Sub, func() { v.p.Switch(o.ID) })
		v.rows = append(v.rows, row)
		v.list.Add(row)
	}
	control.Listed(v.rows)
}

func (v *orgsView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	if len(v.rows) > 0 {
		return v.rows[0]
	}
	return v.back
}

func (v *orgsView) enter() {}
