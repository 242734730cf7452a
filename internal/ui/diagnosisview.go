package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// diagnosisView shows the verdict, then what was found.
type diagnosisView struct {
	p    *present.Presenter
	root *fyne.Container

	verdict     *control.Banner
	mark        *control.Mark
	title, text *control.Text
	progress    *control.Text
	dots        *control.Dots
	running     *fyne.Container
	spoken      string

	list    *fyne.Container
	rows    map[string]*checkRow
	waiting *control.Text

	foot       *fyne.Container
	again      *control.Button
	stop       *control.Button
	copy, save *control.Button
	shown      present.Diagnosis
}

func newDiagnosisView(p *present.Presenter) *diagnosisView {
	v := &diagnosisView{
		p:        p,
		mark:     control.NewMark(control.Now, control.Accent, 20),
		title:    control.NewText("", look.Control, panelText).Bold(),
		text:     control.NewText("", look.Body, panelText),
		progress: control.NewText("", look.Small, 0).Tone(control.Soft),
		dots:     control.NewDots(control.Accent),
		list:     control.Stack(0),
		rows:     map[string]*checkRow{},
		waiting:  control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft),
		again:    control.NewButton(control.Compact, "Run again", p.DiagnoseAgain),
		stop:     control.NewButton(control.Compact, "Stop", p.StopDiagnosis),
		copy:     control.NewButton(control.Quiet, "Copy", p.CopyReport),
		save:     control.NewButton(control.Quiet, "Save report", p.PreviewReport),
	}
	v.running = container.New(control.Row{Gap: 8}, v.dots, v.progress)
	words := control.Stack(4, v.title, v.text, v.running)
	v.verdict = control.NewBanner(control.RaisedGround, container.New(markAndWords{drop: 1}, v.mark, words), func() string { return v.spoken })
	v.verdict.OnEnter = v.enter
	v.root = control.Stack(0, v.verdict, control.Space(8), v.list, control.Space(8), v.waiting)
	v.foot = footOf(v.again, v.stop, v.copy, v.save, control.NewButton(control.Quiet, "Back", p.LeaveDiagnosis))
	return v
}

// footOf puts buttons below what scrolls.
func footOf(buttons ...*control.Button) *fyne.Container {
	row := container.New(control.Flow{Width: look.ContentWidth, Gap: 2})
	for _, b := range buttons {
		b.Still = true
		row.Add(b)
	}
	return control.Stack(0, control.NewLine(""), container.New(control.Inset{Top: 6, Bottom: 6}, container.New(control.Middle{Width: look.ContentWidth}, row)))
}

func (v *diagnosisView) object() fyne.CanvasObject { return v.root }
func (v *diagnosisView) footer() fyne.CanvasObject { return v.foot }

func (v *diagnosisView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Diagnosis)
	if !ok {
		return
	}
	v.shown = s
	v.drawVerdict(s)
	v.list.Objects = nil
	for i, r := range s.Rows {
		row := v.rows[r.ID]
		if row == nil {
			row = newCheckRow(v.p, r.ID)
			v.rows[r.ID] = row
		}
		row.draw(r)
		if i > 0 {
			v.list.Add(control.NewLine(""))
		}
		v.list.Add(row.root)
	}
	set(v.waiting, s.Waiting)
	show(v.stop, s.Running)
	show(v.again, !s.Running)
	show(v.copy, s.Report)
	show(v.save, s.Report)
	v.copy.SetText("Copy")
	if s.Copied {
		v.copy.SetText("Copied")
	}
}

func (v *diagnosisView) drawVerdict(s present.Diagnosis) {
	ground := control.RaisedGround
	switch s.Verdict.Sight {
	case present.Fine:
		ground = control.GoodGround
	case present.Attention:
		ground = control.AttentionGround
	case present.Blocking:
		ground = control.BlockedGround
	}
	v.verdict.SetGround(ground)
	v.mark.Set(markOf(s.Verdict.Sight))
	v.title.Set(s.Verdict.Title)
	set(v.text, s.Verdict.Text)
	show(v.running, s.Running)
	v.progress.Set(s.Verdict.Progress + " looked at")
	if s.Running {
		v.dots.Start()
	} else {
		v.dots.Stop()
	}
	v.spoken = strings.TrimSpace(s.Verdict.Title + ". " + s.Verdict.Text)
}

// markOf is the mark of a sight.
func markOf(s present.Sight) (control.Sign, control.Tone) {
	switch s {
	case present.Fine:
		return control.Ticked, control.Good
	case present.Attention:
		return control.Warn, control.Attention
	case present.Blocking:
		return control.Stop, control.Blocked
	case present.NotRun:
		return control.Left, control.Soft
	case present.Looking:
		return control.Now, control.Accent
	default:
		return control.Later, control.Soft
	}
}

func (v *diagnosisView) focus(where present.Focus) fyne.Focusable {
	switch where {
	case present.FocusNone:
		return nil
	case present.FocusKeep:
		for _, row := range v.rows {
			if row.ask != nil {
				return row.ask.keep
			}
		}
	}
	return v.verdict
}

// enter does the most useful thing: the first repair there is, or another look.
func (v *diagnosisView) enter() {
	for _, row := range v.shown.Rows {
		if len(row.Repairs) > 0 && row.Sight != present.Fine && row.Ask == nil {
			v.p.Repair(row.ID, row.Repairs[0].ID)
			return
		}
	}
	v.p.DiagnoseAgain()
}
