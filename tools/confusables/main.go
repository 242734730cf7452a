// Command confusables writes internal/lookalike/table.go: the letters that domain names may have and that look like plain ones.
//
//	cd tools && go run ./confusables > ../internal/lookalike/table.go
//
// The data are those of Unicode's confusables.txt (UTS 39, version 13), as github.com/mtibben/confusables carries them.
package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mtibben/confusables"
	"golang.org/x/net/idna"
)

const head = `package lookalike

// plainLooks are the letters that domain names may have and that look like plain letters or digits, each behind what it
// looks like. Written by tools/confusables from the data of UTS 39; © Unicode, Inc., used under the Unicode terms of use
// (www.unicode.org/terms_of_use.html).
const plainLooks = `

func main() {
	looks := map[string][]rune{}
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.Is(unicode.Latin, r) && !simple(r) {
			continue
		}
		ascii, err := idna.Registration.ToASCII(string(r))
		if err != nil || !strings.HasPrefix(ascii, "xn--") {
			continue
		}
		// A capital of the skeleton stands for a shape that no small letter has, but I, O and l, which are one.
		plain := strings.NewReplacer("O", "o", "I", "l").Replace(confusables.Skeleton(string(r)))
		if plain != "" && strings.Trim(plain, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
			looks[plain] = append(looks[plain], r)
		}
	}
	fmt.Print(head)
	keys := make([]string, 0, len(looks))
	for k := range looks {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		end := " +\n\t"
		if i == len(keys)-1 {
			end = "\n"
		}
		text := fmt.Sprintf("%s %s\n", k, string(looks[k]))
		fmt.Printf("%+q%s", text, end)
	}
}

// simple keeps Latin letters of other shapes (ı, ɡ, ɑ); accents are taken off without a table.
func simple(r rune) bool { return r < 0xc0 || r > 0xff }
