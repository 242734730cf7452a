package main

import (
	"latchkey/internal/secret"
	"latchkey/internal/ui/present"
)

// factors are the screens for what is asked beside the password, and for a new one.
func factors() []shot {
	at := func(name string, focus present.Focus, s present.Screen) shot {
		return shot{name: name, frame: present.Frame{Where: acme, Pulse: seen, Focus: focus, Screen: s}}
	}
	whole := func(s shot) shot { s.main = true; return s }
	with := func(s shot, p *present.Problem) shot { s.frame.Problem = p; return s }

	sms := present.Code{Title: "Enter your code", Explain: "It was sent as a text message to +49 ••• 42.", Digits: 6, Ways: true, Resend: present.Resend{Offered: true, Wait: "0:24"}}
	again, sending, short, recovery := sms, sms, sms, sms
	again.Resend.Wait, again.Explain = "", "Sent again as a text message to +49 ••• 42."
	sending.Resend.Wait, sending.Busy = "", present.Busy{What: "Sending a new code", On: "resend"}
	short.Left = "1:12"
	expired := problemOf(true, "The code has expired.", "", "Enter a new code.", "code-expired", present.SendAgain, "Send again")
	recovery = present.Code{Title: "Enter a recovery code", Explain: "One of the codes you saved when you set up two-step verification. Each works once.", Letters: true, Ways: true}

	number := present.Approve{
		Title: "Approve on your phone", Explain: "A question was sent to Amy's Pixel 9. Choose or enter this number there, and this window goes on by itself.",
		Number: "95", Warning: "Does the question come without this number, or when you did not start it? Refuse it and tell IT: somebody may know your password.",
		Ways: true, Resend: present.Resend{Offered: true, Wait: "0:24"},
	}
	plain, late := number, number
	plain.Number, plain.Explain = "", "A question was sent to Amy's Pixel 9. Approve it there, and this window goes on by itself."
	plain.Warning = "Only approve what you started yourself. If a question comes at another time, refuse it and tell IT: somebody may know your password."
	late.Left, late.Resend.Wait = "0:48", ""
	refused := problemOf(true, "The sign-in was refused on your device.", "", "If that was you, try again. If you did not refuse it, tell IT at once.", "approval-refused", present.NoAction, "")

	fresh := present.NewPassword{
		Title: "Choose a new password", Explain: "The old one was right, but it has run out.", Ways: true,
		Rules: []present.Rule{{Text: "At least 12 characters"}, {Text: "A capital letter"}, {Text: "A small letter"}, {Text: "A digit"}, {Text: "A sign such as ! or ?"}, {Text: "None of the last 5 passwords", Sign: present.Untold}},
	}
	some, good, busy, weak := fresh, fresh, fresh, fresh
	some.Typed, some.Strength = true, present.Strength{Score: 1, Words: "Use at least 12 characters: several words are easy to remember. Leave out your name, your user name and your organisation."}
	some.Rules = signs(fresh.Rules, present.Unmet, present.Met, present.Met, present.Unmet, present.Unmet)
	good.Typed, good.Strength = true, present.Strength{Score: 4, Words: "Hard to guess."}
	good.Rules = signs(fresh.Rules, present.Met, present.Met, present.Met, present.Met, present.Met)
	busy.Busy = present.Busy{What: "Changing the password"}
	weak.Rules = signs(fresh.Rules, present.Broken, present.Met, present.Met, present.Met, present.Broken)
	tooWeak := problemOf(true, "The new password is too weak.", "Still missing: at least 12 characters, a sign such as ! or ?.", "Choose a longer one, of at least 12 characters.", "password-too-weak", present.NoAction, "")

	ways := present.Choose{Title: "Choose how to go on", Explain: "Show in one of these ways that it is you.", Back: "Cancel", Ways: []present.Way{
		{Use: "totp", Title: "Authenticator app", Sub: "Enter the code the app shows"}, {Use: "sms", Title: "Text message", Sub: "To +49 ••• 42"},
		{Use: "email", Title: "E-mail", Sub: "To a•••@acme.example"}, {Use: "push", Title: "Approve on your phone", Sub: "On Amy's Pixel 9"},
		{Use: "browser", Title: "Sign in with the browser", Sub: "On the sign-in page of Acme Contact Center"},
	}}
	code := present.NewRecoveryCode{Code: secret.New("K7QF-93XW-PL4M-ZT2R")}
	copied := code
	copied.Copied = true

	shown := at("new-password-shown", present.FocusNewPassword, good)
	shown.then = press(1)
	typedSome := whole(at("new-password", present.FocusNewPassword, some))
	typedSome.then = typed("Amyagent")
	typedRecovery := at("code-recovery", present.FocusCode, recovery)
	typedRecovery.then = typed("k7qf-93xw")
	return []shot{
		whole(at("code-sms", present.FocusCode, sms)), at("code-sms-again", present.FocusCode, again), at("code-sms-sending", present.FocusCode, sending),
		at("code-short", present.FocusCode, short), with(at("code-expired", present.FocusCode, again), expired), typedRecovery,
		whole(at("approve", present.FocusMain, number)), at("approve-plain", present.FocusMain, plain), at("approve-late", present.FocusMain, late),
		with(at("approve-refused", present.FocusProblem, ways), refused),
		at("new-password-empty", present.FocusNewPassword, fresh), typedSome, shown, at("new-password-busy", present.FocusNone, busy),
		with(at("new-password-refused", present.FocusNewPassword, weak), tooWeak),
		whole(at("recovery-code", present.FocusMain, code)), at("recovery-code-copied", present.FocusMain, copied),
		whole(at("choose", present.FocusMain, ways)),
	}
}

// signs gives the first rules these signs.
func signs(rules []present.Rule, list ...present.RuleSign) []present.Rule {
	changed := append([]present.Rule(nil), rules...)
	for i, sign := range list {
		changed[i].Sign = sign
	}
	return changed
}
