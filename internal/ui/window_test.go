package ui

import (
	"bufio"
	"bytes"
	"image/png"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"latchkey/assets"
)

// FyneApp.toml is what packaging reads, Metadata what the program says: they are the same.
func TestMetadataAgreesWithFyneApp(t *testing.T) {
	text, err := os.ReadFile("../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	section := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			said[section+"."+strings.TrimSpace(key)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	m := Metadata()
	for key, want := range map[string]string{
		"Details.ID": m.ID, "Details.Name": m.Name, "Details.Version": m.Version, "Details.Build": strconv.Itoa(m.Build),
		"Migrations.fyneDo": strconv.FormatBool(m.Migrations["fyneDo"]), "Details.Icon": "assets/icon.png",
	} {
		if said[key] != want {
			t.Errorf("%s is %q in FyneApp.toml, %q in the program", key, said[key], want)
		}
	}
}

func TestIconIsSmallAndSquare(t *testing.T) {
	picture, err := png.Decode(bufio.NewReader(bytes.NewReader(assets.IconPNG)))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != size.Y || size.X > 512 {
		t.Errorf("the icon is %v", size)
	}
	if _, _, _, a := picture.At(0, 0).RGBA(); a != 0 {
		t.Error("the icon's corner is not clear")
	}
}

func TestPostsKeepTheirOrder(t *testing.T) {
	test.NewTempApp(t)
	p := newPosts()
	var got []int
	var behind sync.WaitGroup
	behind.Go(func() {
		for i := range 100 {
			p.post(func() { got = append(got, i) })
		}
	})
	p.settle(10*time.Second, func() bool { return len(got) >= 50 })
	behind.Wait()
	p.start()
	for i, n := range got {
		if i != n {
			t.Fatalf("out of order: %v", got)
		}
	}
	if len(got) != 100 {
		t.Errorf("%d of 100 ran", len(got))
	}
	ran := false
	p.post(func() { ran = true })
	if !ran { // the test's driver runs it at once
		t.Error("nothing runs after the start")
	}
}

func TestPostsDoNotWaitForEver(t *testing.T) {
	newPosts().settle(time.Millisecond, func() bool { return false })
}
