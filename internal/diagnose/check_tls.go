package diagnose

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func (e Env) checkTLS() Check {
	return Check{
		ID: "tls", Title: "Secure connection", After: []string{"network", "dns", "connect", "proxy", "portal"}, Blocks: true,
		Limit: 20 * time.Second, Run: e.tls,
	}
}

// slowHandshake is when a secure connection takes so long that a sign-in hardly goes on.
const slowHandshake = 5 * time.Second

// tls looks at the server's certificate.
func (e Env) tls(ctx context.Context) Finding {
	h, ok := e.Login()
	switch {
	case !ok:
		return e.noServer()
	case h.Plain():
		return Good("Not used on this computer.")
	}
	v, ok := e.look(ctx, h)
	if !ok {
		return Finding{State: Unknown, What: "The secure connection was not waited for."}
	}
	facts := certificateFacts(v)
	product := v.product()
	if product != "" {
		facts = append(facts, Fact{"product", product, true})
	}
	if v.proven() {
		return trusted(v, h, product, facts)
	}
	f := Found(Problem, insecure(v, product), facts...)
	switch v.problem.Code {
	case problem.TLSExpired, problem.TLSNotYetValid:
		f.After = []string{"clock"} // nothing that this server says about the time is believed; another source may know
	}
	return f
}

// trusted judges a certificate that this computer accepts.
func trusted(v view, h Host, product string, facts []Fact) Finding {
	switch {
	case product != "":
		return Found(Warning, problem.New(problem.TLSIntercepted, problem.Titled("%s reads the connection to the server.", product),
			problem.Because("This computer trusts it, but it is not the usual issuer.")), facts...)
	case public(h.Name()) && !v.Logged:
		return Found(Warning, problem.New(problem.TLSUnusual, problem.Because("It is issued by %s. This computer trusts it, but it is not a public issuer.", issuerOf(v))), facts...)
	case v.Secured > slowHandshake:
		return Found(Warning, problem.New(problem.ConnectionSlow, problem.Because("It takes %s until it is secure.", seconds(v.Secured))), facts...)
	default:
		return Good("Valid until "+v.Chain[0].NotAfter.UTC().Format("2 January 2006")+", issued by "+issuerOf(v)+".", facts...)
	}
}

// insecure puts what is known better into the words of the sign-in.
func insecure(v view, product string) *problem.Problem {
	p := v.problem
	switch {
	case product != "" && (p.Code == problem.TLSUntrusted || p.Code == problem.TLSWrongName):
		return problem.New(problem.TLSIntercepted, problem.Titled("%s reads the connection to the server.", product),
			problem.Because("This computer does not trust it."), problem.Do("Do not enter your password. Tell IT that this computer does not know the certificate of %s.", product), problem.Caused(p))
	case p.Code == problem.TimedOut && !v.Reached:
		return problem.New(problem.TimedOut, problem.Because("No connection to it comes about."), problem.Caused(p))
	case p.Code == problem.TimedOut:
		return problem.New(problem.TimedOut, problem.Because("The connection works, but does not get secure. Large packets may get lost on the way, as in some VPNs."),
			problem.Do("Try without the VPN, or another network. If it stays, tell IT."), problem.Caused(p))
	}
	return p
}

// certificateFacts tell which certificate it is, from whom and until when.
func certificateFacts(v view) []Fact {
	var facts []Fact
	if len(v.Chain) > 0 {
		leaf := v.Chain[0]
		sum := sha256.Sum256(leaf.Raw)
		facts = append(facts, Fact{"issuer", issuerOf(v), true}, Fact{"not_before", leaf.NotBefore.UTC(), true}, Fact{"not_after", leaf.NotAfter.UTC(), true},
			Fact{"certificate_sha256", hex.EncodeToString(sum[:]), true}, Fact{"public_issuer", v.Logged, true}, Fact{"trusted", len(v.Trusted) > 0, true})
	}
	if v.Version != 0 {
		facts = append(facts, Fact{"tls_version", tls.VersionName(v.Version), true}, Fact{"handshake_ms", milliseconds(v.Secured), true})
	}
	return facts
}

// issuerOf names who issued the server's certificate: the organisation, or what it calls itself.
func issuerOf(v view) string {
	if len(v.Chain) == 0 {
		return "nobody"
	}
	return nameOf(v.Chain[0])
}

func nameOf(leaf *x509.Certificate) string {
	if name := transport.Clean(strings.Join(leaf.Issuer.Organization, ", "), 60); name != "" {
		return name
	}
	if name := transport.Clean(leaf.Issuer.CommonName, 60); name != "" {
		return name
	}
	return "somebody who gives no name"
}
