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
	select {
	case o := <-arrived:
		return passage{tokens: o.tokens}, o.err
	case ans := <-answers:
		cancel()
		if o := <-arrived; o.err == nil {
			return passage{tokens: o.tokens}, nil // it was done just before
		}
		return passage{next: Door(ans.Use)}, nil
	}
}
