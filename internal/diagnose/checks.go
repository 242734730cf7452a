package diagnose

import (
	"context"

	"latchkey/internal/transport"
)

// Checks returns all checks of a diagnosis, in the order in which they are shown. They hold no state: what several of
// them need to know is found out once in each [Run].
func Checks(e Env) []Check {
	checks := []Check{
		e.checkSettings(),
		e.checkDesktop(),
		e.checkNetwork(),
		e.checkDNS(),
		e.checkConnect(),
		e.checkProxy(),
		e.checkPortal(),
		e.checkTLS(),
		e.checkServer(),
		e.checkAPI(),
		e.checkWorkspace(),
		e.checkNotifications(),
		e.checkVoice(),
		e.checkClock(),
		e.checkStatus(),
		e.checkKeychain(),
		e.checkBrowser(),
		e.checkKept(),
		e.checkProgram(),
	}
	for i, c := range checks {
		find := c.Run
		if e.yields(c.ID) {
			find = e.yield(find)
		}
		checks[i].Run = func(ctx context.Context) Finding {
			return e.explained(ctx, c.ID, find(transport.WithDial(ctx, e.dial)))
		}
	}
	return checks
}

// explained puts what fails without a proxy down to the script that should have named one, and what looks like an outage to the
// service's own word that there is one.
func (e Env) explained(ctx context.Context, id string, f Finding) Finding {
	h, ok := e.Login()
	if ok && f.State == Problem && mayBeOutage(id, f) {
		f.After = append(f.After, "status")
	}
	if !ok || f.State != Problem || id != "dns" && id != "connect" {
		return f
	}
	if w := e.way(ctx, h); w.ScriptErr != nil && w.URL == nil {
		f.After = append(f.After, "proxy")
	}
	return f
}

// noServer is the finding of a check that needs a server when the settings name none.
func (e Env) noServer() Finding {
	why := "no organisation is set up."
	if e.SettingsErr != nil {
		why = "the settings cannot be used."
	}
	return Finding{State: Skipped, What: "There is no server to ask: " + why, After: []string{"settings"}}
}
