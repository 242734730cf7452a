package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
)

func TestEveryNameOfARegion(t *testing.T) {
	for key, names := range map[string][]string{
		"use1":  {"us-east-1", "us_east_1", "mypurecloud.com", "use1.pure.cloud", "Americas (US East)", "US East", "us east", "americas us east", "https://login.mypurecloud.com/#/authenticate", "apps.mypurecloud.com"},
		"use2":  {"us-east-2", "use2.us-gov-pure.cloud", "Americas (US East 2)", "US East 2", "FedRAMP", "https://apps.use2.us-gov-pure.cloud/directory/"},
		"usw2":  {"us-west-2", "usw2.pure.cloud", "Americas (US West)", "US West"},
		"cac1":  {"ca-central-1", "cac1.pure.cloud", "Americas (Canada)", "Canada"},
		"sae1":  {"sa-east-1", "sae1.pure.cloud", "Americas (São Paulo)", "São Paulo", "Sao Paulo", "SAO PAULO", "americas (sao paulo)", "Sa\u0303o Paulo"},
		"mxc1":  {"mx-central-1", "mxc1.pure.cloud", "Americas (Mexico)", "Mexico", "México"},
		"euw1":  {"eu-west-1", "mypurecloud.ie", "euw1.pure.cloud", "EMEA (Dublin)", "Dublin", "apps.mypurecloud.ie", "https://apps.mypurecloud.ie/directory/#/x?y", "login.euw1.pure.cloud"},
		"euw2":  {"eu-west-2", "EUW2", " euw2 ", "Eu_West_2", "euw2.pure.cloud", "EMEA (London)", "London", "https://login.euw2.pure.cloud/#/authenticate-adv/org/globex", "https://login.euw2.pure.cloud:443", "LOGIN.EUW2.PURE.CLOUD.", "api.euw2.pure.cloud/api/v2"},
		"euc1":  {"eu-central-1", "mypurecloud.de", "euc1.pure.cloud", "EMEA (Frankfurt)", "Frankfurt"},
		"euc2":  {"eu-central-2", "eu_central_2", "euc2.pure.cloud", "EMEA (Zurich)", "Zurich", "Zürich"},
		"mec1":  {"me-central-1", "me_central_1", "mec1.pure.cloud", "EMEA (UAE)", "UAE"},
		"aps1":  {"ap-south-1", "aps1.pure.cloud", "Asia Pacific (Mumbai)", "Mumbai"},
		"apne1": {"ap-northeast-1", "mypurecloud.jp", "apne1.pure.cloud", "Asia Pacific (Tokyo)", "Tokyo"},
		"apne2": {"ap-northeast-2", "apne2.pure.cloud", "Asia Pacific (Seoul)", "Seoul"},
		"apne3": {"ap-northeast-3", "ap_northeast_3", "apne3.pure.cloud", "Asia Pacific (Osaka)", "Osaka"},
		"apse1": {"ap-southeast-1", "apse1.pure.cloud", "Asia Pacific (Singapore)", "Singapore"},
		"apse2": {"ap-southeast-2", "mypurecloud.com.au", "apse2.pure.cloud", "Asia Pacific (Sydney)", "Sydney", "https://login.mypurecloud.com.au"},
		"edee1": {"eusc-de-east-1", "edee1.eusc-pure.cloud", "EU Sovereign (Germany)", "Germany", "login.edee1.eusc-pure.cloud"},
	} {
		for _, name := range append(names, key, strings.ToUpper(key)) {
			got, ok := config.FindRegion(name)
			if !ok || got.Key != key {
				t.Errorf("%q: got %q, want %s", name, got.Key, key)
			}
		}
	}
}

func TestNoRegion(t *testing.T) {
	for _, name := range []string{
		"", " ", "(", "euw", "euw9", "us", "EMEA", "Americas", "Asia Pacific", "pure.cloud", "genesys.cloud", "inindca.com", "inintca.com",
		"https://login.euw2.pure.cloud.evil.example", "evileuw2.pure.cloud", "https://euw2.pure.cloud@evil.example",
		"https://evil.example/euw2.pure.cloud", "https://evil.example#euw2.pure.cloud", "https://evil.example\\.euw2.pure.cloud",
		"mypurecloud.com.evil.example", "xmypurecloud.com", "euw2.pure.cloud:443@evil.example", "еuw2", strings.Repeat("euw2", 100),
	} {
		if got, ok := config.FindRegion(name); ok {
			t.Errorf("%q is %s", name, got.Key)
		}
	}
}

func TestRegionsAreAllThere(t *testing.T) {
	var got []string
	for _, r := range config.Regions() {
		got = append(got, r.Key)
		if r.Name == "" || r.AWS == "" || r.Domain == "" || r.Host("login") != "login."+r.Domain {
			t.Errorf("got %+v", r)
		}
		if found, ok := config.FindRegion(r.Name); !ok || found != r {
			t.Errorf("%s finds %s", r.Name, found.Key)
		}
	}
	want := strings.Fields("use1 use2 usw2 cac1 sae1 mxc1 euw1 euw2 euc1 euc2 mec1 aps1 apne1 apne2 apne3 apse1 apse2 edee1")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	config.Regions()[0].Key = "changed"
	if config.Regions()[0].Key != "use1" {
		t.Error("a caller can change the table")
	}
}

func TestGenesysEndpoints(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		want        config.Endpoints
	}{{
		"the region's own", "",
		config.Endpoints{Authorization: "https://login.euw2.pure.cloud/oauth/authorize", Token: "https://login.euw2.pure.cloud/oauth/token", API: "https://api.euw2.pure.cloud", Login: "https://login.euw2.pure.cloud"},
	}, {
		"a stand-in", "login_url = \"http://127.0.0.1:4002/\"\napi_url = \"http://127.0.0.1:4003/\"",
		config.Endpoints{Authorization: "http://127.0.0.1:4002/oauth/authorize", Token: "http://127.0.0.1:4002/oauth/token", API: "http://127.0.0.1:4003", Login: "http://127.0.0.1:4002"},
	}, {
		"one by one", "authorization_endpoint = \"http://127.0.0.1:4002/a\"\ntoken_endpoint = \"http://127.0.0.1:4002/t\"\nrevocation_endpoint = \"http://127.0.0.1:4002/r\"",
		config.Endpoints{Authorization: "http://127.0.0.1:4002/a", Token: "http://127.0.0.1:4002/t", Revocation: "http://127.0.0.1:4002/r", API: "https://api.euw2.pure.cloud", Login: "https://login.euw2.pure.cloud"},
	}} {
		o := load(t, write(t, globex(c.lines))).Organizations[0]
		if diff := cmp.Diff(c.want, o.GenesysEndpoints()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	o := load(t, write(t, acme(`token_endpoint = "https://login.acme.example/t"`))).Organizations[0]
	if got := o.GenesysEndpoints(); got != o.Endpoints {
		t.Errorf("without a region: %+v", got)
	}
}
