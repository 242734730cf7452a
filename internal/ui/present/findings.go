package present

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"latchkey/internal/diagnose"
)

// sight is how a result looks.
func sight(r diagnose.Result) Sight {
	switch r.State {
	case diagnose.OK:
		return Fine
	case diagnose.Problem:
		if r.Blocks {
			return Blocking
		}
		return Attention
	case diagnose.Warning:
		return Attention
	case diagnose.Skipped:
		return NotRun
	default:
		return NotKnown
	}
}

// rank puts what matters first.
func rank(r diagnose.Result) int {
	switch {
	case r.State == diagnose.Problem && r.Blocks:
		return 0
	case r.State == diagnose.Problem:
		return 1
	case r.State == diagnose.Warning:
		return 2
	case r.State == diagnose.Unknown:
		return 3
	case r.State == diagnose.Skipped:
		return 5
	default:
		return 4
	}
}

// rows arranges what is known by now: the worst first, and what follows from something under it.
func (d *diagnosing) rows() []CheckRow {
	results := make([]diagnose.Result, 0, len(d.found))
	follows := map[string][]Consequence{}
	for _, id := range d.order {
		r, ok := d.found[id]
		if !ok {
			continue
		}
		if _, there := d.found[r.Because]; there && r.Because != r.ID {
			follows[r.Because] = append(follows[r.Because], Consequence{Title: clean(r.Title), Line: clean(r.Line())})
			continue
		}
		results = append(results, r)
	}
	slices.SortStableFunc(results, func(a, b diagnose.Result) int { return cmp.Compare(rank(a), rank(b)) })
	rows := append(d.dueRow(), make([]CheckRow, 0, len(results))...)
	for i, r := range results {
		row := d.row(r, i == 0)
		if i == 0 && rank(r) == 0 {
			row.Fix = "" // the verdict says it
		}
		row.Follows = follows[r.ID]
		row.Unfolded = d.unfolded[r.ID]
		rows = append(rows, row)
	}
	return rows
}

// dueRow is the row of what the run waits for, while that is not found out.
func (d *diagnosing) dueRow() []CheckRow {
	if d.due == nil || d.cancel == nil {
		return nil
	}
	if _, ok := d.found[d.due.ID]; ok {
		return nil
	}
	return []CheckRow{{ID: d.due.ID, Title: clean(d.due.Title), Sight: Looking, Line: clean(d.due.Line())}}
}

// row shows one result. What is wrong is open from the start, everything else on demand.
func (d *diagnosing) row(r diagnose.Result, first bool) CheckRow {
	row := CheckRow{
		ID: r.ID, Title: clean(r.Title), Sight: sight(r), Line: clean(r.Line()), Fix: clean(r.Fix), Time: took(r.Took),
		Open: r.State == diagnose.Problem || r.State == diagnose.Warning && first, Detailed: d.detailed[r.ID],
		Trips: trips(r.Facts), Scale: scale(r.Facts), Facts: d.facts(r),
	}
	if r.State == diagnose.Skipped {
		row.Time = ""
	}
	if row.Scale != nil {
		row.Trips = nil // one figure says it
	}
	if open, chosen := d.open[r.ID]; chosen {
		row.Open = open
	}
	if a := d.ask[r.ID]; a != nil {
		asked := *a
		row.Ask = &asked
	}
	for _, repair := range r.Repairs {
		row.Repairs = append(row.Repairs, RepairButton{ID: repair.ID, Title: clean(repair.Title)})
	}
	return row
}

func took(t time.Duration) string {
	if t < time.Second {
		return milliseconds(t)
	}
	return decimal(t.Seconds()) + " s"
}

// waiting names what is still being looked at.
func (d *diagnosing) waiting() string {
	if d.cancel == nil {
		return ""
	}
	var names []string
	for _, id := range d.order {
		if _, ok := d.found[id]; !ok {
			names = append(names, d.titles[id])
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Still looking at: " + strings.Join(names, ", ")
}

// verdict says in a sentence what is known by now.
func (d *diagnosing) verdict() Verdict {
	v := Verdict{Sight: Looking, Title: "Looking for what is wrong"}
	running := d.cancel != nil
	if running {
		v.Progress = progress(len(d.found), len(d.order))
	}
	c := diagnose.Conclude(d.results(), d.stopped)
	const notAll = "Not everything could be found out."
	switch {
	case c.Verdict == diagnose.Blocked:
		v.Sight = Blocking
		v.Title, v.Text = clean(c.Decided.What), clean(c.Decided.Why)
		v.Text = sentences(v.Text, clean(c.Decided.Fix))
	case running:
	case d.stopped:
		v.Sight, v.Title, v.Text = NotKnown, "Stopped", "Not everything was looked at."
	case c.Decided != nil && c.Unsure:
		v.Sight = Attention
		v.Title, v.Text = clean(c.Decided.What), clean(c.Decided.Why)
		v.Text = sentences(v.Text, notAll)
	case c.Decided != nil && c.Trial:
		v.Sight, v.Title = Attention, clean(c.Decided.What)
		v.Text = sentences(clean(c.Decided.Why), clean(c.Decided.Fix))
	case c.Decided != nil:
		v.Sight, v.Title = Attention, "You can sign in"
		v.Text = clean(c.Decided.What)
	case c.Unsure:
		v.Sight, v.Title, v.Text = Fine, "Nothing was found that keeps you from signing in", notAll
	default:
		v.Sight, v.Title = Fine, "Nothing keeps you from signing in"
	}
	if d.stopped && v.Sight == Blocking {
		v.Text = sentences(v.Text, "Not everything was looked at.")
	}
	v.Title = strings.TrimSuffix(v.Title, ".")
	return v
}

func sentences(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}
