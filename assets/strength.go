package assets

import _ "embed" // the lists are embedded

// CommonWords are the passwords, words and names that a new password is compared with: lines in lower case, most frequent first,
// below headings that begin with "# ", packed with gzip. assets/strength/README.md says where they come from.
//
//go:embed strength/common.txt.gz
var CommonWords []byte
