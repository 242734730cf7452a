package lookalike_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/lookalike"
	"latchkey/internal/problem"
)

var settings = []string{"login.acme.example", "id.northwind-traders.com", "login.globex.com", "127.0.0.1:4001", "müller-versand.de", "sso.contoso.co.uk", "acme.okta.com", "acme.eu.auth0.com", "login.acme-shop.example"}

func TestLookAlikes(t *testing.T) {
	for _, c := range []struct {
		host, like string
		kind       lookalike.Kind
	}{
		{"login.mypurecl0ud.com", "mypurecloud.com", lookalike.Near},
		{"login.rnypurecloud.com", "mypurecloud.com", lookalike.Near},
		{"login.mypurec1oud.com", "mypurecloud.com", lookalike.Near},
		{"login.mypurecIoud.com", "mypurecloud.com", lookalike.Near},
		{"login.mypureclod.com", "mypurecloud.com", lookalike.Near},
		{"login.mypurcecloud.ie", "mypurecloud.com", lookalike.Near},
		{"login.mypuredoud.com", "mypurecloud.com", lookalike.Near},
		{"mypurecloud.com.login.example", "mypurecloud.com", lookalike.Added},
		{"login.mypurecloud.com-secure.net", "mypurecloud.com", lookalike.Added},
		{"login-mypurecloud.com", "mypurecloud.com", lookalike.Added},
		{"mypurecloud-login.de", "mypurecloud.com", lookalike.Added},
		{"mypurecloudlogin.com", "mypurecloud.com", lookalike.Added},
		{"login.mypurecloud.co", "mypurecloud.com", lookalike.Ending},
		{"login.mypurecloud.fr", "mypurecloud.com", lookalike.Ending},
		{"login.euw2.pure-cloud.com", "pure.cloud", lookalike.Ending},
		{"login.euw2.purec1oud.com", "mypurecloud.com", lookalike.Near},
		{"login.euw2.purecloud.com", "mypurecloud.com", lookalike.Near},
		{"euw2.purre.cloud", "pure.cloud", lookalike.Near},
		{"login.usw2.pur.cloud", "pure.cloud", lookalike.Near},
		{"euw2.pvre.cloud", "pure.cloud", lookalike.Near},
		{"loginpure.cloud", "pure.cloud", lookalike.Added},
		{"my-pure.cloud", "mypurecloud.com", lookalike.Added},
		{"genesyscloud.com", "genesys.cloud", lookalike.Ending},
		{"login.genesys.net", "genesys.com", lookalike.Ending},
		{"login.genesis.cloud", "genesys.cloud", lookalike.Near},
		{"login.acne.example", "login.acme.example", lookalike.Near},
		{"login.acmee.example", "login.acme.example", lookalike.Near},
		{"acmee.okta.com", "acme.okta.com", lookalike.Near},
		{"acrne.okta.com", "acme.okta.com", lookalike.Near},
		{"acmee.eu.auth0.com", "acme.eu.auth0.com", lookalike.Near},
		{"acme.us.auth0.com", "acme.eu.auth0.com", lookalike.Ending},
		{"my-purecloud-login.com", "pure.cloud", lookalike.Added},
		{"login.mypurecloud.com.au.login.net", "mypurecloud.com", lookalike.Added},
		{"login.mуpurecloud.com", "mypurecloud.com", lookalike.Letters}, // Cyrillic у
		{"login.xn--mpurecloud-ywi.com", "mypurecloud.com", lookalike.Letters},
		{"login.euw2.рure.cloud", "pure.cloud", lookalike.Letters}, // Cyrillic р
		{"login.mypurecloüd.com", "mypurecloud.com", lookalike.Letters},
		{"login.northwind-tracers.com", "id.northwind-traders.com", lookalike.Near},
		{"login.northwind-traders.net", "id.northwind-traders.com", lookalike.Ending},
		{"northwind-traders-login.com", "id.northwind-traders.com", lookalike.Added},
		{"login.g1obex.com", "login.globex.com", lookalike.Near},
		{"login.globx.com", "login.globex.com", lookalike.Near},
		{"globex-support.com", "login.globex.com", lookalike.Added},
		{"login.muller-versand.de", "müller-versand.de", lookalike.Near},
		{"sso.contoso.com", "sso.contoso.co.uk", lookalike.Ending},
		{"sso.contosso.co.uk", "sso.contoso.co.uk", lookalike.Near},
		{"аррӏе.com", "apple.com", lookalike.Letters},
		{"раураӏ.com", "paypal.com", lookalike.Letters},
		{"payраl.com", "paypal.com", lookalike.Mixed},
		{"login.xn--a.com", "", lookalike.Hidden},
	} {
		t.Run(c.host, func(t *testing.T) {
			f, ok := lookalike.Check(c.host, settings)
			if !ok {
				t.Fatal("passes")
			}
			if f.Kind != c.kind || f.Like != c.like && c.like != "" {
				t.Errorf("found %s of %q, want %s of %q", f.Kind, f.Like, c.kind, c.like)
			}
			p := f.Problem()
			if p.Code != problem.LookAlike || !strings.Contains(p.Why, f.Host) || !strings.HasSuffix(p.Why, ".") {
				t.Errorf("the words are %q", p.Why)
			}
		})
	}
}

