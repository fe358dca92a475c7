package doctor

import (
	"fmt"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
)

// shownFaults is how many broken lines a command other than doctor shows.
const shownFaults = 3

// Shown says what a command that only shows the user's files has to say of them: what is
// broken, and which variable names no profile. unread is why a file could not be read.
func Shown(f *awsconfig.Files, unread []error, getenv func(string) string) (lines []string) {
	for _, err := range unread {
		lines = append(lines, fmt.Sprintf("AWS config: %v: what is in it is not shown", err))
	}
	faults := f.Faults()
	for i, fault := range faults {
		if i == shownFaults {
			lines = append(lines, fmt.Sprintf("%d more such lines: guise doctor", len(faults)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%v: guise changes nothing in this file", fault))
	}
	for _, one := range awsenv.NobodysProfile(getenv, f) {
		lines = append(lines, fmt.Sprintf("%s is %s: no such profile", one.Name, one.Value))
	}
	return lines
}
