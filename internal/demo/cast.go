package demo

import (
	"io"
	"time"

	"latchkey/internal/demo/people"
)

// Short names of the organisations, as in the settings.
const (
	acmeID   = "acme"
	globexID = "globex"
)

// User is an account as the demo world prints it.
type User struct {
	Org        string `json:"org"`
	Username   string `json:"username"`
	Password   string `json:"password"`
	TOTPSecret string `json:"totp_secret"`
	Note       string `json:"note"`
}

// acmePeople have an account at Acme Contact Center. initech is the issuer of another organisation, to which one has moved.
func acmePeople(secret func() string, initech string) []people.Person {
	return []people.Person{
		{
			Subject: "amy", Username: "amy@acme.example", Name: "Amy Agent", Password: "sunny-harbour-42", TOTPSecret: secret(),
			Note: "password, then a code from the phone",
		}, {
			Subject: "ben", Username: "ben@acme.example", Name: "Ben Baker", Password: "quiet-lantern-17",
			Note: "password only",
		}, {
			Subject: "una", Username: "una.söderström@acme.example", Name: "Una Söderström", Password: `  Grüße & 100 % "Söhne" + \ück `,
			Note: "a password with spaces at both ends, umlauts and signs: nothing is trimmed",
		}, {
			Subject: "lin", Username: "lin@acme.example", Name: "Lin 林", Password: "a caller waits while the kettle sings and twelve grey geese cross the frozen canal before anybody at all has found the right key to the door 🔑 林 0123456789",
			Note: "a very long passphrase: nothing is cut",
		}, {
			Subject: "sam", Username: "sam@acme.example", Name: "Sam Stone", Password: "amber-compass-90", Key: true,
			Note: "security key: after the password it goes on in the browser, in the same attempt",
		}, {
			Subject: "kim", Username: "kim@acme.example", Name: "Kim Kerr", Password: "velvet-anchor-31", Web: true,
			Note: "the server insists on the browser: the sign-in starts anew there",
		}, {
			Subject: "cora", Username: "cora@corp.example", Name: "Cora Corp", Company: true,
			Note: "has no password at Acme: Login with Acme, the password is asked on the company's page",
		}, {
			Subject: "lou", Username: "lou@acme.example", Name: "Lou Lock", Password: "paper-window-58", Locked: true,
			Note: "locked for five minutes, and again after that",
		}, {
			Subject: "dee", Username: "dee@acme.example", Name: "Dee Dean", Password: "silver-ladder-73", Disabled: true,
			Note: "switched off by an administrator",
		}, {
			Subject: "del", Username: "del@acme.example", Name: "Del Dorn", Password: "empty-harbour-08", Deleted: true,
			Note: "left the company: the account was deleted",
		}, {
			Subject: "ina", Username: "ina@acme.example", Name: "Ina Ibsen", Password: "early-kettle-11", Invited: true,
			Note: "starts next week: the invitation was not accepted yet",
		}, {
			Subject: "max", Username: "max@acme.example", Name: "Max Mole", Password: "boxes-and-tape-19", Moved: initech,
			Note: "moved to Initech: the server says where the account lives now",
		}, {
			Subject: "mia", Username: "mia@acme.example", Name: "Mia Moss", Password: "paper-boats-and-rain-5", Number: "+49 151 5550142", MailCodes: true,
			Note: "a code by text message, or by e-mail",
		}, {
			Subject: "ted", Username: "ted@acme.example", Name: "Ted Thorne", Password: "two-phones-one-pocket-7", Number: "+49 171 5550113", Other: "+44 7700 900164",
			Note: "a code by text message, to one of two phones",
		}, {
			Subject: "pat", Username: "pat@acme.example", Name: "Pat Pine", Password: "seven-slow-trams-81", Device: "Pat's phone", TOTPSecret: secret(),
			Note: "approves on the phone by tapping the number; or a code from the authenticator app",
		}, {
			Subject: "rex", Username: "rex@acme.example", Name: "Rex Reed", Password: "broken-kettle-lid-29", TOTPSecret: secret(), Recovery: true, LostPhone: true,
			Note: "lost the phone: a recovery code takes the place of the authenticator app",
		}, {
			Subject: "vic", Username: "vic@acme.example", Name: "Vic Vale", Password: "nine-ways-to-market-3", Device: "Vic's phone", TOTPSecret: secret(),
			Number: "+44 7700 900117", Calls: true, MailCodes: true, Key: true, Recovery: true, Choose: true,
			Note: "has every second step there is, and is asked which one to use",
		}, {
			Subject: "eve", Username: "eve@acme.example", Name: "Eve Elm", Password: "last-summers-song-6", Renew: people.RanOutPassword,
			Note: "the password is too old: a new one is asked for",
		}, {
			Subject: "nia", Username: "nia@acme.example", Name: "Nia North", Password: "Welcome-to-Acme-1", TOTPSecret: secret(), Renew: people.FirstPassword,
			Note: "an administrator chose the password: after the code, one of her own is asked for",
		}, {
			Subject: "zoe", Username: "zoe@acme.example", Name: "Zoe Zann", Password: "early-ferry-home-44", MailCodes: true, LastAgo: 7 * time.Hour, LastFrom: "203.0.113.77",
			Note: "her last sign-in was in the night, from far away",
		}, {
			Subject: "kay", Username: "kay@acme.example", Name: "Kay King", Key: true,
			Note: "has a passkey and no password: whatever is typed, it goes on in the browser",
		},
	}
}