func TestOrdinaryNamesPass(t *testing.T) {
	names := strings.Fields(`
		login.acme.example acme.example www.acme.example status.login.acme.example LOGIN.ACME.EXAMPLE login.acme.example. login.acme.example:8443
		login.mypurecloud.ie login.mypurecloud.com login.mypurecloud.com.au login.euw2.pure.cloud apps.euc1.pure.cloud login.use1.pure.cloud
		login.use2.us-gov-pure.cloud login.edee1.eusc-pure.cloud api.mypurecloud.jp inactive.mypurecloud.de
		127.0.0.1 127.0.0.1:4001 [::1]:8080 localhost localhost:9000 192.0.2.7 [2001:db8::1]
		accounts.google.com login.microsoftonline.com login.live.com appleid.apple.com github.com gitlab.com login.salesforce.com
		acme.okta.com dev-123456.okta.com acme.eu.auth0.com tenant.b2clogin.com login.yahoo.com id.atlassian.com auth.openai.com
		idp.uni-heidelberg.de sso.ethz.ch login.bund.de konto.bahn.de anmeldung.sparkasse.de id.siemens.com login.bosch.com
		keycloak.internal keycloak.corp.local sso.intranet idp.stadt-koeln.de login.stadt-köln.de konto.müller.de login.bücher.example
		id.café-crème.fr compte.société.fr cuenta.españa.es konto.żabka.pl login.škoda.cz
		почта.рф москва.рф вход.пример.рф пример.com яндекс.ru παράδειγμα.gr είσοδος.ελ
		例え.jp ログイン.日本 東京メトロ.jp 京东.cn 例子.中国 네이버.com 한국.kr ไทย.com עברית.co.il مثال.com हिन्दी.in
		purple.cloud clouds.com pure.com purewater.com cloudflare.com mycloud.com purestorage.com pureinsurance.com
		globus.com global.example contact.com contour.com northwind.com traders.com service-now.com login.example
		a.co x.org ab.de acne.com acme.de 3m.com 1and1.com 7-eleven.com rnd.example vvs.se clinic.example
		help.genesys.cloud community.genesys.com northwind.okta.com northwind.eu.auth0.com acme.onelogin.com sso.acme.example`)
	if len(names) < 100 {
		t.Fatalf("only %d names", len(names))
	}
	for _, host := range names {
		if f, ok := lookalike.Check(host, settings); ok {
			t.Errorf("%s is taken for %s of %q", host, f.Kind, f.Like)
		}
	}
	for _, r := range config.Regions() {
		for _, kind := range []string{"login", "api", "apps"} {
			if f, ok := lookalike.Check(r.Host(kind), settings); ok {
				t.Errorf("%s is taken for %s of %q", r.Host(kind), f.Kind, f.Like)
			}
		}
	}
}

func TestLetters(t *testing.T) {
	shown := func(letters []lookalike.Letter) string {
		var b strings.Builder
		for _, l := range letters {
			switch {
			case l.Script != "":
				b.WriteString("[" + l.Text + " " + l.Script + "]")
			case l.Differs:
				b.WriteString("[" + l.Text + "]")
			default:
				b.WriteString(l.Text)
			}
		}
		return b.String()
	}
	for _, c := range []struct{ host, want, like string }{
		{"mypurecl0ud.com", "mypurecl[0]ud.com", "mypurecl[o]ud.com"},
		{"rnypurecloud.com", "[r][n]ypurecloud.com", "[m]ypurecloud.com"},
		{"mуpurecloud.com", "m[у Cyrillic]purecloud.com", "m[y]purecloud.com"},
		{"login-mypurecloud.com", "[login-]mypurecloud.com", "mypurecloud.com"},
		{"login.mypurecl0ud.com", "[login.]mypurecl[0]ud.com", "mypurecl[o]ud.com"},
		{"mypurecloud.com.evil.example", "mypurecloud.com[.evil.example]", "mypurecloud.com"},
	} {
		f, ok := lookalike.Check(c.host, nil)
		if !ok {
			t.Errorf("%s passes", c.host)
			continue
		}
		host, like := f.Letters()
		if d := cmp.Diff([]string{c.want, c.like}, []string{shown(host), shown(like)}); d != "" {
			t.Error(d)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, c := range [][4]string{
		{"login.acrne.example", "login.acme.example", "login.acrne.example", "login.acme.example"},
		{"xn--cme-5cd.example:8443", "acme.example", "аcme.example", "acme.example"}, // а is Cyrillic
		{"this computer", "login.acme.example", "this computer", "login.acme.example"},
	} {
		a, b := lookalike.Compare(c[0], c[1])
		if together(a) != c[2] || together(b) != c[3] || !slices.ContainsFunc(a, func(l lookalike.Letter) bool { return l.Differs }) {
			t.Errorf("%s: %q, %q", c[0], together(a), together(b))
		}
	}
}

func together(letters []lookalike.Letter) string {
	var b strings.Builder
	for _, l := range letters {
		b.WriteString(l.Text)
	}
	return b.String()
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"login.mypurecloud.com", "xn--a.com", "аррӏе.com", "[::1]:80", "..", "-", "a:b:c", strings.Repeat("ü.", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if found, ok := lookalike.Check(host, settings); ok {
			a, b := found.Letters()
			if together(a) != found.Shown || together(b) != found.Like {
				t.Errorf("letters are lost: %q of %q, %q of %q", together(a), found.Shown, together(b), found.Like)
			}
			_ = found.Problem()
		}
	})
}
