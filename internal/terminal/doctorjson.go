package terminal

import (
	"fmt"
	"net/netip"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

type doctorJSON struct {
	Verdict diagnose.Verdict `json:"verdict"`
	Summary string           `json:"summary"`
	TookMS  int64            `json:"took_ms"`
	Checks  []checkJSON      `json:"checks"`
}

type checkJSON struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	State   diagnose.State `json:"state"`
	Code    problem.Code   `json:"code"`
	Why     string         `json:"why"`
	Fix     string         `json:"fix"`
	Because string         `json:"because"`
	TookMS  int64          `json:"took_ms"`
	Facts   map[string]any `json:"facts"`
}

// doctorReport is a diagnosis in the form of the contract. It is for this computer, so it holds every fact, not only those
// that may be sent around: no fact is ever a secret.
func doctorReport(r diagnose.Report) doctorJSON {
	out := doctorJSON{Verdict: r.Verdict, Summary: clean(r.Summary), TookMS: r.Took.Milliseconds(), Checks: []checkJSON{}}
	for _, result := range r.Results {
		check := checkJSON{
			ID: result.ID, Title: result.Title, State: result.State, Code: result.Code, Why: clean(result.Line()), Fix: clean(result.Fix),
			Because: result.Because, TookMS: result.Took.Milliseconds(), Facts: map[string]any{},
		}
		for _, f := range result.Facts {
			check.Facts[f.Name] = factValue(f.Value)
		}
		out.Checks = append(out.Checks, check)
	}
	return out
}

// factValue is a fact's value as JSON can hold it.
func factValue(v any) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case []string:
		return values(v)
	case []any:
		return values(v)
	case []netip.Addr:
		return values(v)
	case []int, []int64, []float64, bool, int, int32, int64, uint16, uint32, uint64, nil:
		return v
	case float64:
		return v + 0 // no "-0"
	case time.Duration:
		return float64(v.Round(time.Microsecond)) / float64(time.Millisecond)
	case []time.Duration:
		return values(v)
	case time.Time:
		return timestamp(v)
	}
	return clean(fmt.Sprint(v))
}

func values[E any](all []E) []any {
	out := []any{}
	for _, e := range all {
		out = append(out, factValue(e))
	}
	return out
}
