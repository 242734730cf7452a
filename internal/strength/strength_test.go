package strength_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/secret"
	"latchkey/internal/strength"
)

var amy = []string{"amy@acme.example", "Amy Agent", "Acme Contact Center"}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		password    string
		least, most int // score
		good        bool
		advice      string // part of it; empty: none
	}{
		{"", 0, 0, false, "at least 12"},
		{"a", 0, 0, false, "at least 12"},
		{"password", 0, 0, false, "known from a leak"},
		{"P@ssw0rd", 0, 0, false, "known from a leak"},
		{"PASSWORD1", 0, 0, false, "known from a leak"},
		{"qwertyuiop12", 0, 0, false, "known from a leak"},
		{"gooddaygoodday", 0, 2, false, "Repeating"},
		{"drowssapdrowssap", 0, 1, false, "Repeating"},
		{strings.Repeat("a", 400), 0, 0, false, "Repeating"},
		{strings.Repeat("aB3$x", 20), 0, 2, false, "Repeating"},
		{strings.Repeat("1988", 25), 0, 1, false, "Repeating"},
		{"abcdefghijklmnop", 0, 1, false, "rows such as"},
		{"zxcvbnm,./zxc", 0, 2, false, "rows such as"},
		{"абвгдежзиклм", 0, 2, false, "rows such as"},
		{"12.03.1988", 0, 1, false, "dates"},
		{"Sommer2026!", 0, 3, false, "at least 12"},
		{"Amy Agent 2026!", 0, 2, false, "Leave out your name"},
		{"acmecontactcenter", 0, 1, false, "Leave out your name"},
		{"amy@acme.example", 0, 1, false, "Leave out your name"},
		{"xkcdpfhuwvlr", 3, 4, false, "Mix"},
		{"Tr0mb0ne&3", 0, 3, false, "at least 12"},
		{"x9#kQ2m!vB7z", 4, 4, true, ""},
		{"correct horse battery staple", 4, 4, true, ""},
		{"Ich fahre gern nach Hamburg", 4, 4, true, ""},
		{"日本語のパスワードですよね長い", 4, 4, true, ""},
		{"пароль Пароль 81 яблоко", 4, 4, true, ""},
		{"🔑🚪🌻🐘🎻🧭🪁🥨🛶🔭🦉🧶🔑", 4, 4, false, "Mix"},
		{"  leading and trailing spaces stay  ", 4, 4, true, ""},
	} {
		t.Run(c.password[:min(len(c.password), 40)], func(t *testing.T) {
			v := strength.Judge(secret.New(c.password), oauth.PasswordRules{}, amy...)
			if v.Score < c.least || v.Score > c.most {
				t.Errorf("score %d, want %d to %d", v.Score, c.least, c.most)
			}
			if v.Good != c.good && c.advice != "" || c.good && !v.Good {
				t.Errorf("good: %v, with advice %q", v.Good, v.Advice)
			}
			if len(v.Advice) > 2 {
				t.Errorf("advice is %q: more than two sentences", v.Advice)
			}
			if !strings.Contains(strings.Join(v.Advice, " "), c.advice) {
				t.Errorf("advice is %q, nothing of %q", v.Advice, c.advice)
			}
		})
	}
}

// What a server asks is told as it is, whatever is thought of the password.
func TestServerRulesWin(t *testing.T) {
	rules := oauth.PasswordRules{MinLength: 8, MaxLength: 10, Upper: true, Lower: true, Digit: true, Special: true, History: 5, Words: []string{"Not your birthday."}}
	list := func(met ...bool) []strength.Rule {
		return []strength.Rule{
			{Words: "At least 8 characters", Met: met[0]}, {Words: "At most 10 characters", Met: met[1]}, {Words: "A capital letter", Met: met[2]},
			{Words: "A small letter", Met: met[3]}, {Words: "A digit", Met: met[4]}, {Words: "A sign such as ! or ?", Met: met[5]},
			{Words: "None of the last 5 passwords", Unchecked: true}, {Words: "Not your birthday.", Unchecked: true},
		}
	}
	for password, want := range map[string][]strength.Rule{
		"":             list(false, true, false, false, false, false),
		"aA1!bB2?":     list(true, true, true, true, true, true),
		"aA1 bB2 cC3 ": list(true, false, true, true, true, false),
		"ÄÖÜäöü12":     list(true, true, true, true, true, false),
		"ＡＢＣａｂｃ１！":     list(true, true, true, true, true, true), // double-byte characters count once
	} {
		v := strength.Judge(secret.New(password), rules)
		if d := cmp.Diff(want, v.Rules); d != "" {
			t.Errorf("%q: %s", password, d)
		}
	}
	long := strength.Judge(secret.New("correct horse battery staple"), rules)
	if long.Good || long.Score != 4 || len(long.Advice) != 0 {
		t.Errorf("a password that is too long for the server: %+v", long)
	}
}

func TestLengthCountsCodePoints(t *testing.T) {
	for password, want := range map[string]int{
		"パスワード": 5, "é": 1, "e\u0301": 2, "🔑": 1, strings.Repeat("ü ", 200): 400, " ": 1, "\xff\xfe": 2,
	} {
		if v := strength.Judge(secret.New(password), oauth.PasswordRules{MinLength: want}); v.Length != want || !v.Rules[0].Met {
			t.Errorf("%.20q has %d characters, want %d", password, v.Length, want)
		}
	}
}

// The caller's password is left as it was: it is about to be sent.
func TestThePasswordStays(t *testing.T) {
	p := secret.New("Correct Horse 7")
	strength.Judge(p, oauth.PasswordRules{}, "", "x", strings.Repeat("long ", 1000))
	if !p.EqualString("Correct Horse 7") {
		t.Error("the password was changed")
	}
}

func BenchmarkJudge(b *testing.B) {
	for name, password := range map[string]string{
		"usual":      "Correct horse 7 battery",
		"long":       strings.Repeat("4@8({6<3[1!|70$5+7%2abc", 18)[:400],
		"one letter": strings.Repeat("a", 400),
		"words":      strings.Repeat("theandwasforwithanother", 18)[:400],
	} {
		p := secret.New(password)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				strength.Judge(p, oauth.PasswordRules{MinLength: 12}, amy...)
			}
		})
	}
}
