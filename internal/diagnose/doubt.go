package diagnose

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// doubt looks for what no server can be meant by. A Problem cannot be right; a Warning looks wrong.
func doubt(o config.Organization) (State, *problem.Problem) {
	wrong := func(because, do string, args ...any) (State, *problem.Problem) {
		return Problem, problem.New(problem.SettingsBadValue, problem.Because(because, args...), problem.Do("%s", do))
	}
	const askIT = "Ask IT for the right value."
	standIn := Env{Org: o}.standIn()
	if region, ok := regionOf(o.Issuer); ok && !o.Genesys() {
		return wrong("issuer names Genesys Cloud.", `Write region = "`+region.Key+`" in its place.`)
	}
	for _, address := range []string{o.Endpoints.Login, o.Endpoints.Authorization, o.Endpoints.Token, o.Endpoints.API} {
		if region, ok := regionOf(address); ok && o.Genesys() && region.Key != o.Region {
			return wrong("region is %s, but an address beside it is in %s.", askIT, o.Region, region.Key)
		}
	}
	switch {
	case placeholder(o.ClientID):
		return wrong("client_id is only a placeholder.", "Ask IT for the client ID.")
	case o.Genesys() && !standIn && !guid.MatchString(o.ClientID):
		return wrong("client_id is not one of Genesys Cloud: those look like 3f0a1b2c-4d5e-6f70-8192-a3b4c5d6e7f8.", "Ask IT for the client ID.")
	}
	for _, address := range addresses(o) {
		if host := hostname(address); lookAlike(host) {
			return Warning, problem.New(problem.SettingsDoubtful, problem.Because("The address %s looks like another one, but is not.", host),
				problem.Do("Do not enter your password before IT has confirmed the address."))
		}
	}
	return OK, nil
}

var guid = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// placeholder reports what stands in an example and was never replaced.
func placeholder(clientID string) bool {
	text := strings.ToLower(clientID)
	if strings.Trim(text, "0-") == "" || strings.Trim(text, "x-.…") == "" || strings.ContainsAny(text, "<>…") {
		return true
	}
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(text)
	return slices.ContainsFunc([]string{"changeme", "replaceme", "yourclientid", "clientidhere"}, func(p string) bool {
		return strings.Contains(plain, p)
	})
}

func addresses(o config.Organization) []string {
	at := o.Endpoints
	return []string{o.Issuer, at.Login, at.Authorization, at.Token, at.AuthorizationChallenge, at.DeviceAuthorization, at.API, o.ForgotPassword, o.WorkspaceURL}
}

func hostname(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// regionOf returns the region that an address is in.
func regionOf(address string) (config.Region, bool) {
	host := hostname(address)
	if host == "" {
		return config.Region{}, false
	}
	region, ok := config.FindRegion(host)
	return region, ok && (inRegion(region, "."+host) || inRegion(region, host))
}

// lookAlike reports a host that takes after Genesys Cloud without being one of its own, or that hides letters of one script
// among those of another.
func lookAlike(host string) bool {
	if _, ok := regionOf("https://" + host); ok || host == "" {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if shown, err := idna.Punycode.ToUnicode(label); err == nil && shown != label && mixed(shown) {
			return true
		}
	}
	alike := strings.NewReplacer("0", "o", "1", "l", "3", "e", "5", "s", "rn", "m", "vv", "w", "-", "", "_", "").Replace(host)
	return strings.Contains(alike, "mypureclo") || strings.Contains(alike, "pure.cloud") || strings.Contains(alike, "purecloud")
}

// mixed reports letters that are there to be taken for others: Cyrillic or Greek beside Latin, or nothing but such that
// look like Latin.
func mixed(label string) bool {
	latin, foreign, twins, letters := 0, 0, 0, 0
	for _, r := range label {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Cherokee, unicode.Armenian):
			foreign++
		}
		if strings.ContainsRune("аеорсухіӏјѕԁһԛԝοαν", r) {
			twins++
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return latin > 0 && foreign > 0 || letters > 0 && twins == letters
}
