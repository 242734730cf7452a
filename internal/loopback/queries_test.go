package loopback_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/loopback"
	"latchkey/internal/secret"
)

var iss = "&iss=" + url.QueryEscape(issuer)

// wantStrangers checks that none of the queries counts: the fixed page, and the sign-in lives on.
func wantStrangers(t *testing.T, queries ...string) {
	t.Helper()
	t.Parallel()
	r := listen(t)
	for _, query := range queries {
		wantPage(t, get(t, answer(r, query)), http.StatusBadRequest, pages.NotOurs)
	}
	if got := r.Strangers(); got != len(queries) {
		t.Errorf("%d strangers counted, want %d", got, len(queries))
	}
	wantAlive(t, r)
}

func TestCB02StateWrongInOneBit(t *testing.T) {
	wantStrangers(t, "code=c&state=b"+state[1:]+iss, "code=c&state="+state[:len(state)-1]+"8"+iss) // 'c'^1, '9'^1
}

func TestCB03NoState(t *testing.T) {
	wantStrangers(t, "code=c"+iss, "")
}

func TestCB04EmptyState(t *testing.T) {
	wantStrangers(t, "code=c&state="+iss, "code=c&state"+iss, "code=c&state=%20+%09"+iss)
}

func TestCB04AWipedStateIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	gone := secret.New("gone")
	r := listen(t, func(o *loopback.Options) { o.State = gone })
	gone.Wipe()
	wantPage(t, get(t, answer(r, "code=c&state="+iss)), http.StatusBadRequest, pages.NotOurs)
	wantNothing(t, r)
}

func TestCB05Repeats(t *testing.T) {
	wantStrangers(t,
		"code=c&state="+state+"&state=bad"+iss, "code=c&state=bad&state="+state+iss, "code=c&state="+state+"&state="+state+iss,
		"code=c&code=d&state="+state+iss, "code=c&c%6fde=d&state="+state+iss, "code=c&state="+state+iss+iss)
}

func TestCB08DeniedByOutsiders(t *testing.T) {
	wantStrangers(t, "error=access_denied"+iss, "error=access_denied&state=bad"+iss)
}

func TestCB25TokensOfOutsiders(t *testing.T) {
	wantStrangers(t, "access_token=canary", "id_token=canary&state=bad", "refresh_token=canary")
}

func TestCB39ManyParameters(t *testing.T) {
	wantStrangers(t, strings.Repeat("&", 10_001)+"code=c&state="+state+iss, strings.Repeat("a&", 10_001)+"code=c&state="+state+iss,
		many(32)+"code=c&state="+state+iss)
}

// many returns this many parameters, each with a name of its own.
func many(n int) string {
	var query strings.Builder
	for i := range n {
		fmt.Fprintf(&query, "p%d=1&", i)
	}
	return query.String()
}

func TestCB40MalformedQueries(t *testing.T) {
	wantStrangers(t, "code=%zz&state="+state+iss, "state="+state+iss+"&code=%a", "code=c;state="+state+iss, "code=c&x=1;y=2&state="+state+iss,
		"=1&code=c&state="+state+iss)
}

func TestCB41OddCharacters(t *testing.T) {
	wantStrangers(t, "%ff=1&code=c&state="+state+iss, "a%00=1&code=c&state="+state+iss, "a%E2%80%A8=1&code=c&state="+state+iss,
		"code=c&state="+state+"%00"+iss, "code=c&state=%ff"+iss, "%c0%80=1&code=c&state="+state+iss)
}

func TestCB57AnswerOfAnotherUser(t *testing.T) {
	wantStrangers(t, "code=theirs"+iss, "code=theirs&error=x")
}
