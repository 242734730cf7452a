package report

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// RD-22: a report is never sent by itself: nothing in this package can.
func TestRD22NothingHereCanSend(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			switch path, _ := strconv.Unquote(i.Path.Value); path {
			case "net/http", "net/smtp", "os/exec", "syscall", "latchkey/internal/browser", "latchkey/internal/oauth":
				t.Errorf("%s imports %s", f.Name(), path)
			}
		}
	}
}
