package present

import (
	"fmt"
	"strings"
	"time"

	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// way describes a way to sign in, or a method to prove who one is, in words people know.
func (p *Presenter) way(use string) Way {
	w := Way{Use: use}
	switch signin.Kind(use) {
	case string(signin.WithPassword):
		w.Title, w.Sub = "E-mail and password", "Start again in this window"
	case string(signin.WithBrowser):
		w.Title, w.Sub = "Sign in with the browser", "On the sign-in page of "+orElse(p.org.Name, "the server")
	case string(signin.WithCompany):
		w.Title, w.Sub = "Login with "+orElse(p.org.Company, "your company"), "In the browser, on your company's page"
	case string(signin.WithDevice):
		w.Title, w.Sub = "Use another device", "Enter a short code on a phone or another computer"
	case "totp", "otp":
		w.Title, w.Sub = "Authenticator app", "Enter the code the app shows"
	case "sms":
		w.Title, w.Sub = "Text message", "Get a code on your phone"
	case "email":
		w.Title, w.Sub = "E-mail", "Get a code by e-mail"
	case signin.Voice:
		w.Title, w.Sub = "Call", "Get a code read out to you"
	case "recovery", "recovery-code":
		w.Title, w.Sub = "Recovery code", "One of the codes you saved"
	case "push":
		w.Title, w.Sub = "Approve on your phone", "In the app of your organisation"
	case regionsWay:
		w.Title, w.Sub = "Try another region", "When the page does not know your e-mail"
	case "webauthn", "passkey":
		w.Title, w.Sub = "Security key or passkey", "In the browser"
	default:
		if account, ok := strings.CutPrefix(use, accountWay); ok {
			w.Title, w.Sub = transport.Clean(account, 40), "Signed in on this computer before"
			break
		}
		w.Title = transport.Clean(use, 40)
		return w
	}
	if number, further := strings.CutPrefix(use, signin.Kind(use)+"-"); further { // one of several of its kind
		w.Title += " " + number
	}
	return w
}

// ways describes ways to sign in; targets tell where their codes go, as far as the server says it.
func (p *Presenter) ways(uses []string, targets map[string]string) []Way {
	ways := make([]Way, 0, len(uses))
	for _, use := range uses {
		w := p.way(use)
		if to := transport.Clean(targets[use], 60); to != "" {
			w.Sub = "To " + to
			if signin.Kind(use) == signin.Push {
				w.Sub = "On " + to
			}
		}
		ways = append(ways, w)
	}
	return ways
}

func codeWords(method, sentTo string) (title, explain string) {
	sentTo = transport.Clean(sentTo, 60)
	switch signin.Kind(method) {
	case "sms":
		return "Enter your code", sent("It was sent as a text message", sentTo)
	case "email":
		return "Enter your code", sent("It was sent by e-mail", sentTo)
	case signin.Voice:
		if sentTo == "" {
			return "Enter your code", "You get a call that reads it out."
		}
		return "Enter your code", "You get a call at " + sentTo + " that reads it out."
	case "recovery", "recovery-code":
		return "Enter a recovery code", "One of the codes you saved when you set up two-step verification. Each works once."
	default:
		if sentTo != "" {
			return "Enter your code", "It was sent to " + sentTo + "."
		}
		return "Enter your code", "From your authenticator app."
	}
}

func sent(how, where string) string {
	if where == "" {
		return how + "."
	}
	return how + " to " + where + "."
}

// Countdown writes a span as 4:59, rounded up to whole seconds, so that it says 0:00 only when it is over.
func Countdown(left time.Duration) string {
	seconds := int((left + time.Second - 1) / time.Second)
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Until writes a moment as people say it: 18:40 today, else with its day.
func Until(moment, now time.Time, where *time.Location) string {
	moment, now = moment.In(where), now.In(where)
	clock := moment.Format("15:04")
	if moment.Year() == now.Year() && moment.YearDay() == now.YearDay() {
		return clock
	}
	if moment.Sub(now).Abs() < 6*24*time.Hour {
		return moment.Format("Monday") + " " + clock
	}
	return moment.Format("2 January") + " " + clock
}

func orElse(text, other string) string {
	if strings.TrimSpace(text) == "" {
		return other
	}
	return text
}

// clean makes a problem's words safe to show: some quote what was typed or what a server said.
func clean(text string) string { return transport.Clean(text, 400) }
