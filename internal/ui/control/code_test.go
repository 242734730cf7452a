package control

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func codeEntry(t *testing.T, digits int) (e *CodeEntry, complete *[]string, said *string) {
	t.Helper()
	e, complete, said = NewCodeEntry("Code"), new([]string), new(string)
	e.Expect(digits, false)
	e.Complete = func(code string) { *complete = append(*complete, code) }
	e.Notice = func(words string) { *said = words }
	w := window(t, NewCodeField("Code", 340, e).CanvasObject)
	w.Canvas().Focus(e)
	return e, complete, said
}

func TestMF38SeparatorsInACodeAreLeftOut(t *testing.T) {
	for _, text := range []string{"123456", "123 456", " 123456", "123-456", "123\u00a0456", "\t123456", "123456\n", "123–456", "1 2 3 4 5 6", "123.456", "\u200b123456"} {
		e, complete, _ := codeEntry(t, 6)
		paste(e, text)
		if !slices.Equal(*complete, []string{"123456"}) || e.Code() != "123456" || e.Text != "123 456" {
			t.Errorf("%q: complete %v, shown %q", text, *complete, e.Text)
		}
	}
}

func TestMF39DigitsOfOtherScripts(t *testing.T) {
	for _, text := range []string{"١٢٣٤٥٦", "۱۲۳۴۵۶", "１２３４５６", "१२३४५६", "𝟏𝟐𝟑𝟒𝟓𝟔", "𝟣𝟤𝟥𝟦𝟧𝟨"} {
		e, complete, _ := codeEntry(t, 6)
		paste(e, text)
		if !slices.Equal(*complete, []string{"123456"}) {
			t.Errorf("%q pasted: %v", text, *complete)
		}
		e, complete, _ = codeEntry(t, 6)
		test.Type(e, text)
		if !slices.Equal(*complete, []string{"123456"}) {
			t.Errorf("%q typed: %v", text, *complete)
		}
	}
}

func TestMF41WhatIsNotAWholeCodeIsNotPasted(t *testing.T) {
	for _, text := range []string{"12345", "1234567", "12345a", "recovery-code", ""} {
		e, complete, said := codeEntry(t, 6)
		paste(e, text)
		if len(*complete) > 0 || e.Text != "" || (*said == "") {
			t.Errorf("%q: complete %v, shown %q, said %q", text, *complete, e.Text, *said)
		}
	}
}

func TestMF40CodeStaysText(t *testing.T) {
	e, complete, _ := codeEntry(t, 6)
	test.Type(e, "000123")
	if !slices.Equal(*complete, []string{"000123"}) {
		t.Errorf("complete %v", *complete)
	}
}

func TestTypingACode(t *testing.T) {
	e, complete, said := codeEntry(t, 6)
	test.Type(e, "48x2 9-1")
	if e.Text != "482 91" || len(*complete) != 0 {
		t.Fatalf("shown %q, complete %v", e.Text, *complete)
	}
	test.Type(e, "x")
	if *said == "" {
		t.Error("a letter is dropped in silence")
	}
	test.Type(e, "3")
	if *said != "" || !slices.Equal(*complete, []string{"482913"}) {
		t.Fatalf("said %q, complete %v", *said, *complete)
	}
	test.Type(e, "77") // there is no room for more
	if e.Code() != "482913" || len(*complete) != 1 {
		t.Errorf("code %q, complete %v", e.Code(), *complete)
	}
	e.TypedKey(key(fyne.KeyBackspace))
	e.TypedKey(key(fyne.KeyBackspace))
	e.TypedKey(key(fyne.KeyBackspace))
	if e.Text != "482" {
		t.Errorf("shown %q", e.Text)
	}
	e.TypedKey(key(fyne.KeyBackspace))
	if e.Text != "48" {
		t.Errorf("shown %q", e.Text)
	}
}

func TestEditingInTheMiddleOfACode(t *testing.T) {
	e, complete, _ := codeEntry(t, 6)
	test.Type(e, "48293")
	for range 3 {
		e.TypedKey(key(fyne.KeyLeft)) // behind the 2, over the gap
	}
	test.Type(e, "1")
	if e.Text != "482 193" || e.CursorColumn != 5 || !slices.Equal(*complete, []string{"482193"}) {
		t.Errorf("shown %q, cursor at %d, complete %v", e.Text, e.CursorColumn, *complete)
	}
}

func TestCodeOfUnknownLengthIsNotCompleteByItself(t *testing.T) {
	e, complete, _ := codeEntry(t, 0)
	test.Type(e, "12345678")
	if len(*complete) != 0 || e.Code() != "12345678" {
		t.Errorf("complete %v, code %q", *complete, e.Code())
	}
}

func TestRecoveryCodeTakesLetters(t *testing.T) {
	e, complete, _ := codeEntry(t, 6)
	e.Expect(0, true)
	test.Type(e, "k7qf-93xw")
	if e.Code() != "k7qf-93xw" || len(*complete) != 0 {
		t.Errorf("code %q, complete %v", e.Code(), *complete)
	}
}

func TestClearingACodeCompletesNothing(t *testing.T) {
	e, complete, _ := codeEntry(t, 6)
	paste(e, "123456")
	e.Clear()
	e.TypedShortcut(&fyne.ShortcutUndo{})
	if e.Text != "" || len(*complete) != 1 {
		t.Errorf("shown %q, complete %v", e.Text, *complete)
	}
	paste(e, "123456") // the same code again is a new try
	if len(*complete) != 2 {
		t.Errorf("complete %v", *complete)
	}
}

func TestGroupDigits(t *testing.T) {
	for _, test := range []struct {
		digits string
		whole  int
		want   string
	}{{"", 6, ""}, {"482", 6, "482"}, {"4829", 6, "482 9"}, {"482913", 6, "482 913"}, {"12345678", 8, "1234 5678"}, {"1234567", 7, "1234567"}, {"123456", 0, "123456"}} {
		if got := GroupDigits(test.digits, test.whole); got != test.want {
			t.Errorf("%s of %d: %q, want %q", test.digits, test.whole, got, test.want)
		}
	}
}