// corpPeople have an account at Acme Corp, the company; only some of them have one at the contact center too.
func corpPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "c-cora", Username: "cora@corp.example", Name: "Cora Corp", Password: "morning-orchard-26",
			Note: "for the company's page behind Login with Acme",
		}, {
			Subject: "c-dan", Username: "dan@corp.example", Name: "Dan Duke", Password: "copper-meadow-64", TOTPSecret: secret(),
			Note: "the company asks for a code, but Acme Contact Center does not know Dan",
		},
	}
}

// globexPeople are users of the Genesys Cloud organisation Globex.
func globexPeople(secret func() string) []people.Person {
	return []people.Person{
		{
			Subject: "7d2c1f0a-54b1-4d0e-9a53-2f6c1b8e7a01", Username: "gina@globex.example", Name: "Gina Gold", Password: "Harbour-Lights-9",
			Note: "Genesys Cloud: password on its page in the browser",
		}, {
			Subject: "7d2c1f0a-54b1-4d0e-9a53-2f6c1b8e7a02", Username: "glen@globex.example", Name: "Glen Grey", Password: "Winter-Garden-4", TOTPSecret: secret(),
			Note: "Genesys Cloud: password and a code from the phone, both in the browser",
		}, {
			Subject: "7d2c1f0a-54b1-4d0e-9a53-2f6c1b8e7a03", Username: "gwen@globexcorp.example", Name: "Gwen Green", Company: true,
			Note: "Genesys Cloud: Login with Globex, the password is asked on the company's page",
		}, {
			Subject: "7d2c1f0a-54b1-4d0e-9a53-2f6c1b8e7a04", Username: "gus@globex.example", Name: "Gus Gray", Password: "Silent-Meadow-7", Locked: true,
			Note: "Genesys Cloud: locked for five minutes, and again after that",
		},
	}
}

// globexCorpPeople have an account at Globex's own identity provider.
func globexCorpPeople() []people.Person {
	return []people.Person{{
		Subject: "g-gwen", Username: "gwen@globexcorp.example", Name: "Gwen Green", Password: "Evening-Train-5",
		Note: "for the company's page behind Login with Globex",
	}}
}

// newSecrets returns a source of TOTP secrets, and the first error it met.
func newSecrets(random io.Reader) (next func() string, failed func() error) {
	var first error
	next = func() string {
		s, err := people.NewTOTPSecret(random)
		if err != nil && first == nil {
			first = err
		}
		return s
	}
	return next, func() error { return first }
}
