// Package house holds the rules of the house as tests: which package may know which, what every package and exported
// name must say about itself, how long a file may be, and that the pages in docs say what the code says.
package house
