package walker

import (
	"context"
	"fmt"
)

// Agent is somebody who signs in on whatever pages they meet in the demo world.
type Agent struct {
	Username, Password string
	Code               func() string // from the phone; nil: has none
	Company            bool          // takes the company's button where there is one
	Refuse             bool          // changes their mind and cancels
	Deny               bool          // does not let the device in
}

// Open walks from an address to the end of the sign-in. It makes Agent an opener of addresses, in a browser's place.
func (a Agent) Open(ctx context.Context, address string) error {
	w := New("")
	if err := w.Open(ctx, address); err != nil {
		return err
	}
	return a.SignIn(ctx, w)
}

// maxPages is more than any sign-in has.
const maxPages = 12

// SignIn does what the pages ask for until nothing is asked any more, or an answer goes back to the app.
func (a Agent) SignIn(ctx context.Context, w *Walker) error {
	company := a.Company
	for range maxPages {
		var err error
		switch {
		case w.Answer != nil:
			return nil
		case a.Refuse && w.Has("cancel"):
			err = w.Submit(ctx, "cancel", nil)
		case w.Has("user_code"):
			err = w.Submit(ctx, "continue", nil)
		case a.Deny && w.Has("deny"):
			err = w.Submit(ctx, "deny", nil)
		case w.Has("allow"):
			err = w.Submit(ctx, "allow", nil)
		case w.Has("code"):
			if w.Status >= 400 {
				return fmt.Errorf("refused: %s", w.Text())
			}
			if a.Code == nil {
				return fmt.Errorf("%q asks for a code and there is no phone", w.Title())
			}
			err = w.Submit(ctx, "continue", map[string]string{"code": a.Code()})
		case w.Has("key"):
			err = w.Submit(ctx, "key", nil)
		case company && w.Has("company"):
			company = false // the company's own page may offer one too
			err = w.Submit(ctx, "company", nil)
		case w.Has("password"):
			if w.Status >= 400 {
				return fmt.Errorf("refused: %s", w.Text())
			}
			err = w.Submit(ctx, "sign-in", map[string]string{"username": a.Username, "password": a.Password})
		case w.Has("continue"):
			err = w.Submit(ctx, "continue", nil)
		default:
			if w.Status >= 400 {
				return fmt.Errorf("ended on a page with status %d: %s", w.Status, w.Text())
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("no end in sight at %q", w.Title())
}
