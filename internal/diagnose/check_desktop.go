package diagnose

import (
	"context"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func (e Env) checkDesktop() Check {
	return Check{ID: "desktop", Title: "This desktop", Run: e.desktop}
}

// desktop tells where the agent works, and what follows for signing in.
func (e Env) desktop(ctx context.Context) Finding {
	d := e.desk(ctx)
	facts := []Fact{{"place", d.place, true}, {"wsl", d.wsl, true}, {"container", d.inside, true},
		{"display", d.display, true}, {"display_silent", d.silent != "", true}, {"opengl", d.graphics, true}}
	switch {
	case !d.browser && e.needsBrowser():
		do := "Run latchkey login --no-open, open its link on another device, and paste the address it ends on."
		if e.Org.Endpoints.DeviceAuthorization != "" { // known without asking the server
			do = "Sign in with a code on another device: latchkey login --with device"
		}
		return Found(Warning, problem.New(problem.NoDesktop, problem.Because("%s", d.where()), problem.Do("%s", do)), facts...)
	case d.silent != "" && !d.browser:
		return Found(Warning, problem.New(problem.NoDesktop, problem.Because("%s", d.where()), problem.Do("Sign in in the terminal: latchkey login")), facts...)
	case d.graphics == "missing":
		return Found(Warning, problem.New(problem.NoGraphics), facts...)
	case !d.browser:
		return Good(d.where()+" Sign in here with latchkey login: it offers the ways that the server knows.", facts...)
	}
	return Good(d.where(), facts...)
}

// needsBrowser reports whether there is no way around the browser: the server takes no password from an app.
func (e Env) needsBrowser() bool {
	return e.Org.Genesys() || e.Org.Credentials == config.CredentialsOff
}

// where says it in a sentence.
func (d desk) where() string {
	switch {
	case d.place == atVSCode:
		return "You work through VS Code on another computer; the browser opens in front of you."
	case d.place == atSSH && d.display != "none":
		return "You work over SSH; windows and the browser show on your own screen."
	case d.silent != "" && d.place == atSSH:
		return "You work over SSH. " + d.silent
	case d.place == atSSH:
		return "You work over SSH, where no browser opens in front of you."
	case d.place == atRemote:
		return "You work over remote desktop; the browser opens there, beside Latchkey."
	case d.wsl:
		return "You work in Linux under Windows; the browser opens in Windows."
	case d.silent != "" && d.place == atLocal && !d.wsl:
		return d.silent
	case d.inside && d.display == "none":
		return "Latchkey runs in a container, without a screen."
	case d.inside:
		return "Latchkey runs in a container, with a screen."
	case d.display == "none":
		return "There is no screen here."
	}
	return "You work at this computer's own desktop."
}
