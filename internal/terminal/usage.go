package terminal

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// mainUsage is what `latchkey help` prints.
func mainUsage() string {
	var b strings.Builder
	b.WriteString("latchkey signs you in to your contact centre, and keeps you signed in.\n\nUsage:\n  latchkey [--config FILE] [--org NAME] COMMAND\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-9s %s\n", c.name, c.summary)
	}
	b.WriteString(`
Flags for every command:
  --config FILE  the settings to use (otherwise LATCHKEY_CONFIG, or config.toml in your configuration folder)
  --org NAME     the organisation to use (otherwise the default one: see latchkey orgs)

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 unexpected failure,
2 wrong usage, 3 not signed in, 4 sign-in refused or given up, 5 server or network not reached,
6 keychain not usable, 7 settings wrong, 8 doctor found something that blocks the sign-in.

Run latchkey help COMMAND for more about one of them.
`)
	return b.String()
}

const loginUsage = `
Usage:
  latchkey login [--with password|browser|company|device] [--username NAME]
                 [--no-open] [--no-keep] [--unlocked] [--json]

Signs in. Without --with, the best way that the organisation's server has is used.

Flags:
  --with password   e-mail, password and code, asked for here
  --with browser    the server's sign-in page in your browser
  --with company    the same, straight to your company's sign-in page
  --with device     a short code to enter on another device, such as your phone
  --username NAME   the e-mail or user name to suggest
  --no-open         do not open the browser: only show the link
  --no-keep         do not keep the session; the sign-in is only tried out
  --unlocked        ask the server although it told that the account is locked, and that time is not over: somebody
                    has unlocked it
  --json            speak JSON lines on standard input and output, for programs

With --json every line out is an object with "step"; one with an "id" waits for a line in that repeats the id. A line
in that is not understood changes nothing. "notice" needs no answer. "confirm" comes when --username names somebody
else than who signed in: answer "use":"continue", "use":"browser" or "cancel":true. The end of the input ends the
sign-in, unless it is waiting for the browser or another device: nothing has to be typed there.

No flag takes a password. Without a terminal, use --json, --with browser or --with device.
`

const logoutUsage = `
Usage:
  latchkey logout [--all] [--everywhere]
  latchkey logout --everywhere --not-me

Ends the session at the server and forgets it on this computer. When the server cannot be reached, the session is
forgotten here all the same, and the exit code is 5. Some servers have no way to be told; that is no failure.

Flags:
  --all         the sessions of every organisation, not only of the default one or the one --org names
  --everywhere  everything of this sign-in that the server lets an app end. Sign-ins on other computers go on: ending
                those is for IT
  --not-me      somebody else has signed in to your account: everything that can be ended from here is, without a
                question, and the message for IT is printed on standard output. It holds facts, and no secret
`

const statusUsage = `
Usage:
  latchkey status [--json]

Tells who is signed in where, until when, where the session is kept, and when and how they signed in before. It asks
neither the server nor the keychain.
With --org it tells of that organisation only. Nobody being signed in is an answer, too: the exit code is 0.
`

const tokenUsage = `
Usage:
  latchkey token [--min-life DURATION] [--json]

Prints an access token, and nothing else, on standard output. A token that is about to expire is renewed first.

Flags:
  --min-life DURATION  how long the token has to be good for at least, such as 90s or 10m (otherwise 60s)
  --json               print the token with its type, its end and its organisation

The exit code is 3 when nobody is signed in: run latchkey login first.
`

const execUsage = `
Usage:
  latchkey exec -- COMMAND [ARG...]

Runs COMMAND with LATCHKEY_ACCESS_TOKEN in its environment and, for an organisation in Genesys Cloud, with
GENESYSCLOUD_ACCESS_TOKEN and GENESYSCLOUD_REGION. Its exit code becomes latchkey's own. The token is good for at
least 60 seconds at the start and is not renewed while COMMAND runs.
`

const orgsUsage = `
Usage:
  latchkey orgs list
  latchkey orgs add NAME --region REGION --client-id ID [FLAGS]
  latchkey orgs add NAME --issuer URL --client-id ID [FLAGS]
  latchkey orgs remove NAME
  latchkey orgs trust NAME [--exactly HOST]
  latchkey orgs use NAME

The organisations that you can sign in to from this computer. NAME is yours to choose: lower-case letters, digits and
hyphens. The first one is the default; use makes another one the default. remove signs out first.
Where the settings name another server than at the last sign-in, nobody is asked for a password before trust has
accepted it.

Flags of add:
  --region REGION     the Genesys Cloud region in any form: euw2, eu-west-2, mypurecloud.ie, "EMEA (London)"
  --issuer URL        the address of any other sign-in server
  --client-id ID      what the server knows this app by; your administrator has it
  --name TEXT         how the organisation is shown
  --company TEXT      the company whose own sign-in page is used: "Login with TEXT"
  --org SHORT-NAME    the organisation's short name in Genesys Cloud
  --provider TEXT     the sign-in provider in Genesys Cloud, only with --org
  --exactly HOST      the host once more, where it looks like another one or is new, and nobody is there to ask
`

const doctorUsage = `
Usage:
  latchkey doctor [--json] [--report FILE [--addresses]]

Checks everything that can keep you from signing in: settings, network, proxy, certificates, the sign-in server, the
clock, the service's status, keychain, browser, and this program. It works signed out, without a network and with
settings that are broken. Ctrl-C stops it and shows what was found until then.

The verdict comes last, with what to do. What only follows from something else is shown under its cause.

Flags:
  --json         print one JSON object: verdict, summary, took_ms, and checks with id, title, state, code, why, fix,
                 because, took_ms and facts. It is for this computer: facts may name files, hosts and addresses
  --report FILE  save a report to send to IT, as a new file that only you can read. It holds no passwords, codes or
                 tokens, and no names of people, computers or folders. A folder gets a file named after the day.
                 With - it is printed instead: look first
  --addresses    leave IP addresses in the report, also the public one

The exit code is 8 when something blocks the sign-in, 4 when it was stopped before anything like that was found,
otherwise 0. A file that is there already is never replaced.
`

const versionUsage = `
Usage:
  latchkey version [--json]

Tells which Latchkey this is, and of a newer one that is known of. With --json, "newer" is its version, or empty.
`

const helpUsage = `
Usage:
  latchkey help [COMMAND]
`

func runHelp(_ context.Context, c *call) error {
	words, err := c.parse(c.flags(), c.args, 2)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		c.command.usage = mainUsage()
		return c.help(c.Stdout)
	}
	known := commands()
	i := slices.IndexFunc(known, func(k command) bool { return k.name == words[0] })
	if i < 0 {
		c.command.name = "latchkey"
		return c.unknown("command", words[0], names(known))
	}
	c.command = known[i]
	return c.help(c.Stdout)
}
