package signin

import (
	"context"

	"latchkey/internal/oauth"
)

// device is the door through another device (RFC 8628): show the code, wait until the server says it is done.
func (a *Attempt) device(ctx context.Context) (passage, error) {
	if t, paused := a.paused(ctx, spotAt(WithDevice, "")); paused {
		a.emit(t)
		return passage{}, nil // choose another way, or wait
	}
	flow, err := oauth.NewFlow(a.deps.Rand)
	if err != nil {
		return passage{}, err
	}
	defer flow.Wipe()
	code, err := a.client.DeviceAuthorize(ctx)
	if err != nil {
		return passage{}, err
	}
	answers := a.listen(func(ans Answer) bool { return Door(ans.Use) != WithDevice && a.leadsElsewhere(ans) })
	defer a.stopListening()
	a.emit(Device{
		UserCode: code.UserCode, VerificationURI: code.VerificationURI,
		VerificationURIComplete: code.VerificationURIComplete, Deadline: code.Expires, Others: a.others(WithDevice),
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type outcome struct {
		tokens *oauth.Tokens
		err    error
	}
	arrived := make(chan outcome, 1)
	go func() {
		t, err := a.client.DeviceWait(ctx, code, flow)
		arrived <- outcome{t, err}
	}()
	var next Door
	var end outcome
	select {
	case end = <-arrived:
	case ans := <-answers:
		next = Door(ans.Use)
		cancel()
		end = <-arrived
	}
	switch {
	case end.err == nil: // also when it was done just before another door was chosen
		a.emit(Working{FinishingSignIn})
		return passage{tokens: end.tokens}, nil
	case next != "":
		return passage{next: next}, nil
	}
	return passage{}, end.err
}
