package diagnose_test

import (
	"slices"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// Every check that is suspected exists.
func TestSuspectsExist(t *testing.T) {
	all := diagnose.Checks(computer(t))
	for code := range problem.All() {
		for _, id := range diagnose.Suspects(code) {
			if !slices.ContainsFunc(all, func(c diagnose.Check) bool { return c.ID == id }) {
				t.Errorf("%s suspects %s, which is no check", code, id)
			}
		}
	}
}
