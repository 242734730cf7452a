package oauth_test

import (
	"strings"
	"testing"
)

// Every case of the table has a test of its own name.

func TestID13IssuerWithASuffix(t *testing.T)      { conforms(t, "ID-13 ") }
func TestID14Issuer(t *testing.T)                 { conforms(t, "ID-14 ") }
func TestID15AudienceWithASuffix(t *testing.T)    { conforms(t, "ID-15 ") }
func TestID16AudienceMissing(t *testing.T)        { conforms(t, "ID-16 ") }
func TestID17AudienceAsAList(t *testing.T)        { conforms(t, "ID-17 ") }
func TestID18SecondaryAudience(t *testing.T)      { conforms(t, "ID-18 ") }
func TestID19AuthorizedParty(t *testing.T)        { conforms(t, "ID-19 ") }
func TestID20Subject(t *testing.T)                { conforms(t, "ID-20 ") }
func TestID21IssuedAtMissing(t *testing.T)        { conforms(t, "ID-21 ") }
func TestID22IssuedAtFarOff(t *testing.T)         { conforms(t, "ID-22 ") }
func TestID23ExpiryMissing(t *testing.T)          { conforms(t, "ID-23 ") }
func TestID24Expired(t *testing.T)                { conforms(t, "ID-24 ") }
func TestID25ExpiredWithinLeeway(t *testing.T)    { conforms(t, "ID-25 ") }
func TestID26OddTimes(t *testing.T)               { conforms(t, "ID-26 ") }
func TestID27NotBefore(t *testing.T)              { conforms(t, "ID-27 ") }
func TestID28NonceOfAnother(t *testing.T)         { conforms(t, "ID-28 ") }
func TestID29NonceMissing(t *testing.T)           { conforms(t, "ID-29 ") }
func TestID32AccessTokenHash(t *testing.T)        { conforms(t, "ID-32 ") }
func TestID33AccessTokenHashMissing(t *testing.T) { conforms(t, "ID-33 ") }
func TestID34ClaimsInAnotherCase(t *testing.T)    { conforms(t, "ID-34 ") }
func TestID35LogoutToken(t *testing.T)            { conforms(t, "ID-35 ") }

func TestOtherClaims(t *testing.T) {
	conforms(t, "aggregated claims")
	conforms(t, "unknown claims")
	conforms(t, "name of another type")
}

// conforms plays the rows of the table whose names begin so.
func conforms(t *testing.T, prefix string) {
	t.Helper()
	rows := 0
	for _, c := range conformance {
		if !strings.HasPrefix(c.name, prefix) {
			continue
		}
		rows++
		t.Run(c.name, func(t *testing.T) {
			w := connect(t)
			w.SpoilClaims = func(m map[string]any) { c.spoil(w, m) }
			if c.want != "" {
				refusesIDToken(t, w)
			} else if _, err := w.signIn(t); err != nil {
				t.Errorf("refused: %v", problemChain(err))
			}
		})
	}
	if rows == 0 {
		t.Errorf("the table has no row %q", prefix)
	}
}
