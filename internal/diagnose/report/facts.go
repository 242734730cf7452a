package report

import (
	"math"
	"net/netip"
	"strings"
	"time"

	"latchkey/internal/diagnose"
)

// facts are what was measured, by name.
type facts map[string]any

// facts takes the facts of one check. Of those that are not shareable, only that they are there, and whether two are the
// same, is told.
func (m *mask) facts(all []diagnose.Fact) facts {
	out := facts{}
	for _, f := range all[:min(len(all), maxFacts)] {
		if isName(f.Name) {
			out[f.Name] = m.value(f, f.Value)
		}
	}
	return out
}

// value takes one value; of a type that it does not know, it takes nothing.
func (m *mask) value(f diagnose.Fact, v any) any {
	switch v := v.(type) {
	case []string:
		return list(v, func(s string) any { return m.value(f, s) })
	case []netip.Addr:
		return list(v, func(a netip.Addr) any { return m.value(f, a) })
	case []any:
		return list(v, func(e any) any { return m.one(f, e) })
	case []int:
		return list(v, func(n int) any { return m.value(f, n) })
	case []int64:
		return list(v, func(n int64) any { return m.value(f, n) })
	case []float64:
		return list(v, func(n float64) any { return m.value(f, n) })
	case []time.Duration:
		return list(v, func(d time.Duration) any { return m.value(f, d) })
	}
	return m.one(f, v)
}

// one takes a value that is no list.
func (m *mask) one(f diagnose.Fact, v any) any {
	text, isText := "", false
	switch v := v.(type) {
	case string:
		text, isText = v, true
	case netip.Addr:
		text, isText = v.String(), true
	case netip.AddrPort:
		text, isText = v.String(), true
	case time.Duration:
		v = v.Round(time.Microsecond)
		return m.number(f, float64(v)/float64(time.Millisecond))
	case time.Time:
		text, isText = v.UTC().Format(time.RFC3339), true
	case bool, int, int32, int64, uint16, uint32, uint64:
		return m.number(f, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) { // JSON has no such numbers
			return leftOut
		}
		return m.number(f, v+0) // no "-0"
	}
	switch {
	case !isText:
		return leftOut
	case !f.Shareable && m.addresses && isAddress(text):
		return text
	case !f.Shareable:
		return m.placeholder("private", text)
	case strings.HasSuffix(f.Name, "sha256") && isFingerprint(text):
		return text // of a certificate: it is public, and names nobody
	}
	return m.text(text)
}

// number takes a number or a yes or no. Placeholders for those could be guessed: they are left out.
func (m *mask) number(f diagnose.Fact, v any) any {
	if !f.Shareable {
		return leftOut
	}
	return v
}

func list[E any](all []E, take func(E) any) []any {
	out := []any{}
	for _, e := range all[:min(len(all), maxList)] {
		out = append(out, take(e))
	}
	return out
}
