package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"latchkey/internal/problem"
)

// strange are words of the protocols, and begging, blaming and shouting.
var strange = regexp.MustCompile(`(?i)\b(oauth|openid|tokens?|pkce|dpop|s256|jwt|json|scopes?|redirects?|endpoints?|nonce|discovery|metadata|grants?|headers?|parameters?|code flow|https?|requests?|please|invalid|failed|illegal|oops|sorry)\b|!`)

// forIT are words that are quoted for whoever looks after the settings: addresses, options, and Genesys Cloud's own menus.
var forIT = regexp.MustCompile(`https?://|--[a-z-]+|Integrations > OAuth|dpop = \\?"off\\?"|! or \?`)

// sentence is what a whole sentence looks like.
var sentence = regexp.MustCompile(`^[A-Z][^\n]* [^\n]*\.$`)

// Problems speak to agents: no words of the protocols, no blame, no begging, no shouting. What is for IT may use IT's words.
func TestProblemsSpeakPlainly(t *testing.T) {
	for code, p := range problem.All() {
		fix, _, _ := strings.Cut(p.Fix, "Tell IT")
		for _, words := range []string{p.Title, p.Why, fix} {
			if word := strange.FindString(words); word != "" {
				t.Errorf("%s says %q: %s", code, word, words)
			}
			if words != "" && !strings.HasSuffix(strings.TrimSpace(words), ".") && !strings.HasSuffix(words, ": latchkey login.") {
				t.Errorf("%s has a sentence without an end: %s", code, words)
			}
		}
		if p.Title == "" || p.Fix == "" {
			t.Errorf("%s does not say what happened, or what to do", code)
		}
	}
}

// So do the words that take the place of the catalogue's, wherever a problem is made, and every other sentence of the programs. What is for
// whoever writes programs may use their words.
func TestWordsAtThePlaceSpeakPlainly(t *testing.T) {
	seen := 0
	for _, name := range files(t, "*.go") {
		if strings.HasSuffix(name, "_test.go") || besideTheHouse.MatchString(name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), 0)
		if err != nil {
			t.Fatal(err)
		}
		for text := range said(file) {
			seen++
			plain, _, _ := strings.Cut(forIT.ReplaceAllString(text, ""), "Tell IT")
			if word := strange.FindString(plain); word != "" {
				t.Errorf("%s says %q: %s", name, word, text)
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d texts were found", seen)
	}
}

// besideTheHouse are folders of the demo world and of tests.
var besideTheHouse = regexp.MustCompile(`^internal/(demo|faults|oauth/oauthtest|ui/gallery|bench)/`)

// said are the texts that a file says to people: those a problem is made with, and whole sentences.
func said(file *ast.File) map[string]bool {
	texts := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if ofProblem(n, "New") && len(n.Args) > 0 && ofProblem(n.Args[0], "WrongUsage") {
				return false
			}
			if ofProblem(n, "Because") || ofProblem(n, "Titled") || ofProblem(n, "Do") {
				literals(n, func(text string) { texts[text] = true })
			}
		case *ast.BasicLit:
			literals(n, func(text string) {
				if sentence.MatchString(text) {
					texts[text] = true
				}
			})
		}
		return true
	})
	return texts
}

// ofProblem reports whether an expression is a name of package problem, or a call of it.
func ofProblem(e ast.Expr, name string) bool {
	if call, ok := e.(*ast.CallExpr); ok {
		e = call.Fun
	}
	named, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := named.X.(*ast.Ident)
	return ok && of.Name == "problem" && named.Sel.Name == name
}

// literals tells the texts written in an expression; those of a joined text come apart.
func literals(e ast.Expr, tell func(string)) {
	ast.Inspect(e, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				tell(text)
			}
		}
		return true
	})
}
