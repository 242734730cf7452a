package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
)

// save writes a picture as a small PNG file: with a palette where it has few enough colours.
func save(path string, picture image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, paletted(picture)); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}

// paletted returns the same picture with a palette, or as it is when it has more colours than a palette holds.
func paletted(picture image.Image) image.Image {
	bounds := picture.Bounds()
	known := map[color.NRGBA]uint8{}
	var palette color.Palette
	small := image.NewPaletted(bounds, nil)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			index, ok := known[c]
			if !ok {
				if len(palette) == 256 {
					return picture
				}
				index = uint8(len(palette))
				known[c], palette = index, append(palette, c)
			}
			small.SetColorIndex(x, y, index)
		}
	}
	small.Palette = palette
	return small
}
