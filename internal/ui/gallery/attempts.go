package main

import (
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// attempts are screens on the way through a sign-in that are played by the presenter itself.
func attempts() []shot {
	after := func(name string, act func(*stage)) shot { return shot{name: name, frame: played(acmeOrg, nil, act)} }
	credentials := signin.Credentials{ID: "1", ForgotPassword: acmeOrg.ForgotPassword, Others: []signin.Door{signin.WithBrowser, signin.WithDevice}}
	// entered signs in, and lets the attempt go on with these steps.
	entered := func(s *stage, steps ...signin.Step) {
		s.say(credentials)
		s.p.Submit("amy@acme.example", "correct horse")
		s.say(steps...)
	}
	approve := signin.Approve{Number: "95", SentTo: "Amy's Pixel 9", Deadline: morning.Add(2 * time.Minute), ResendAt: morning.Add(30 * time.Second), Others: []string{"totp", "browser"}}
	phones := signin.Choose{
		ID: "2", Methods: []string{"sms", "sms-2", "email", "browser"},
		Targets: map[string]string{"sms": "+49 ••• 13", "sms-2": "+44 ••• 64", "email": "a•••@acme.example"},
	}
	device := signin.Device{
		UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device", VerificationURIComplete: "https://login.acme.example/device?user_code=WDJB-MJHT",
		Deadline: morning.Add(10 * time.Minute), Others: []signin.Door{signin.WithBrowser},
	}
	code := signin.Code{ID: "2", Method: "totp", Digits: 6, Others: []string{"recovery", "browser"}}
	step := signin.Notice{Problem: problem.New(problem.StepWanted, problem.Do("Once it is done, you are signed in as before."))}
	goesElsewhere := credentials
	goesElsewhere.Host = "login.acme-accounts.example"

	finishing := signin.Working{What: signin.FinishingSignIn}
	return []shot{
		after("approve-finishing", func(s *stage) { entered(s, approve, finishing) }),
		after("device-finishing", func(s *stage) { s.p.Use(string(signin.WithDevice), ""); s.say(device, finishing) }),
		after("choose-phones", func(s *stage) { entered(s, phones) }),
		after("code-step-wanted", func(s *stage) { s.say(step, code) }),
		after("sign-in-goes-elsewhere", func(s *stage) {
			s.p.Submit("amy@acme.example", "correct horse") // typed ahead
			s.say(goesElsewhere)
		}),
	}
}
