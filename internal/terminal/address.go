package terminal

import (
	"bufio"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"latchkey/internal/problem"
)

// confirmAddress returns the address with its host in ASCII. A host with letters beyond ASCII can look exactly like
// another one: it is shown letter by letter, and somebody has to say yes.
func (c *call) confirmAddress(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address, nil // the settings say what is wrong with it
	}
	ascii, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		return "", problem.New(problem.SettingsBadValue, problem.Titled("The address has letters that cannot be in an address."),
			problem.Do("Copy the address from your administrator's message, or ask again."), problem.Caused(err))
	}
	if !strings.Contains(ascii, "xn--") {
		return address, nil
	}
	shown, err := idna.Display.ToUnicode(ascii)
	if err != nil {
		shown = ascii
	}
	out := c.errors()
	out.line("This address has letters that can look like others: %s", clean(shown))
	out.line("Its exact form is %s. Letter by letter:", ascii)
	for _, letter := range shown {
		if letter > unicode.MaxASCII {
			out.line("  %c  U+%04X %s", letter, letter, script(letter))
		} else {
			out.line("  %c", letter)
		}
	}
	if !c.Console.People {
		return "", problem.New(problem.SettingsBadValue, problem.Titled("Nobody is here to confirm this address."),
			problem.Do("Add it from a terminal."))
	}
	out.ask("Is this the right address? Type yes to add it: ")
	if reply, _ := bufio.NewReader(c.Stdin).ReadString('\n'); strings.TrimSpace(reply) != "yes" {
		return "", problem.New(problem.GivenUp, problem.Titled("The organisation was not added."), problem.Do("Ask IT for the exact address."))
	}
	if port := u.Port(); port != "" {
		ascii += ":" + port
	}
	u.Host = ascii
	return u.String(), nil
}

// script names the writing system of a letter, as far as letters are known to be mistaken for others.
func script(letter rune) string {
	for _, s := range []struct {
		name  string
		table *unicode.RangeTable
	}{
		{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek}, {"Armenian", unicode.Armenian},
		{"Cherokee", unicode.Cherokee}, {"Hebrew", unicode.Hebrew}, {"Arabic", unicode.Arabic}, {"Han", unicode.Han},
		{"Hiragana", unicode.Hiragana}, {"Katakana", unicode.Katakana}, {"Hangul", unicode.Hangul}, {"Thai", unicode.Thai},
	} {
		if unicode.Is(s.table, letter) {
			return s.name
		}
	}
	return "another script"
}
