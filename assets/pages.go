// Package assets holds what Latchkey shows and does not compute: icon, fonts, and the pages the browser ends on.
package assets

import (
	"crypto/sha256"
	_ "embed" // the pages are embedded
	"encoding/base64"
	"strings"
)

//go:embed return.html
var returnHTML string

//go:embed return.css
var returnCSS string

// ReturnPages are the fixed pages of the loopback address. Nothing of a request is ever in them, and none of them
// says that the sign-in succeeded: that is only known later, in Latchkey.
type ReturnPages struct {
	Done     []byte // the browser is back and its tab can be closed
	Already  []byte // the same answer once more
	Expired  []byte // an answer to a sign-in that has ended
	Unready  []byte // the sign-in page cannot be had right now
	NotOurs  []byte // a request that does not belong to the sign-in
	NotFound []byte // no such page
	Failed   []byte // Latchkey itself is at fault

	// Policy is the Content-Security-Policy of all of them: their one style sheet, and nothing else.
	Policy string
}

// The marks: a key for the way back, a clock for what is over, a ring with a bar for what is not ours.
const (
	keyMark   = "M22.5 26a6.5 6.5 0 1 1 2-2l10 10M30 33.5l3-3"
	clockMark = "M24 13a11 11 0 1 0 .01 0M24 18v6l4 3"
	barMark   = "M24 13a11 11 0 1 0 .01 0M19 24h10"
)

// NewReturnPages puts the pages together.
func NewReturnPages() ReturnPages {
	style := "\n" + returnCSS
	hash := sha256.Sum256([]byte(style))
	page := func(tone, mark, title, text, quiet string) []byte {
		return []byte(strings.NewReplacer("{{style}}", style, "{{tone}}", tone, "{{mark}}", mark,
			"{{title}}", title, "{{text}}", text, "{{quiet}}", quiet).Replace(returnHTML))
	}
	return ReturnPages{
		Done: page("plain", keyMark, "Back to Latchkey",
			"You can close this tab.", "Latchkey goes on by itself."),
		Already: page("plain", keyMark, "This page has done its work",
			"You can close this tab.", "The answer was handed to Latchkey before."),
		Expired: page("attention", clockMark, "This sign-in is over",
			"Go back to Latchkey and start again.", "You can close this tab."),
		Unready: page("attention", barMark, "The sign-in page cannot be reached",
			"Go back to Latchkey. It says what to do.", "You can close this tab."),
		NotOurs: page("attention", barMark, "This does not belong to the sign-in",
			"Nothing has changed.", "If you are signing in, go back to Latchkey and open the browser again from there."),
		NotFound: page("attention", barMark, "There is nothing here",
			"You can close this tab.", "Latchkey listens at this address only while you sign in."),
		Failed: page("attention", barMark, "Something went wrong inside Latchkey",
			"Go back to Latchkey. It says what to do.", "You can close this tab."),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
}
