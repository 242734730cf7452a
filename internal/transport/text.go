package transport

// Clean makes text from outside safe to show: valid UTF-8, no control, bidirectional or invisible formatting
// characters, white space folded to single spaces, at most max runes (an ellipsis tells that more was cut).
func Clean(text string, max int) string { panic("to do") }
