package main

import (
	"context"
	"errors"
	"fmt"
)

// signInBy signs somebody in with the password, and answers what is asked beside it.
func (p *player) signInBy(ctx context.Context, org, username string, second func(step) (answer, error)) error {
	who := p.world.User(org, username)
	asked := false
	last, err := p.converse(ctx, p.environ, org, []string{"--with", "password", "--no-keep"}, func(s step) (answer, error) {
		switch s.Step {
		case "credentials":
			p.saw("asks for e-mail and password at %s", s.Host)
			return answer{"username": who.Username, "password": who.Password}, nil
		case "problem":
			return nil, problemOf(s)
		case "code", "approve", "choose", "new-password", "new-recovery-code":
			asked = true
			return second(s)
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	if !asked {
		return errors.New("the password alone was enough")
	}
	p.proved("%s is signed in", last.Name)
	return nil
}

func (p *player) textMessage(ctx context.Context) error {
	const mia = "mia@acme.example"
	return p.signInBy(ctx, "acme", mia, func(s step) (answer, error) {
		p.saw("says that a code went to %s; gets what the phone shows", s.SentTo)
		return answer{"code": p.world.TextMessage(mia)}, nil
	})
}

func (p *player) approval(ctx context.Context) error {
	const pat = "pat@acme.example"
	return p.signInBy(ctx, "acme", pat, func(s step) (answer, error) {
		if s.Number == "" {
			return nil, errors.New("no number is shown")
		}
		p.saw("shows the number %s; Pat taps it on the phone", s.Number)
		if !p.world.Approve(pat) {
			return nil, errors.New("the phone does not ask")
		}
		return nil, nil
	})
}

func (p *player) recovery(ctx context.Context) error {
	const rex = "rex@acme.example"
	return p.signInBy(ctx, "acme", rex, func(s step) (answer, error) {
		if s.Method != "recovery" {
			p.saw("asks for a code of the authenticator app; Rex has lost the phone and takes a recovery code")
			return answer{"use": "recovery"}, nil
		}
		codes := p.world.RecoveryCodes(rex)
		if len(codes) == 0 {
			return nil, errors.New("there are no recovery codes left")
		}
		return answer{"code": codes[0]}, nil
	})
}

func (p *player) newPassword(ctx context.Context) error {
	const chosen = "Three-geese-cross-1-frozen-canal"
	err := p.signInBy(ctx, "acme", "eve@acme.example", func(s step) (answer, error) {
		if s.Step != "new-password" {
			return nil, fmt.Errorf("asks for %s", s.Step)
		}
		p.saw("says that the password is too old; gets a new one")
		return answer{"new_password": chosen}, nil
	})
	if err == nil && p.world.User("acme", "eve@acme.example").Password != chosen {
		err = errors.New("the server kept the old password")
	}
	return err
}

// products signs somebody in at each of the servers that take passwords at the token endpoint.
func (p *player) products(ctx context.Context) error {
	ian, hana := "ian@initech.example", "hana@hooli.example"
	if err := p.signInBy(ctx, "initech", ian, func(s step) (answer, error) { return answer{"code": p.world.TOTP(ian)}, nil }); err != nil {
		return err
	}
	return p.signInBy(ctx, "hooli", hana, func(s step) (answer, error) {
		if s.Step == "choose" {
			return answer{"use": "push"}, nil
		}
		p.saw("shows the number %s; Hana taps it on the phone", s.Number)
		if !p.world.Approve(hana) {
			return nil, errors.New("the phone does not ask")
		}
		return nil, nil
	})
}
