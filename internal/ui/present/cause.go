package present

import (
	"cmp"
	"context"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// diagnosable reports whether the diagnosis can say more about a problem.
func (p *Presenter) diagnosable(pr *problem.Problem) bool {
	if p.tools == nil || p.tools.Checks == nil {
		return false
	}
	switch pr.Kind {
	case problem.Unreachable, problem.Keychain, problem.Settings:
		return true
	}
	return diagnose.Explainable(pr.Code)
}

// explain looks for the cause of the problem that was just put into the panel, in the background, and puts it there too. The focus,
// and what is being typed, stay where they are.
func (p *Presenter) explain(pr *problem.Problem, action func(*problem.Problem) Action) {
	p.endExplaining()
	shown := p.frame.Problem
	if p.tools == nil || p.tools.Explain == nil || !diagnose.Explainable(pr.Code) {
		return
	}
	shown.Looking = true
	ctx, cancel := context.WithCancel(p.ctx)
	p.explaining = cancel
	explain, org, mark := p.tools.Explain, p.orgID(), p.marked
	p.background(ctx, func(ctx context.Context) func() {
		better := explain(ctx, org, pr)
		return func() {
			cancel()
			now := p.frame.Problem
			if now == nil || p.marked != mark {
				return // that problem is no longer there
			}
			known := *now
			known.Looking = false
			if better != nil && better != pr {
				known.Fault = cmp.Or(now.Fault, now.Title) // nothing moves below the field
				known.Title, known.Why, known.Fix = clean(better.Title), clean(better.Why), clean(better.Fix)
				known.Code, known.code = string(better.Code), better.Code
				known.Action = action(better)
				known.Button = p.button(known.Action)
				known.LinkCopied = false
				known.Details = append([]Detail{{"Code", known.Code}, {"At first", string(pr.Code)}}, known.Details[1:]...)
				known.recount(now)
			}
			p.frame.Problem = &known
			p.draw()
		}
	})
}

func (p *Presenter) endExplaining() {
	if p.explaining != nil {
		p.explaining()
		p.explaining = nil
	}
}

// recount keeps what the server said about tries left and waiting.
func (s *Problem) recount(before *Problem) {
	s.counted = nil
	for _, sentence := range before.counted {
		s.add(sentence)
	}
}

// openPortal opens the page of the network in between, which only the check for it knows.
func (p *Presenter) openPortal() {
	if p.tools == nil || p.tools.Checks == nil {
		return
	}
	checks, org := p.tools.Checks, p.orgID()
	p.background(p.ctx, func(ctx context.Context) func() {
		var open func(context.Context) error
		all := checks(org, func() bool { return true })
		diagnose.Run(ctx, only(all, "portal"), func(r diagnose.Result) {
			for _, repair := range r.Repairs {
				if repair.Loses == "" {
					open = repair.Do
				}
			}
		})
		var err error
		if open != nil {
			err = open(ctx)
		}
		return func() {
			if open == nil || err != nil {
				p.Diagnose()
			}
		}
	})
}

// only returns the checks with these IDs, and those that explain their failures.
func only(checks []diagnose.Check, ids ...string) []diagnose.Check {
	wanted := map[string]bool{}
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		if wanted[id] {
			continue
		}
		wanted[id] = true
		for _, c := range checks {
			if c.ID == id {
				ids = append(ids, c.After...)
			}
		}
	}
	var some []diagnose.Check
	for _, c := range checks {
		if wanted[c.ID] {
			some = append(some, c)
		}
	}
	return some
}

// isAsking reports whether the agent is being asked for something, or what was entered is being checked: then the keychain is
// left alone.
func (p *Presenter) isAsking() bool {
	switch s := p.frame.Screen.(type) {
	case SignIn:
		return p.diagnosis == nil || s.Busy.What != ""
	case Code, Approve, NewPassword, NewRecoveryCode, Restoring:
		return true
	}
	return false
}

// lookedAfterwards looks again after a repair has changed the settings.
func (p *Presenter) lookedAfterwards() {
	if p.lookAfterwards && p.diagnosis != nil && p.tools != nil {
		p.startDiagnosis()
		p.draw()
	}
	p.lookAfterwards = false
}

// keychainSeen takes a notice about the keychain away once a diagnosis finds that it works.
func (p *Presenter) keychainSeen(r diagnose.Result) {
	if n := p.frame.Notice; r.ID == "keychain" && r.State == diagnose.OK && n != nil && n.kind == problem.Keychain {
		p.frame.Notice = nil
	}
}
