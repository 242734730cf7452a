package vault

// Limit is the most bytes of an item: /usr/bin/security reads a line of 4096 bytes, which holds the command, the names (at
// most longestName bytes of them) and the value in base64.
const Limit = 2880
