package ui

import (
	"github.com/rymdport/portal/settings"
	"github.com/rymdport/portal/settings/appearance"
)

// highContrast asks the desktop's portal. (The library's own GetContrast asks for the colour scheme.)
func highContrast() bool {
	value, err := settings.ReadOne(appearance.Namespace, "contrast")
	if err != nil {
		return false
	}
	contrast, err := appearance.ValueToContrast(value)
	return err == nil && contrast == appearance.HigherContrast
}
