package oauth

import (
	"strings"

	"latchkey/internal/problem"
)

// entraMark stands before the number with which Microsoft Entra ID begins its words, whatever the error code is.
const entraMark = "AADSTS"

// entraEnds are the numbers that say more than the code beside them
// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). Microsoft does not promise them: a number that is not here
// changes nothing, and none decides what is sent next.
var entraEnds = map[string]problem.Code{
	"50053": problem.AccountLocked,
	"50057": problem.AccountDisabled,

	"50055":  problem.InteractionRequired, // the password has expired,
	"50144":  problem.InteractionRequired, // or the one of the company's own directory
	"50072":  problem.InteractionRequired, // a second step is to be set up,
	"50079":  problem.InteractionRequired,
	"50074":  problem.InteractionRequired, // or proved,
	"50076":  problem.InteractionRequired,
	"50078":  problem.InteractionRequired, // or proved again
	"50125":  problem.InteractionRequired, // the password is to be set anew
	"700020": problem.InteractionRequired,

	"50005":  problem.ConditionsRefused, // this system is not supported
	"50097":  problem.ConditionsRefused, // the computer is to prove itself,
	"50129":  problem.ConditionsRefused, // is to be joined,
	"53000":  problem.ConditionsRefused, // is to be compliant,
	"53001":  problem.ConditionsRefused, // is to be in the domain
	"50131":  problem.ConditionsRefused,
	"53003":  problem.ConditionsRefused,
	"530032": problem.ConditionsRefused,

	"65001": problem.ConsentRefused, // nobody has agreed yet
	"65004": problem.ConsentRefused,

	"50105":   problem.AppNotAllowed, // the person is not assigned to the app
	"53002":   problem.AppNotAllowed,
	"90094":   problem.AppNotAllowed, // an administrator is to agree
	"90095":   problem.AppNotAllowed,
	"7000112": problem.AppNotAllowed, // it is switched off
	"700011":  problem.AppUnknown,
	"700016":  problem.AppUnknown,
}

// entra returns the problem that the number in the words names, and nil without one that is known.
func (r *refusal) entra() *problem.Problem {
	_, words, found := strings.Cut(r.words, entraMark)
	if !found {
		return nil
	}
	number := words[:len(words)-len(strings.TrimLeft(words, "0123456789"))]
	code, known := entraEnds[number]
	switch {
	case !known:
		return nil
	case code == problem.AccountLocked && r.says("ip address"): // the same number: the account is not locked, the place is refused
		return r.problem(problem.AddressRefused)
	}
	return r.problem(code)
}
