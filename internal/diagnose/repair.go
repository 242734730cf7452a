package diagnose

import "context"

// Repair is something that can be done about a finding with one click, after saying what will be lost.
type Repair struct {
	ID    string // lower-case, stable
	Title string // what it does, as a button says it
	Loses string // what will be lost, in one sentence; empty: nothing
	Do    func(ctx context.Context) error
}
