package ui

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var systemParametersInfo = windows.NewLazySystemDLL("user32.dll").NewProc("SystemParametersInfoW")

// highContrast asks Windows (SPI_GETHIGHCONTRAST).
func highContrast() bool {
	const (
		getHighContrast = 0x0042
		isOn            = 0x1
	)
	state := struct {
		size   uint32
		flags  uint32
		scheme *uint16
	}{}
	state.size = uint32(unsafe.Sizeof(state))
	done, _, _ := systemParametersInfo.Call(getHighContrast, uintptr(state.size), uintptr(unsafe.Pointer(&state)), 0)
	return done != 0 && state.flags&isOn != 0
}
