package scenarios

import (
	"testing"

	"fyne.io/fyne/v2"
)

const ted = "ted@acme.example"

// S5: two phones: which one it went to, the other one instead, and the one that was used last comes first.
func TestS5TwoPhones(t *testing.T) {
	a := sitDown(t, nil).opens("")
	a.signsIn(ted, a.password("acme", ted)).sees("text message", "+49 ••• 13")
	first := a.world.TextMessage(ted)
	a.presses("Another way").sees("+44 ••• 64").doesNotSee("+49 ••• 13")
	a.presses("Text message 2").sees("text message", "+44 ••• 64")
	a.until("a message came to the other phone", func() bool { return a.world.TextMessage(ted) != first })
	a.reaches("Code").pastes(first).sees("The code is not right") // what came to the first phone
	a.reaches("Code").pastes(a.world.TextMessage(ted)).sees("Ted Thorne")
	a.presses("Sign out").sees("Signed out")
	a.fills("Password", a.password("acme", ted)).key(fyne.KeyReturn).sees("+44 ••• 64")
}
