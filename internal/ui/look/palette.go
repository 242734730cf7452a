// Package look is how the window looks: colours, sizes and type, as one Fyne theme.
//
// There is ink, paper, one accent and three states (good, attention, blocked), each in light, dark and high contrast.
// Text stands out from what it is on by at least 4.5 : 1, marks and edges by 3 : 1; a test holds it.
package look

import "image/color"

// Palette is the set of colours that everything is drawn with.
type Palette struct {
	Paper  color.NRGBA // the window
	Raised color.NRGBA // fields
	Ink    color.NRGBA // text
	Soft   color.NRGBA // text that can wait
	Edge   color.NRGBA // borders of things that can be used
	Hair   color.NRGBA // lines that only divide; decoration

	Accent   color.NRGBA // the one primary action, focus, what is going on
	OnAccent color.NRGBA // text on Accent
	Hover    color.NRGBA // Accent under the pointer
	Press    color.NRGBA // Accent while pressed
	Tint     color.NRGBA // a quiet control under the pointer

	Good, Attention, Blocked             color.NRGBA // the states: marks and words
	GoodTint, AttentionTint, BlockedTint color.NRGBA // panels in these states
}

// Light is the palette of the light variant.
var Light = Palette{
	Paper:  rgb(0xFBFAF7),
	Raised: rgb(0xFFFFFF),
	Ink:    rgb(0x1C2128),
	Soft:   rgb(0x565D66),
	Edge:   rgb(0x868C93),
	Hair:   rgb(0xE2DFD8),

	Accent:   rgb(0x0B5A6E),
	OnAccent: rgb(0xFFFFFF),
	Hover:    rgb(0x0E6A81),
	Press:    rgb(0x084656),
	Tint:     rgb(0xE6EFF0),

	Good:          rgb(0x1E6B3A),
	Attention:     rgb(0x85500A),
	Blocked:       rgb(0xA8281E),
	GoodTint:      rgb(0xE7F2E9),
	AttentionTint: rgb(0xFBF0DC),
	BlockedTint:   rgb(0xFBEAE7),
}

// Dark is the palette of the dark variant.
var Dark = Palette{
	Paper:  rgb(0x15181C),
	Raised: rgb(0x1E2227),
	Ink:    rgb(0xECEAE4),
	Soft:   rgb(0xA7ADB4),
	Edge:   rgb(0x6F767E),
	Hair:   rgb(0x2E343A),

	Accent:   rgb(0x6CC4D8),
	OnAccent: rgb(0x0A2129),
	Hover:    rgb(0x86D1E2),
	Press:    rgb(0x55AFC4),
	Tint:     rgb(0x22313A),

	Good:          rgb(0x7CCB92),
	Attention:     rgb(0xE6B455),
	Blocked:       rgb(0xF39A8E),
	GoodTint:      rgb(0x1B2A20),
	AttentionTint: rgb(0x2E2618),
	BlockedTint:   rgb(0x33201E),
}

// LightContrast is the light palette for people who asked their system for high contrast.
var LightContrast = Palette{
	Paper:  rgb(0xFFFFFF),
	Raised: rgb(0xFFFFFF),
	Ink:    rgb(0x000000),
	Soft:   rgb(0x26292D),
	Edge:   rgb(0x26292D),
	Hair:   rgb(0x6B7075),

	Accent:   rgb(0x003D4E),
	OnAccent: rgb(0xFFFFFF),
	Hover:    rgb(0x00546B),
	Press:    rgb(0x002733),
	Tint:     rgb(0xDCEBEF),

	Good:          rgb(0x00421A),
	Attention:     rgb(0x583200),
	Blocked:       rgb(0x7A0C05),
	GoodTint:      rgb(0xFFFFFF),
	AttentionTint: rgb(0xFFFFFF),
	BlockedTint:   rgb(0xFFFFFF),
}

// DarkContrast is the dark palette for people who asked their system for high contrast.
var DarkContrast = Palette{
	Paper:  rgb(0x000000),
	Raised: rgb(0x000000),
	Ink:    rgb(0xFFFFFF),
	Soft:   rgb(0xDCDFE2),
	Edge:   rgb(0xDCDFE2),
	Hair:   rgb(0x8A9096),

	Accent:   rgb(0x8FE3F5),
	OnAccent: rgb(0x000000),
	Hover:    rgb(0xB4EDF9),
	Press:    rgb(0x66D5EC),
	Tint:     rgb(0x0F2E36),

	Good:          rgb(0x9DF0B5),
	Attention:     rgb(0xFFD479),
	Blocked:       rgb(0xFFB3A8),
	GoodTint:      rgb(0x000000),
	AttentionTint: rgb(0x000000),
	BlockedTint:   rgb(0x000000),
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xFF}
}
