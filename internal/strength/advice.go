package strength

// most is how many sentences of advice are given: what helps most comes first.
const most = 2

// tooShort is what is said when nothing else is wrong.
const tooShort = "Add a few more characters."

// advice says what would make the password better.
func advice(password []rune, v Verdict, e *estimate) []string {
	var all []string
	switch k := kindsOf(password); {
	case len(password) == 0:
		return []string{"Use at least 12 characters: several words are easy to remember."}
	case v.Known:
		all = append(all, "This one is known from a leak, and is tried first. Choose another.")
	case v.Length < Enough:
		all = append(all, "Use at least 12 characters: several words are easy to remember.")
	case v.Length < plenty && k.count() < 3 && !k.other:
		all = append(all, "Mix capital and small letters with digits or signs, or make it longer.")
	}
	if e.found[personalWord] {
		all = append(all, "Leave out your name, your user name and your organisation.")
	}
	if why := e.weakness(); v.Score < 3 && !v.Known && (why != tooShort || len(all) == 0) {
		all = append(all, why)
	}
	return all[:min(len(all), most)]
}

// weakness names what makes the password easy to guess.
func (e *estimate) weakness() string {
	switch {
	case e.found[repetition]:
		return "Repeating makes it longer, but hardly harder to guess."
	case e.found[sequence], e.found[keyboard]:
		return "Leave out rows such as abc, 123 or qwerty."
	case e.found[date]:
		return "Leave out dates and years."
	case e.found[word]:
		return "Add a word or two that do not belong together."
	default:
		return tooShort
	}
}
