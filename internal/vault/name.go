package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// longestName is the most bytes of an escaped name. On macOS a name shares one line of 4096 bytes with the value.
const longestName = 160

// escape returns a name that every keychain takes as it is: letters, digits and ". _ - /", every other byte as %XX, and a
// leading "-" too, since a command line would take it for an option. A name that gets too long ends in "~" and a
// hash of the whole; "~" is escaped elsewhere, so no two names become the same.
func escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '/', c == '-' && i > 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}
	escaped := b.String()
	if len(escaped) <= longestName {
		return escaped
	}
	sum := sha256.Sum256([]byte(name))
	tail := "~" + hex.EncodeToString(sum[:])
	return escaped[:longestName-len(tail)] + tail
}
