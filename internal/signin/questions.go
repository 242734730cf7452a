package signin

import (
	"context"
	"slices"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// ask asks for what the server needs, and returns what to do. What is not complete is asked again without a request.
func (d *dialogue) ask(ctx context.Context) (move, error) {
	switch {
	case d.first():
		return d.credentials(ctx)
	case d.wants(oauth.FieldNewPassword):
		return d.newPassword(ctx)
	case d.wants(oauth.FieldOTP):
		return d.code(ctx)
	case d.wants(oauth.FieldApproval):
		return d.approve(ctx)
	case d.wants(oauth.FieldMethod):
		return d.method(ctx)
	}
	return d.credentials(ctx)
}

// first reports whether e-mail and password are asked for, alone or with a code in the same form.
func (d *dialogue) first() bool {
	return len(d.wanted.Need) == 0 || d.wants(oauth.FieldPassword) && (d.a.client.CodeWithPassword() || !d.wants(oauth.FieldOTP))
}

func (d *dialogue) credentials(ctx context.Context) (move, error) {
	a := d.a
	for {
		ans, err := a.ask(ctx, func(ans Answer) bool {
			return !ans.Resend && (ans.Use == "" || (Door(ans.Use) != WithPassword && a.leadsElsewhere(ans)))
		}, func(id string) Step {
			return Credentials{
				ID: id, Org: a.opts.Org.ID, Host: a.client.Server.CredentialsHost(), Username: a.username,
				ForgotPassword: a.client.Server.ForgotPasswordURL, Others: a.others(WithPassword), Code: a.client.CodeWithPassword(),
			}
		})
		if err != nil {
			return move{}, err
		}
		if name := trimUsername(ans.Username); name != "" || ans.Use == "" {
			a.username = name
		}
		fields, fault, field := d.filledIn(ans)
		switch {
		case ans.Use != "":
			ans.Wipe()
			return move{door: Door(ans.Use)}, nil
		case fault == nil:
			a.begin()
			if method := d.preferred(ctx); method != "" && method != Recovery { // so that nothing is sent by another one first
				fields[oauth.FieldMethod] = secret.New(method)
			}
			return move{fields: fields}, nil
		}
		ans.Wipe()
		a.trouble(fault, nil, field)
	}
}

// filledIn returns what the form holds, or what is missing in it.
func (d *dialogue) filledIn(ans Answer) (fields map[oauth.Field]secret.Text, fault *problem.Problem, field string) {
	switch {
	case d.a.username == "":
		return nil, problem.New(problem.CredentialsNeeded), "username"
	case ans.Password.Empty():
		return nil, problem.New(problem.CredentialsNeeded), "password"
	}
	fields = map[oauth.Field]secret.Text{oauth.FieldPassword: ans.Password}
	if d.a.client.CodeWithPassword() && !ans.Code.Empty() {
		code, ok := normalizeCode(ans.Code, d.wanted.Digits)
		if !ok {
			return nil, problem.New(problem.CodeShape), "code"
		}
		fields[oauth.FieldOTP] = code
	}
	ans.Code.Wipe()
	fields[oauth.FieldUsername] = secret.New(d.a.username)
	return fields, nil, ""
}

func (d *dialogue) code(ctx context.Context) (move, error) {
	a, w := d.a, &d.wanted
	d.settled = true
	for {
		others, targets := d.elsewhere()
		ans, err := a.ask(ctx, func(ans Answer) bool {
			if ans.Resend {
				return !w.ResendAt.IsZero()
			}
			return ans.Use == "" || slices.Contains(others, ans.Use)
		}, func(id string) Step {
			return Code{ID: id, Method: w.Method, SentTo: w.SentTo, Digits: w.Digits, Others: others, Targets: targets,
				ResendAt: w.ResendAt, Deadline: w.Until}
		})
		switch {
		case err != nil:
			return move{}, err
		case ans.Resend:
			ans.Wipe()
			return move{resend: true}, nil
		case ans.Use != "":
			ans.Wipe()
			return d.elsewhereTo(ans.Use), nil
		}
		code, fault := readCode(ans.Code, w.Method, w.Digits)
		ans.Wipe()
		if fault == nil {
			return move{fields: map[oauth.Field]secret.Text{oauth.FieldOTP: code}}, nil
		}
		a.trouble(fault, nil, "code")
	}
}

// newPassword asks for a password in place of the old one. How good it is, the server judges.
func (d *dialogue) newPassword(ctx context.Context) (move, error) {
	a := d.a
	for {
		ans, err := a.ask(ctx, func(ans Answer) bool {
			return !ans.Resend && (ans.Use == "" || a.leadsElsewhere(ans))
		}, func(id string) Step {
			return NewPassword{ID: id, Username: a.username, Expired: d.wanted.Expired, Rules: d.wanted.Rules, Others: DoorNames(a.doors())}
		})
		switch {
		case err != nil:
			return move{}, err
		case ans.Use != "":
			ans.Wipe()
			return move{door: Door(ans.Use)}, nil
		case !ans.NewPassword.Empty():
			return move{fields: map[oauth.Field]secret.Text{oauth.FieldNewPassword: ans.NewPassword}}, nil
		}
		ans.Wipe()
		a.trouble(problem.New(problem.CredentialsNeeded, problem.Titled("A new password is needed.")), nil, "new-password")
	}
}
