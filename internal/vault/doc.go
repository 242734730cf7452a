// Package vault keeps sessions: the refresh token in the system keychain, one item an account, and beside it a sealed
// file that is only a cache.
//
// The item holds a random key, the refresh token and a generation number; its one atomic write is the truth. The
// file is sealed to the key (age), holds the access token, and also the refresh token when that is larger than the keychain takes;
// without the item it is noise, without the file nothing is lost but a refresh. Nothing else unlocks what is kept.
//
// # Files
//
//	accounts.json               which accounts are kept: names and times, no secret; and notes under keyed hashes
//	sessions/HASH.GENERATION.age   the sealed file of the generation that the item names
//	locks/HASH.lock             held while a session is renewed; never deleted
//
// HASH stands for the account. Folders are 0700 and files 0600 whatever the umask; symbolic links, pipes and devices in
// their places are refused.
//
// # What it does not protect from
//
// A program that runs as the same user can read what this one can. On Linux the Secret Service protocol is spoken in its plain
// form: who may watch the user's own session bus sees the values pass. On macOS items are made by /usr/bin/security, so other programs of the
// user can read them through it. Backups and roaming profiles carry a keychain where the system makes them so; the
// sealed files are of no use without it. Strings that pass through the keychain libraries cannot be wiped from memory.
package vault
