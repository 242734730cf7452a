package assets

import _ "embed" // the icon is embedded

// IconPNG is the program's icon, 256 pixels wide, drawn from icon.svg by
// go run -tags ci,migrated_fynedo ./internal/ui/gallery -icon assets/icon.svg assets/icon.png
//
//go:embed icon.png
var IconPNG []byte
