package present

import (
	"context"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// Repair does something about a finding; where something is lost by it, the agent is asked once.
func (p *Presenter) Repair(check, id string) {
	d := p.diagnosis
	repair, ok := d.repair(check, id)
	if !ok || d.repairing() {
		return
	}
	clear(d.ask)
	d.ask[check] = &Ask{Repair: id, Title: clean(repair.Title), Loses: clean(repair.Loses)}
	if repair.Loses == "" {
		p.doRepair(check, repair)
		return
	}
	d.open[check] = true
	p.focusDiagnosis(FocusKeep)
	p.draw()
}

// ConfirmRepair does what was asked about.
func (p *Presenter) ConfirmRepair(check string) {
	d := p.diagnosis
	if d == nil || d.ask[check] == nil || d.repairing() {
		return
	}
	if repair, ok := d.repair(check, d.ask[check].Repair); ok {
		p.doRepair(check, repair)
	}
}

// DropRepair leaves everything as it is.
func (p *Presenter) DropRepair() {
	if p.diagnosis != nil && !p.diagnosis.repairing() {
		p.dropAsked()
		p.draw()
	}
}

func (p *Presenter) dropAsked() {
	clear(p.diagnosis.ask)
	p.focusDiagnosis(FocusMain)
}

// repairing reports whether a repair is under way.
func (d *diagnosing) repairing() bool {
	for _, a := range d.ask {
		if a.Busy {
			return true
		}
	}
	return false
}

func (d *diagnosing) repair(check, id string) (diagnose.Repair, bool) {
	if d == nil {
		return diagnose.Repair{}, false
	}
	for _, repair := range d.found[check].Repairs {
		if repair.ID == id && repair.Do != nil {
			return repair, true
		}
	}
	return diagnose.Repair{}, false
}

// doRepair does it and looks again. What loses something changes what the window knows, so that is read anew.
func (p *Presenter) doRepair(check string, repair diagnose.Repair) {
	d := p.diagnosis
	d.ask[check].Busy, d.ask[check].Fault = true, ""
	p.draw()
	p.background(p.ctx, func(ctx context.Context) func() {
		err := repair.Do(ctx)
		return func() {
			if err == nil && repair.Loses != "" {
				p.startOver()
			}
			if p.diagnosis != d {
				return
			}
			if pr := problem.From(err); pr != nil {
				if a := d.ask[check]; a != nil {
					a.Busy, a.Fault = false, sentences(clean(pr.Title), clean(pr.Why), clean(pr.Fix))
				}
				p.draw()
				return
			}
			clear(d.ask)
			p.focusDiagnosis(FocusMain) // what was pressed is no longer there
			if d.cancel != nil {
				d.cancel()
				d.cancel = nil
			}
			if repair.Loses != "" {
				p.lookAfterwards = true // the settings are being read
			} else {
				p.startDiagnosis()
			}
			p.draw()
		}
	})
}

// startOver reads the settings anew and goes where the agent can begin.
func (p *Presenter) startOver() {
	p.endRun()
	p.session, p.frame.Problem, p.frame.Notice = nil, nil, nil
	p.Start()
}
