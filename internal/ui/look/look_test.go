package look

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2/theme"
)

func palettes() map[string]Palette {
	return map[string]Palette{"light": Light, "dark": Dark, "light contrast": LightContrast, "dark contrast": DarkContrast}
}

func TestTextStandsOut(t *testing.T) {
	for name, p := range palettes() {
		text := map[string]color.NRGBA{
			"ink": p.Ink, "soft": p.Soft, "accent": p.Accent, "good": p.Good, "attention": p.Attention, "blocked": p.Blocked,
		}
		grounds := map[string]color.NRGBA{
			"paper": p.Paper, "raised": p.Raised, "tint": p.Tint,
			"good tint": p.GoodTint, "attention tint": p.AttentionTint, "blocked tint": p.BlockedTint,
		}
		for textName, c := range text {
			for groundName, ground := range grounds {
				if got := Contrast(c, ground); got < 4.5 {
					t.Errorf("%s: %s on %s is %.2f : 1, want 4.5", name, textName, groundName, got)
				}
			}
		}
		for _, ground := range []color.NRGBA{p.Accent, p.Hover, p.Press} {
			if got := Contrast(p.OnAccent, ground); got < 4.5 {
				t.Errorf("%s: text on the accent %v is %.2f : 1, want 4.5", name, ground, got)
			}
		}
	}
}

func TestMarksStandOut(t *testing.T) {
	for name, p := range palettes() {
		for _, mark := range []color.NRGBA{p.Edge, p.Accent, p.Good, p.Attention, p.Blocked} {
			for _, ground := range []color.NRGBA{p.Paper, p.Raised} {
				if got := Contrast(mark, ground); got < 3 {
					t.Errorf("%s: mark %v on %v is %.2f : 1, want 3", name, mark, ground, got)
				}
			}
		}
	}
}

func TestHighContrastIsHigher(t *testing.T) {
	for _, p := range []Palette{LightContrast, DarkContrast} {
		for _, c := range []color.NRGBA{p.Ink, p.Soft, p.Accent, p.Good, p.Attention, p.Blocked, p.Edge} {
			if got := Contrast(c, p.Paper); got < 7 {
				t.Errorf("%v on paper is %.2f : 1, want 7", c, got)
			}
		}
	}
}

func TestContrast(t *testing.T) {
	white, black := rgb(0xFFFFFF), rgb(0)
	if got := Contrast(white, black); got < 20.99 || got > 21.01 {
		t.Errorf("white on black is %.3f : 1, want 21", got)
	}
	if got := Contrast(white, white); got != 1 {
		t.Errorf("white on white is %.3f : 1, want 1", got)
	}
	// WCAG's well-known border case: #767676 is the lightest grey that passes on white.
	if got := Contrast(rgb(0x767676), white); got < 4.5 || got > 4.6 {
		t.Errorf("#767676 on white is %.3f : 1, want 4.54", got)
	}
}

func TestVariantsDiffer(t *testing.T) {
	var normal Theme
	if normal.Palette(theme.VariantLight) == normal.Palette(theme.VariantDark) {
		t.Error("light and dark are drawn alike")
	}
	high := Theme{HighContrast: true}
	if high.Palette(theme.VariantLight) == normal.Palette(theme.VariantLight) {
		t.Error("high contrast changes nothing")
	}
}

func TestSizesAreOnTheGrid(t *testing.T) {
	for _, size := range []float32{Width, Height, MinWidth, MinHeight, ContentWidth, ControlHeight, SmallHeight, Radius, Title, Control, Small, Code} {
		if int(size)%int(Grid) != 0 {
			t.Errorf("%v is not on the grid of %v", size, Grid)
		}
	}
}
