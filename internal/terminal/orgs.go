package terminal

import (
	"cmp"
	"context"
	"flag"
	"net/url"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func runOrgs(ctx context.Context, c *call) error {
	actions := map[string]func(context.Context, *call) error{"list": orgsList, "add": orgsAdd, "remove": orgsRemove, "trust": orgsTrust, "use": orgsUse}
	// Flags that stand before the word belong to it too.
	i := slices.IndexFunc(c.args, func(a string) bool { return actions[a] != nil })
	if i < 0 {
		flags := c.flags()
		words, err := c.parse(flags, c.args, 100)
		if err != nil {
			return err
		}
		if len(words) == 0 {
			return c.wrong("orgs needs to know what to do: list, add, remove, trust or use.")
		}
		return c.unknown("command", words[0], []string{"list", "add", "remove", "trust", "use"})
	}
	action := actions[c.args[i]]
	c.args = slices.Delete(slices.Clone(c.args), i, i+1)
	return action(ctx, c)
}

func orgsList(_ context.Context, c *call) error {
	if _, err := c.parse(c.flags(), c.args, 0); err != nil {
		return err
	}
	if err := c.load(); err != nil {
		return err
	}
	settings := c.parts.Settings
	if len(settings.Organizations) == 0 {
		c.errors().line("No organisation is set up yet. Add one with: %s", whole("latchkey orgs add"))
		return nil
	}
	rows := [][]string{{"NAME", "SHOWN AS", "SERVER"}}
	for _, o := range settings.Organizations {
		id := o.ID
		if id == settings.Default {
			id += " (default)"
		}
		rows = append(rows, []string{id, clean(o.Name), server(o)})
	}
	return c.table(rows)
}

// server shows where an organisation's sign-in server is.
func server(o config.Organization) string {
	if o.Genesys() {
		region, _ := config.FindRegion(o.Region)
		if u, err := url.Parse(cmp.Or(o.Endpoints.Login, o.Endpoints.Authorization)); err == nil && u.Host != "" {
			return clean(u.Host) + ", in place of " + region.Name
		}
		return "Genesys Cloud, " + region.Name
	}
	for _, address := range []string{o.Issuer, o.Endpoints.Authorization} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			return clean(u.Host)
		}
	}
	return "-"
}

func orgsAdd(ctx context.Context, c *call) error {
	// The --org of this command is the organisation's name in Genesys Cloud, not the one to use.
	c.org = ""
	c.creates = true
	flags := c.flags()
	o := config.Organization{Credentials: config.CredentialsAuto}
	region := flags.String("region", "", "")
	flags.StringVar(&o.Issuer, "issuer", "", "")
	flags.StringVar(&o.ClientID, "client-id", "", "")
	flags.StringVar(&o.Name, "name", "", "")
	flags.StringVar(&o.Company, "company", "", "")
	flags.StringVar(&o.Provider, "provider", "", "")
	exactly := flags.String("exactly", "", "")
	words, err := c.parse(flags, c.args, 1)
	if err != nil {
		return err
	}
	o.Org = c.org
	switch {
	case len(words) == 0:
		return c.wrong("orgs add needs a name for the organisation.")
	case *region == "" && o.Issuer == "":
		return c.wrong("orgs add needs --region, or --issuer for a server that is not Genesys Cloud.")
	case *region != "" && o.Issuer != "":
		return c.wrong("orgs add takes --region or --issuer, not both.")
	case o.ClientID == "":
		return c.wrong("orgs add needs --client-id.")
	}
	o.ID = words[0]
	if o.Name == "" {
		o.Name = o.ID
	}
	// People know their region by an address, too.
	if found, ok := config.FindRegion(*region + o.Issuer); ok {
		o.Region, o.Issuer = found.Key, ""
	} else if *region != "" {
		return problem.New(problem.SettingsBadValue, problem.Titled("There is no Genesys Cloud region by this name."),
			problem.Do("Write it like one of these: %s.", regionKeys()))
	}
	if err := c.load(); err != nil {
		return err
	}
	if slices.ContainsFunc(c.parts.Settings.Organizations, func(known config.Organization) bool { return known.ID == o.ID }) {
		return problem.New(problem.SettingsBadValue, problem.Titled("There is an organisation named %s already.", clean(o.ID)),
			problem.Do("Choose another name, or remove that one first: latchkey orgs remove %s.", clean(o.ID)))
	}
	if o.Issuer != "" {
		if o.Issuer, err = c.checkAddress(ctx, o.Issuer, *exactly); err != nil {
			return err
		}
	}
	if err := c.parts.Settings.Add(o); err != nil {
		return err
	}
	if added, err := c.parts.Settings.Organization(o.ID); err == nil {
		_ = c.parts.Sessions.Trust(ctx, added) // at worst it is asked about once more
	}
	c.errors().line("Added %s: %s. Sign in with: %s", o.ID, server(o), whole("latchkey --org %s login", o.ID))
	if same, again := config.SameServer(c.parts.Settings.Organizations, o); again {
		c.errors().line("%s signs in there too. If one of them is enough: %s", clean(same.ID), whole("latchkey orgs remove %s", o.ID))
	}
	return nil
}

func regionKeys() string {
	var keys []string
	for _, r := range config.Regions() {
		keys = append(keys, r.Key)
	}
	return strings.Join(keys, ", ")
}

// named returns the organisation whose name is the only word.
func (c *call) named(flags *flag.FlagSet) (config.Organization, error) {
	words, err := c.parse(flags, c.args, 1)
	if err != nil {
		return config.Organization{}, err
	}
	if len(words) == 0 {
		return config.Organization{}, c.wrong("This needs the name of an organisation. latchkey orgs list shows them.")
	}
	c.org = words[0]
	return c.organization()
}

func orgsRemove(ctx context.Context, c *call) error {
	org, err := c.named(c.flags())
	if err != nil {
		return err
	}
	if c.parts.Settings.Locked("organizations." + org.ID) {
		return problem.New(problem.SettingsLocked)
	}
	// What is kept of an organisation that is gone could never be ended at the server again.
	switch err := c.signOut(ctx, false, false); {
	case err == nil, problem.Has(err, problem.NotSignedIn):
	case saidOnly(err, problem.SignOutPartly):
	default:
		return err
	}
	before := c.parts.Settings.Default
	if err := c.parts.Settings.Remove(org.ID); err != nil {
		return err
	}
	_ = c.parts.Sessions.Trust(ctx, config.Organization{ID: org.ID}) // another one of this name starts afresh
	c.errors().line("Removed %s.", org.ID)
	if now := c.parts.Settings.Default; now != before && now != "" { // a plain `latchkey login` goes there from now on
		c.errors().line("The default is %s now. Choose another with: %s", now, whole("latchkey orgs use"))
	}
	return nil
}

// saidOnly reports whether err is this problem, and the agent knows.
func saidOnly(err error, code problem.Code) bool {
	s, ok := err.(said)
	return ok && s.problem.Code == code
}

func orgsUse(_ context.Context, c *call) error {
	org, err := c.named(c.flags())
	if err != nil {
		return err
	}
	if err := c.parts.Settings.Use(org.ID); err != nil {
		return err
	}
	c.errors().line("%s is the default now.", org.ID)
	return nil
}
