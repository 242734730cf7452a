package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Theme is Latchkey's look as a Fyne theme. It follows the system's light and dark variant.
type Theme struct {
	HighContrast bool    // the palettes of people who asked their system for it
	Variant      Variant // which variant, whatever the system says; for pictures
}

// Variant chooses between light and dark.
type Variant int

// The choices.
const (
	AsTheSystem Variant = iota
	AlwaysLight
	AlwaysDark
)

var _ fyne.Theme = Theme{}

// Palette returns the colours of a variant.
func (t Theme) Palette(variant fyne.ThemeVariant) Palette {
	dark := variant == theme.VariantDark && t.Variant != AlwaysLight || t.Variant == AlwaysDark
	switch {
	case dark && t.HighContrast:
		return DarkContrast
	case dark:
		return Dark
	case t.HighContrast:
		return LightContrast
	default:
		return Light
	}
}

// Now returns the palette that the running application is drawn with.
func Now() Palette {
	settings := fyne.CurrentApp().Settings()
	t, _ := settings.Theme().(Theme)
	return t.Palette(settings.ThemeVariant())
}

// Color maps Fyne's names for the few widgets of its own that are used: entries, scrollbars, pop-up menus.
func (t Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	p := t.Palette(variant)
	switch name {
	case theme.ColorNameBackground:
		return p.Paper
	case theme.ColorNameForeground, theme.ColorNameHeaderBackground:
		return p.Ink
	case theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNameFocus:
		return p.Accent
	case theme.ColorNameForegroundOnPrimary:
		return p.OnAccent
	case theme.ColorNameInputBackground, theme.ColorNameInputBorder, theme.ColorNameButton, theme.ColorNameDisabledButton:
		return nothing // the field draws its own box
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return p.Soft
	case theme.ColorNameSelection:
		return alpha(p.Accent, 0x48)
	case theme.ColorNameHover:
		return p.Tint
	case theme.ColorNamePressed:
		return alpha(p.Accent, 0x30)
	case theme.ColorNameScrollBar:
		return p.Edge
	case theme.ColorNameScrollBarBackground, theme.ColorNameShadow:
		return nothing
	case theme.ColorNameSeparator:
		return p.Hair
	case theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return p.Raised
	case theme.ColorNameSuccess:
		return p.Good
	case theme.ColorNameWarning:
		return p.Attention
	case theme.ColorNameError:
		return p.Blocked
	case theme.ColorNameForegroundOnError, theme.ColorNameForegroundOnSuccess, theme.ColorNameForegroundOnWarning:
		return p.Paper
	}
	return theme.DefaultTheme().Color(name, variant)
}

// Font returns Fyne's own fonts: one family, and a monospace for codes and hosts.
func (Theme) Font(style fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(style) }

// Icon returns Fyne's own icons; menus use a few.
func (Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size returns the sizes that Fyne's own widgets are drawn with.
func (Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return Control
	case theme.SizeNameCaptionText:
		return Small
	case theme.SizeNameHeadingText, theme.SizeNameSubHeadingText:
		return Title
	case theme.SizeNamePadding:
		return Grid
	case theme.SizeNameInnerPadding:
		return 2 * Grid
	case theme.SizeNameInputBorder:
		return Ring
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius:
		return Radius
	case theme.SizeNameSelectionRadius:
		return 2
	case theme.SizeNameScrollBar:
		return 8
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameSeparatorThickness:
		return 1
	}
	return theme.DefaultTheme().Size(name)
}

// nothing is a colour that is not there.
var nothing = color.NRGBA{}

func alpha(c color.NRGBA, a uint8) color.NRGBA {
	c.A = a
	return c
}
