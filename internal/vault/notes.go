package vault

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// mostNotes is how many notes are kept: the ones used last.
const mostNotes = 200

// note is what is remembered of an account beside its session, in the index. What it belongs to is not readable there: notes
// stand under a hash with a key of this computer's, because a pause is remembered also for sign-ins that are to leave nothing
// behind. Whoever has the file can still try out names.
type note struct {
	Method    string       `json:"method,omitempty"` // that proved the last sign-in, beside the password
	Until     time.Time    `json:"until,omitzero"`   // the server is not to be asked before
	Why       problem.Code `json:"why,omitempty"`
	Org       string       `json:"org,omitempty"`       // whose server that is, hashed likewise, while there is a pause
	This      *SignIn      `json:"this,omitempty"`      // the newest sign-in
	Before    *SignIn      `json:"before,omitempty"`    // the one before
	Suggested bool         `json:"suggested,omitempty"` // two-step verification was suggested
	Used      time.Time    `json:"used"`
}

// empty reports whether the note says nothing any more.
func (n note) empty() bool {
	return n.Method == "" && n.Until.IsZero() && n.This == nil && n.Before == nil && !n.Suggested
}

// noteKey is the name of a note. It is false before this computer has a key, when there are no notes.
func (x *index) noteKey(what ...string) (string, bool) {
	if len(x.Key) == 0 {
		return "", false
	}
	text, _ := json.Marshal(what)
	mac := hmac.New(sha256.New, x.Key)
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil)[:16]), true
}

// readNote returns a note; an empty one when there is none, or it cannot be read.
func (v *Vault) readNote(what ...string) note {
	x, err := v.readIndex()
	if err != nil {
		return note{}
	}
	key, ok := x.noteKey(what...)
	if !ok {
		return note{}
	}
	return x.Notes[key]
}

// changeNote changes a note in the index, and throws out what is over.
func (v *Vault) changeNote(ctx context.Context, change func(*note) bool, what ...string) error {
	now := v.clk.Now().Round(0)
	return v.changeIndex(ctx, func(x *index) bool {
		if len(x.Key) == 0 {
			x.Key = make([]byte, 32)
			if _, err := rand.Read(x.Key); err != nil {
				x.Key = nil
				return false
			}
		}
		key, _ := x.noteKey(what...)
		n := x.Notes[key]
		if !change(&n) {
			return false
		}
		n.Used = now
		if n.Org = ""; what[0] == noteOfName && !n.Until.IsZero() {
			n.Org, _ = x.noteKey(noteOfOrg, what[1])
		}
		if x.Notes == nil {
			x.Notes = map[string]note{}
		}
		x.Notes[key] = n
		x.prune(now)
		return true
	})
}

// prune ends pauses that are over, and drops notes that say nothing or are too many.
func (x *index) prune(now time.Time) {
	for key, n := range x.Notes {
		if !n.Until.After(now) {
			n.Until, n.Why, n.Org = time.Time{}, "", ""
			x.Notes[key] = n
		}
		if n.empty() {
			delete(x.Notes, key)
		}
	}
	if len(x.Notes) <= mostNotes {
		return
	}
	oldest := slices.SortedFunc(maps.Keys(x.Notes), func(a, b string) int { return x.Notes[a].Used.Compare(x.Notes[b].Used) })
	for _, key := range oldest[:len(oldest)-mostNotes] {
		delete(x.Notes, key)
	}
}
