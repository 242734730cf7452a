package diagnose_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
)

func TestHostsAreThoseThatTheSettingsName(t *testing.T) {
	const workspace = "https://apps.euw2.pure.cloud/directory"
	for _, c := range []struct {
		name string
		org  config.Organization
		want []string
	}{
		{"none", config.Organization{}, nil},
		{"a server", config.Organization{Issuer: "https://login.acme.example/realms/a"}, []string{"login login.acme.example:443"}},
		{"with a workspace", config.Organization{Issuer: "http://127.0.0.1:4001", WorkspaceURL: "https://desk.acme.example"}, []string{"login 127.0.0.1:4001", "workspace desk.acme.example:443"}},
		{"without discovery", config.Organization{Endpoints: config.Endpoints{Token: "https://[2001:db8::1]:8443/token"}}, []string{"login [2001:db8::1]:8443"}},
		{"a region", config.Organization{Region: "euw2", WorkspaceURL: workspace}, []string{
			"login login.euw2.pure.cloud:443", "api api.euw2.pure.cloud:443", "workspace apps.euw2.pure.cloud:443", "streaming streaming.euw2.pure.cloud:443",
		}},
		{"a stand-in for a region", config.Organization{Region: "euw2", WorkspaceURL: workspace, Endpoints: config.Endpoints{Login: "http://127.0.0.1:4002", API: "http://127.0.0.1:4003"}}, []string{
			"login 127.0.0.1:4002", "api 127.0.0.1:4003",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, h := range (diagnose.Env{Org: c.org}).Hosts() {
				got = append(got, fmt.Sprintf("%s %s", h.Kind, h.Address()))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
