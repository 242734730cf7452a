package people

import (
	"strings"

	"latchkey/internal/demo/fresh"
)

// recoveryCount is how many recovery codes somebody gets.
const recoveryCount = 10

// recoveryLetters leaves out what is easily mistaken for something else.
const recoveryLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// recoveryCode is one code to keep for the day the phone is gone.
type recoveryCode struct {
	code string // without its dash
	used bool
}

// RecoveryCodes returns somebody's recovery codes that were not used yet, as they were handed out.
func (d *Directory) RecoveryCodes(username string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, known := d.find(username)
	if !known || !who.Recovery {
		return nil
	}
	var left []string
	for _, c := range d.recoveryOf(d.account(username)) {
		if !c.used {
			left = append(left, c.code[:len(c.code)/2]+"-"+c.code[len(c.code)/2:])
		}
	}
	return left
}

// CheckRecovery checks a recovery code. Each is good once. Capitals, spaces and dashes do not matter.
func (d *Directory) CheckRecovery(username, code string) Result {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	return d.second(username, func(who Person, acc *account) Refusal {
		why := Wrong
		if !who.Recovery {
			return why
		}
		for i, c := range d.recoveryOf(acc) {
			if !sameCode(c.code, code) {
				continue
			}
			if why = Used; !c.used {
				acc.recovery[i].used, why = true, ""
			}
		}
		return why
	})
}

// recoveryOf draws the codes when they are first needed.
func (d *Directory) recoveryOf(acc *account) []recoveryCode {
	if acc.recovery == nil {
		for range recoveryCount {
			acc.recovery = append(acc.recovery, recoveryCode{code: fresh.Letters(d.random(), recoveryLetters, 10)})
		}
	}
	return acc.recovery
}
