// Package secret holds values that must never be printed: passwords, one-time codes, tokens, code verifiers.
//
// A [Text] prints as "[redacted]" through fmt, log/slog, encoding/json, encoding/gob and every other encoder that
// asks a value to describe itself. The only way to the value is to say so, with [Text.Reveal].
package secret

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"unicode/utf8"
)

const redacted = "[redacted]"

// Text is a secret string. The zero value is the empty secret. Copies share one buffer, so that [Text.Wipe] on one
// wipes them all.
type Text struct {
	b *buffer
}

// buffer stands behind a pointer so that %#v of a struct that holds a Text shows an address, never the bytes.
type buffer struct{ bytes []byte }

// New returns a secret holding a copy of s. The string that was passed in cannot be wiped; see [FromBytes].
func New(s string) Text { return FromBytes([]byte(s)) }

// FromBytes returns a secret that takes b over: the caller must not use b afterwards, and Wipe overwrites it.
func FromBytes(b []byte) Text {
	if len(b) == 0 {
		return Text{}
	}
	return Text{&buffer{b}}
}

// Reveal returns the value. Call it where the value is used, not where it is stored.
func (t Text) Reveal() string {
	if t.b == nil {
		return ""
	}
	return string(t.b.bytes)
}

// Runes returns the value as code points: a copy that the caller clears. What is not valid UTF-8 becomes U+FFFD.
func (t Text) Runes() []rune {
	if t.b == nil {
		return nil
	}
	runes := make([]rune, 0, len(t.b.bytes))
	for rest := t.b.bytes; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		runes, rest = append(runes, r), rest[size:]
	}
	return runes
}

// Empty reports whether there is no value, or the value has been wiped.
func (t Text) Empty() bool { return t.Len() == 0 }

// Len returns the length of the value in bytes.
func (t Text) Len() int {
	if t.b == nil {
		return 0
	}
	return len(t.b.bytes)
}

// Equal compares two secrets in a time that depends on their lengths only.
func (t Text) Equal(other Text) bool {
	if t.b == nil || other.b == nil {
		return t.Len() == other.Len()
	}
	return subtle.ConstantTimeCompare(t.b.bytes, other.b.bytes) == 1
}

// EqualString compares the secret with s in a time that depends on the lengths only.
func (t Text) EqualString(s string) bool {
	if t.b == nil {
		return s == ""
	}
	return subtle.ConstantTimeCompare(t.b.bytes, []byte(s)) == 1
}

// Wipe overwrites the value, in this and every copy of the secret, and leaves it empty.
func (t Text) Wipe() {
	if t.b == nil {
		return
	}
	clear(t.b.bytes)
	runtime.KeepAlive(t.b.bytes)
	t.b.bytes = nil
}

// WipeAll wipes every value.
func WipeAll[K comparable](values map[K]Text) {
	for _, t := range values {
		t.Wipe()
	}
}

// String returns "[redacted]".
func (t Text) String() string { return redacted }

// GoString returns "[redacted]".
func (t Text) GoString() string { return redacted }

// Format prints "[redacted]" for every verb.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs "[redacted]".
func (t Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText encodes as "[redacted]".
func (t Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON encodes as "[redacted]".
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// GobEncode refuses: nothing that is stored may hold a secret by accident.
func (t Text) GobEncode() ([]byte, error) { return nil, errors.New("a secret is not encoded") }

// UnmarshalText takes a value in, so that secrets can be decoded from an answer straight into their type.
func (t *Text) UnmarshalText(b []byte) error {
	*t = New(string(b))
	return nil
}
