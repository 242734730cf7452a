package terminal

import (
	"strings"

	"rsc.io/qr"
)

// quietZone is the light border that a QR code needs (ISO/IEC 18004, section 6.3.8).
const quietZone = 4

// qr draws an address as a QR code, two rows in a line, where the terminal shows it whole.
func (v *conversation) qr(address string) {
	width := v.Console.Width()
	if v.Console.ASCII || v.Console.Dumb || width == 0 {
		return
	}
	code, err := qr.Encode(address, qr.L)
	if err != nil || code.Size+2*quietZone > width {
		return
	}
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		v.out.line("%s", v.out.paint(whiteOnBlack, halfBlocks(code, y)))
	}
}

// whiteOnBlack keeps the code dark on light whatever colours the terminal has.
const whiteOnBlack = "\x1b[97;40m"

// halfBlocks draws the rows y and y+1. Light modules are drawn, dark ones left out: most terminals are dark.
func halfBlocks(code *qr.Code, y int) string {
	var b strings.Builder
	for x := -quietZone; x < code.Size+quietZone; x++ {
		switch upper, lower := light(code, x, y), light(code, x, y+1); {
		case upper && lower:
			b.WriteRune('█')
		case upper:
			b.WriteRune('▀')
		case lower:
			b.WriteRune('▄')
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// light reports whether a module is light. Everything around the code is, but for the half line that an odd number of
// rows leaves at the end.
func light(code *qr.Code, x, y int) bool {
	return !code.Black(x, y) && y < code.Size+quietZone
}
