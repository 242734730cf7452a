package session

import (
	"strings"

	"latchkey/internal/transport"
)

// Words tells how and from where the sign-in was made: "by password, from 203.0.113.7". They are clean, and empty when
// nothing of it is known.
func (l LastSignIn) Words() string {
	var words []string
	switch l.How {
	case "":
	case "password":
		words = append(words, "by password")
	case "browser":
		words = append(words, "in the browser")
	case "company":
		words = append(words, "at your company's page")
	case "device":
		words = append(words, "by another device")
	default:
		words = append(words, transport.Clean(l.How, 30))
	}
	if from := transport.Clean(l.From, 45); from != "" {
		words = append(words, "from "+from)
	}
	if l.Here {
		words = append(words, "on this computer")
	}
	return strings.Join(words, ", ")
}
