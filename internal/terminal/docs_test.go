package terminal_test

import (
	"os"
	"strings"
	"testing"

	"latchkey/internal/diagnose"
)

// Every check is on the page about diagnostics, by the name that people see.
func TestEveryCheckIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range diagnose.Checks(diagnose.Env{}) {
		if row := "| `" + c.ID + "` " + c.Title + " |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/diagnostics.md has no row %q", row)
		}
	}
}
