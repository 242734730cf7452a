// Package fresh draws the demo world's unguessable values.
package fresh

import (
	"encoding/base64"
	"io"
)

// Token returns 256 random bits in URL-safe letters. Without randomness there is no safe way to go on: it panics.
func Token(random io.Reader) string {
	return base64.RawURLEncoding.EncodeToString(draw(random, 32))
}

// Digits returns n random digits.
func Digits(random io.Reader, n int) string { return Letters(random, "0123456789", n) }

// Letters returns n random letters of an alphabet of at most 256, each as likely as any other.
func Letters(random io.Reader, alphabet string, n int) string {
	fair := 256 - 256%len(alphabet) // what is drawn above would favour the first letters
	out := make([]byte, 0, n)
	for len(out) < n {
		for _, b := range draw(random, n) {
			if int(b) < fair && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

func draw(random io.Reader, n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		panic("no randomness: " + err.Error())
	}
	return b
}
