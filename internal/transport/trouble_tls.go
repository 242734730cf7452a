package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"latchkey/internal/problem"
)

// certificateTrouble says what is wrong with the certificate; nil when err is about something else. Nothing that a
// refused certificate's server says is believed: the hint at the clock comes from other, trusted answers.
func (c *Client) certificateTrouble(host string, err error) *problem.Problem {
	caused := problem.Caused(err)
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		switch invalid.Reason {
		case x509.Expired:
			return c.outOfTime(invalid.Cert, caused)
		case x509.IncompatibleUsage:
			return untrusted(caused, "It is not made for a server.")
		case x509.CANotAuthorizedForThisName, x509.UnconstrainedName, x509.NameConstraintsWithoutSANs, x509.CANotAuthorizedForExtKeyUsage:
			return untrusted(caused, "Its issuer is not allowed to issue it for this address.")
		case x509.NotAuthorizedToSign, x509.TooManyIntermediates:
			return untrusted(caused, notIssuer)
		default:
			return untrusted(caused, "It cannot be used.")
		}
	}
	if wrong, ok := errors.AsType[x509.HostnameError](err); ok {
		return problem.New(problem.TLSWrongName, problem.Because("%s", otherNames(host, wrong.Certificate)), caused)
	}
	if weak, ok := errors.AsType[weakKeyError](err); ok {
		return untrusted(caused, fmt.Sprintf("Its key is too short to be safe (RSA with %d bits).", weak.bits))
	}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return untrusted(caused, unknownIssuer(refused.UnverifiedCertificates))
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return problem.New(problem.TLSUntrusted, caused)
	}
	return nil
}

func untrusted(caused problem.Option, why string) *problem.Problem {
	return problem.New(problem.TLSUntrusted, problem.Because("%s", why), caused)
}

// outOfTime tells a certificate that has expired from one that is not valid yet, and either from a wrong clock.
func (c *Client) outOfTime(certificate *x509.Certificate, caused problem.Option) *problem.Problem {
	now := c.clock.Now()
	code, why := problem.TLSExpired, ""
	if certificate != nil {
		const day = "2 January 2006"
		if now.Before(certificate.NotBefore) {
			code = problem.TLSNotYetValid
			why = fmt.Sprintf("It is valid from %s, %s after what this computer's clock shows.",
				certificate.NotBefore.UTC().Format(day), roughly(certificate.NotBefore.Sub(now)))
		} else {
			why = fmt.Sprintf("It was valid until %s, %s before what this computer's clock shows.",
				certificate.NotAfter.UTC().Format(day), roughly(now.Sub(certificate.NotAfter)))
		}
	}
	options := []problem.Option{problem.Because("%s", why), caused}
	if off, ok := c.seen.clockOff(); ok && off.Abs() > time.Minute {
		side := "slow"
		if off < 0 {
			side = "fast"
		}
		options = append(options, problem.Because("%s", strings.TrimSpace(fmt.Sprintf("%s Another server shows that this clock is %s %s.", why, roughly(off.Abs()), side))),
			problem.Do("Set this computer's date and time, then try again."))
	}
	return problem.New(code, options...)
}

// roughly says a duration in one unit.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int(d / unit.size); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "less than a minute"
}

const (
	shownNames = 3
	notIssuer  = "Its issuer is not allowed to issue certificates."
)

// otherNames says whose certificate it is instead, in a bounded text: a certificate can hold thousands of names.
func otherNames(host string, certificate *x509.Certificate) string {
	if certificate == nil {
		return ""
	}
	var names []string
	for _, ip := range certificate.IPAddresses[:min(shownNames, len(certificate.IPAddresses))] {
		names = append(names, ip.String())
	}
	for _, name := range certificate.DNSNames[:min(shownNames, len(certificate.DNSNames))] {
		names = append(names, Clean(name, 60))
	}
	total := len(certificate.DNSNames) + len(certificate.IPAddresses)
	if total == 0 {
		return "It names no address in the way that counts today."
	}
	names = names[:min(shownNames, len(names))]
	more := ""
	if total > len(names) {
		more = fmt.Sprintf(" and %d more", total-len(names))
	}
	return fmt.Sprintf("It is for %s%s, not for %s.", strings.Join(names, ", "), more, Clean(host, 100))
}

// unknownIssuer says who issued the certificate that nobody here vouches for: the name of a security product that
// reads the connection is found exactly there.
func unknownIssuer(chain []*x509.Certificate) string {
	if len(chain) == 0 {
		return "It comes from an issuer this computer does not know."
	}
	for _, certificate := range chain {
		switch certificate.SignatureAlgorithm {
		case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.MD5WithRSA, x509.MD2WithRSA:
			return "It is signed in an outdated way (" + certificate.SignatureAlgorithm.String() + ")."
		}
	}
	leaf, last := chain[0], chain[len(chain)-1]
	for _, issuer := range chain[1:] {
		if !issuer.IsCA && string(issuer.RawSubject) == string(leaf.RawIssuer) {
			return notIssuer
		}
	}
	if len(chain) == 1 && string(leaf.RawIssuer) == string(leaf.RawSubject) {
		return "The server has signed it itself."
	}
	issuer := Clean(last.Issuer.CommonName, 60)
	if issuer == "" {
		issuer = Clean(strings.Join(last.Issuer.Organization, ", "), 60)
	}
	if issuer == "" {
		return "It comes from an issuer this computer does not know. A security product may be reading the connection."
	}
	return fmt.Sprintf("It is issued by “%s”, which this computer does not know. A security product may be reading the connection.", issuer)
}

// secureTrouble is a handshake that failed for another reason than the certificate; nil when err is none.
func secureTrouble(proxied bool, err error) *problem.Problem {
	caused := problem.Caused(err)
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		if proxied {
			return problem.New(problem.ProxyFailed, problem.Because("It answers with something else than the server."), caused)
		}
		return problem.New(problem.TLSFailed, problem.Because("The server answers without encryption."), caused)
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return problem.New(problem.TLSFailed, problem.Because("%s", alertWords(alert)), caused)
	}
	// A handshake that fails on our side comes as a plain text ("tls: …"), an alert of the server's as an operation.
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		why := ""
		if strings.Contains(op.Err.Error(), "protocol version") {
			why = oldTLS
		}
		return problem.New(problem.TLSFailed, problem.Because("%s", why), caused)
	}
	text := err.Error()
	if !strings.HasPrefix(text, "tls: ") && !strings.HasPrefix(text, "x509: ") {
		return nil
	}
	why := ""
	if strings.Contains(text, "protocol version") {
		why = oldTLS
	}
	return problem.New(problem.TLSFailed, problem.Because("%s", why), caused)
}

const oldTLS = "The server only offers an outdated kind of secure connection."

func alertWords(alert tls.AlertError) string {
	if strings.Contains(alert.Error(), "protocol version") {
		return oldTLS
	}
	return ""
}
