// Package fresh draws the demo world's unguessable values.
package fresh

import (
	"encoding/base64"
	"io"
)

// Token returns 256 random bits in URL-safe letters. Without randomness there is no safe way to go on: it panics.
func Token(random io.Reader) string {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		panic("no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
