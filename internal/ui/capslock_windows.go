package ui

import "golang.org/x/sys/windows"

var getKeyState = windows.NewLazySystemDLL("user32.dll").NewProc("GetKeyState")

// capsLock asks Windows for the state of the key.
func capsLock() (on, known bool) {
	const vkCapital = 0x14
	state, _, _ := getKeyState.Call(vkCapital)
	return state&1 != 0, true
}
