package diagnose

import (
	"slices"

	"latchkey/internal/problem"
)

// suspectsOf returns the checks that could explain a problem, those first that explain the others; none when there is
// nothing to explain.
func suspectsOf(code problem.Code) []string {
	switch code {
	case problem.TimedOut, problem.ConnectionBroken:
		return []string{"network", "portal", "proxy", "status", "dns", "connect", "tls", "server"}
	case problem.ConnectionRefused:
		return []string{"network", "portal", "proxy", "status", "connect"}
	case problem.NameNotFound, problem.NameServiceDead:
		return []string{"network", "portal", "proxy", "status", "dns"}
	case problem.Offline:
		return []string{"network"}
	case problem.NetworkPage:
		return []string{"portal", "proxy", "status", "server"}
	case problem.TLSFailed:
		return []string{"portal", "proxy", "clock", "tls"}
	case problem.TLSExpired, problem.TLSNotYetValid:
		return []string{"clock", "portal", "tls"}
	case problem.TLSUntrusted, problem.TLSWrongName:
		return []string{"portal", "proxy", "tls"}
	case problem.ProxyFailed, problem.ProxyPassword, problem.ProxyScriptFailed:
		return []string{"network", "portal", "proxy"}
	case problem.ServerUnavailable, problem.ServerAnswer, problem.AnswerTooLarge:
		return []string{"portal", "proxy", "status", "server", "api"}
	case problem.APIUnreachable:
		return []string{"network", "portal", "proxy", "status", "api"}
	case problem.NotASignInServer, problem.IssuerMismatch, problem.RedirectRefused:
		return []string{"portal", "settings", "server"}
	case problem.CodeRefused, problem.CredentialsOrCodeRefused, problem.CodeExpired, problem.IDTokenInvalid, problem.DeviceExpired:
		return []string{"clock"}
	case problem.SignInRefused, problem.RequestRefused:
		return []string{"server"}
	case problem.AppUnknown:
		return []string{"settings"}
	case problem.BrowserNotOpened:
		return []string{"desktop", "browser"}
	case problem.BrowserNotReturned, problem.PortUnavailable, problem.NoFreePort:
		return []string{"network", "portal", "desktop", "browser"}
	case problem.KeychainMissing, problem.KeychainLocked, problem.KeychainTimeout, problem.KeychainFailed, problem.KeychainNotSaved, problem.StateUnwritable:
		return []string{"program", "keychain"}
	}
	return nil
}

// decided reports what the server, or the check of its answer, has decided: that stays true, whatever else is found.
func decided(code problem.Code) bool {
	return slices.Contains([]problem.Code{problem.CodeRefused, problem.CredentialsOrCodeRefused, problem.CodeExpired, problem.IDTokenInvalid, problem.DeviceExpired, problem.AppUnknown}, code)
}

// weight tells how much a code says about the cause: 1 is only a symptom.
func weight(code problem.Code) int {
	switch code {
	case "", problem.UnexpectedError:
		return 0
	case problem.TimedOut, problem.ConnectionBroken, problem.ConnectionRefused, problem.TLSFailed, problem.NetworkPage, problem.ServerAnswer,
		problem.ProxyFailed, problem.KeychainFailed, problem.KeychainTimeout, problem.BrowserNotReturned, problem.BrowserNotOpened:
		return 1
	case problem.NameNotFound, problem.ServerUnavailable, problem.APIUnreachable:
		return 2
	}
	return 3
}

// Explainable reports whether there are checks that could explain a problem with this code.
func Explainable(code problem.Code) bool { return len(suspectsOf(code)) > 0 }
