package present

import (
	"context"

	"latchkey/internal/problem"
)

// PreviewReport shows the report of the diagnosis, to read before it is saved.
func (p *Presenter) PreviewReport() {
	d := p.diagnosis
	if d == nil || d.preview != nil {
		return
	}
	p.write(false, func(text []byte) {
		d.preview = &Report{Text: string(text), Where: p.tools.Folder}
		p.focusDiagnosis(FocusMain)
	})
}

// CopyReport puts the report on the clipboard: the one that is shown, or else the one that would be.
func (p *Presenter) CopyReport() {
	d := p.diagnosis
	if d == nil || p.o.Clipboard == nil {
		return
	}
	if d.preview != nil {
		p.o.Clipboard.SetContent(d.preview.Text)
		d.preview.Copied = true
		p.draw()
		return
	}
	p.write(false, func(text []byte) {
		p.o.Clipboard.SetContent(string(text))
		d.copied = true
	})
}

// ChooseAddresses takes IP addresses into the report that is shown, or leaves them out again.
func (p *Presenter) ChooseAddresses() {
	d := p.diagnosis
	if d == nil || d.preview == nil || d.preview.Busy {
		return
	}
	with := !d.preview.Addresses
	p.write(with, func(text []byte) {
		if d.preview != nil {
			*d.preview = Report{Text: string(text), Where: d.preview.Where, Addresses: with}
		}
	})
}

// SaveReport saves the very bytes that are shown.
func (p *Presenter) SaveReport() {
	d := p.diagnosis
	if d == nil || d.preview == nil || d.preview.Busy || d.preview.Saved != "" {
		return
	}
	shown := d.preview
	shown.Busy, shown.Fault = true, ""
	p.draw()
	save, text := p.tools.Save, []byte(shown.Text)
	p.background(p.ctx, func(context.Context) func() {
		path, err := save(text)
		return func() {
			shown.Busy = false
			if pr := problem.From(err); pr != nil {
				shown.Fault = sentences(clean(pr.Title), clean(pr.Fix))
			} else {
				shown.Saved = path
				if p.diagnosis == d && d.preview == shown {
					p.focusDiagnosis(FocusMain)
				}
			}
			p.draw()
		}
	})
}

// write has the report written and hands it over, unless the diagnosis has gone on meanwhile.
func (p *Presenter) write(addresses bool, then func(text []byte)) {
	d := p.diagnosis
	if d.cancel != nil || len(d.result.Results) == 0 {
		return
	}
	tools, org, result, began := p.tools, p.orgID(), d.result, d.began
	p.background(p.ctx, func(ctx context.Context) func() {
		text := tools.Report(ctx, org, result, addresses)
		return func() {
			if p.diagnosis == d && d.began.Equal(began) && d.cancel == nil {
				then(text)
				p.draw()
			}
		}
	})
}
