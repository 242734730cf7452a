package ui

import (
	"context"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/diagnose/report"
	"latchkey/internal/problem"
	"latchkey/internal/ui/present"
	"latchkey/internal/wiring"
)

// diagnostics puts the real checks into the form that the presenters want.
func diagnostics(p *wiring.Parts, settings *oneByOne) *present.Diagnostics {
	env := func(org string, asking func() bool) diagnose.Env {
		e := settings.diagnosis(p, org)
		e.Asking = asking
		return e
	}
	path, _ := documents()
	return &present.Diagnostics{
		Checks: func(org string, asking func() bool) []diagnose.Check { return diagnose.Checks(env(org, asking)) },
		Explain: func(ctx context.Context, org string, pr *problem.Problem) *problem.Problem {
			return diagnose.Explain(ctx, env(org, func() bool { return true }), pr)
		},
		Report: func(ctx context.Context, org string, r diagnose.Report, addresses bool) []byte {
			about := report.For(ctx, env(org, nil))
			about.Addresses = addresses
			return report.Write(r, about)
		},
		Save:   saveReport,
		Folder: folderWords(path),
	}
}

// saveReport saves a report among the user's documents.
func saveReport(text []byte) (string, error) {
	folder, err := documents()
	if err != nil {
		return "", problem.New(problem.ReportNotSaved, problem.Caused(err))
	}
	path, err := report.SaveIn(folder, time.Now(), text)
	return fromHome(path), err
}

// diagnosis is what a diagnosis looks at, with the settings as they are now: the window may change them meanwhile.
func (s *oneByOne) diagnosis(p *wiring.Parts, org string) diagnose.Env {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := p.Diagnosis(org)
	e.Settings = s.copy()
	return e
}
