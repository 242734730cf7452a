package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is in the project works on any machine: no folder of one developer's, no host of a package registry.
func TestNoPlaceOfOneMachine(t *testing.T) {
	folder := regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/(home|root|Users|work)/[A-Za-z0-9._-]+`)
	registry := regexp.MustCompile(`\b(registry\.(npmjs|yarnpkg)\.\w+|proxy\.golang\.org|sum\.golang\.org|(deb|security)\.debian\.org|pypi\.org|archive\.ubuntu\.com)\b`)
	for _, name := range files(t) {
		if !isText(name) || name == "internal/house/places_test.go" {
			continue
		}
		text := read(t, name)
		if hit := folder.FindString(text); hit != "" && !strings.HasSuffix(name, "_test.go") && !invented(hit) {
			t.Errorf("%s names a folder of one machine: %s", name, strings.TrimSpace(hit))
		}
		if hit := registry.FindString(text); hit != "" {
			t.Errorf("%s names a package registry: %s", name, hit)
		}
		if dir := filepath.Dir(top(t)); len(dir) > 1 && strings.Contains(text, dir+"/") && len(strings.Split(dir, "/")) > 2 {
			t.Errorf("%s names the folder that holds this checkout", name)
		}
	}
}

// invented reports whether a folder is one that tests and documents make up: /home/amy.
func invented(hit string) bool {
	return regexp.MustCompile(`/(home|Users)/(amy|ben|user|USER|you|me|agent)$`).MatchString(hit)
}

// isText tells what is worth reading from what is a picture or a font.
func isText(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".ico", ".icns", ".ttf", ".otf", ".woff2", ".gz":
		return false
	}
	return name != "go.sum" && !strings.HasSuffix(name, "/go.sum")
}

// A link in a document leads somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)|<img[^>]+src="([^"]+)"`)
	for _, name := range files(t, "*.md") {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			target := m[1] + m[3]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(top(t), filepath.Dir(name), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
			}
		}
	}
}

// The commands that the documents name are there.
func TestCommandsInDocumentsExist(t *testing.T) {
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z]+):`).FindAllStringSubmatch(read(t, "Makefile"), -1) {
		targets[m[1]] = true
	}
	for _, want := range []string{"run", "test", "build", "bench", "lint", "gallery", "clean"} {
		if !targets[want] {
			t.Errorf("the Makefile has no %s", want)
		}
	}
	named := regexp.MustCompile("(?m)(?:^ {4,}|`|^)make ([a-z]+)\\b")
	for _, name := range files(t, "*.md") {
		for _, m := range named.FindAllStringSubmatch(read(t, name), -1) {
			if !targets[m[1]] {
				t.Errorf("%s says make %s, which the Makefile does not have", name, m[1])
			}
		}
	}
}
