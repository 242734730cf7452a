package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/assets"
	"latchkey/internal/version"
)

// AppID names the program to the system.
const AppID = "org.latchkey.desktop"

// Metadata is what FyneApp.toml says, for a program that does not read that file: one beside the executable could be
// anybody's. A test compares them.
func Metadata() fyne.AppMetadata {
	return fyne.AppMetadata{
		ID: AppID, Name: Title, Version: version.Version, Build: 1, Release: true,
		Icon: Icon(), Migrations: map[string]bool{"fyneDo": true},
	}
}

// Icon is the program's icon.
func Icon() fyne.Resource { return fyne.NewStaticResource("latchkey.png", assets.IconPNG) }
