package house

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/problem"
)

var update = flag.Bool("update", false, "write docs/problems.md from the catalogue")

// kinds are the sections of docs/problems.md, in the order of the exit codes.
var kinds = []struct {
	kind  problem.Kind
	title string
}{
	{problem.Unexpected, "Unexpected"},
	{problem.Usage, "Wrong usage"},
	{problem.NobodySignedIn, "Not signed in"},
	{problem.Refused, "Sign-in refused or given up"},
	{problem.Unreachable, "The server or the network"},
	{problem.Keychain, "The keychain"},
	{problem.Settings, "The settings"},
}

// problemsPage writes the catalogue for people.
func problemsPage() string {
	var page strings.Builder
	page.WriteString(`# Problems

Every problem that Latchkey can tell about, by its stable code. The window, the terminal, ` + "`login --json`" + ` and the
report show the same codes and words; where more is known at the moment it happens, they say that instead.

A problem marked *again* leaves the sign-in open: the same step can be answered once more.

This page is written from the catalogue by ` + "`make docs`" + `.
`)
	for _, section := range kinds {
		fmt.Fprintf(&page, "\n## %s: exit code %d\n", section.title, section.kind.ExitCode())
		for code, p := range problem.All() {
			if p.Kind != section.kind {
				continue
			}
			again := ""
			if p.Again {
				again = " *again*"
			}
			fmt.Fprintf(&page, "\n### `%s`%s\n\n%s\n\n", code, again, p.Title)
			if p.Why != "" {
				fmt.Fprintf(&page, "- Cause: %s\n", p.Why)
			}
			fmt.Fprintf(&page, "- Remedy: %s\n", p.Fix)
		}
	}
	return page.String()
}

func TestProblemsPage(t *testing.T) {
	const name = "docs/problems.md"
	if *update {
		if err := os.WriteFile(filepath.Join(top(t), name), []byte(problemsPage()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page := read(t, name)
	told := map[problem.Code]bool{}
	for _, m := range regexp.MustCompile("(?m)^### `([^`]+)`").FindAllStringSubmatch(page, -1) {
		told[problem.Code(m[1])] = true
	}
	for code := range problem.All() {
		if !told[code] {
			t.Errorf("%s does not tell about %s: run make docs", name, code)
		}
		delete(told, code)
	}
	for code := range told {
		t.Errorf("%s tells about %s, which the catalogue does not have: run make docs", name, code)
	}
	if !t.Failed() && page != problemsPage() {
		t.Errorf("%s uses other words than the catalogue: run make docs", name)
	}
}

// Each code is used somewhere: a problem that nothing reports should not be promised.
func TestEveryProblemIsReported(t *testing.T) {
	constants := map[problem.Code]string{}
	declared := regexp.MustCompile(`(?m)^\t(\w+)\s+Code = "([^"]+)"`)
	for _, m := range declared.FindAllStringSubmatch(read(t, "internal/problem/catalogue.go"), -1) {
		constants[problem.Code(m[2])] = m[1]
	}
	var all strings.Builder
	for _, name := range files(t, "internal/*.go", "cmd/*.go") {
		if !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "internal/problem/") {
			all.WriteString(code(read(t, name)))
		}
	}
	for c := range problem.All() {
		use := regexp.MustCompile(`\bproblem\.` + constants[c] + `\b`)
		if constants[c] == "" || !use.MatchString(all.String()) {
			if c != problem.UnexpectedError {
				t.Errorf("nothing reports %s (%s)", c, constants[c])
			}
		}
	}
}
