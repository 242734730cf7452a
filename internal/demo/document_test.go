package demo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The document names every trouble, and no account and no trouble that is not there.
func TestDocument(t *testing.T) {
	w, _ := start(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "demo.md"))
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for _, s := range w.Scenarios() {
		if !strings.Contains(string(text), "`"+s.Name+"`") {
			t.Errorf("it does not say what %s is for", s.Name)
		}
	}
	for _, u := range w.Users() {
		users = append(users, u.Username)
	}
	for _, m := range regexp.MustCompile("`([^`\\s]+@[^`\\s]+)`").FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(users, m[1]) {
			t.Errorf("nobody is called %s", m[1])
		}
	}
	for n := range 28 {
		row := fmt.Sprintf("| S%d |", n)
		if n > 0 && n != 24 && !strings.Contains(string(text), row) {
			t.Errorf("there is no row %s", row)
		}
	}
}
