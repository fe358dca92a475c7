//go:build guisetest

package custody

// costOfNew is next to none in the program that the stories of e2e run: they make and
// open dozens of vaults, each of which would take a second, with the race detector
// twenty. Nobody else builds with this tag.
const costOfNew = 4
