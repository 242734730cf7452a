package assets

import _ "embed" // the icon is embedded

// IconPNG is the program's icon, 256 pixels wide, drawn from icon.svg by make icon.
//
//go:embed icon.png
var IconPNG []byte
