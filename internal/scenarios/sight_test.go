package scenarios

import (
	"bytes"
	"image"
	_ "image/png" // the pages' pictures
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"latchkey/internal/ui/look"
)

// scan reads the QR code of a picture, as a phone does.
func scan(t *testing.T, picture []byte) string {
	t.Helper()
	seen, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return scanImage(t, seen)
}

func scanImage(t *testing.T, seen image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatalf("no QR code can be read: %v", err)
	}
	return read.GetText()
}

// scans points a phone at the QR code on the screen.
func (a *agent) scans() (text string) {
	a.t.Helper()
	var code image.Image
	a.until("a QR code is shown", func() bool {
		a.look(func(o fyne.CanvasObject) {
			if picture, ok := o.(*canvas.Image); ok && picture.Image != nil {
				code = picture.Image
			}
		})
		return code != nil
	})
	return scanImage(a.t, enlarged(code))
}

// enlarged draws each pixel as a square, as the window does.
func enlarged(small image.Image) image.Image {
	const times = 4
	b := small.Bounds()
	large := image.NewGray(image.Rect(0, 0, b.Dx()*times, b.Dy()*times))
	for y := range b.Dy() * times {
		for x := range b.Dx() * times {
			large.Set(x, y, small.At(b.Min.X+x/times, b.Min.Y+y/times))
		}
	}
	return large
}

// marked returns the letters that the screen shows as the odd ones.
func (a *agent) marked() (letters string) {
	a.look(func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok && text.Color == look.Now().Blocked && text.TextStyle.Monospace {
			letters += text.Text
		}
	})
	return letters
}
