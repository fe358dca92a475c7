package cmd

import (
	"guise/awsconfig"
	"guise/internal/awsenv"
)

// shownFaults is how many broken lines a command other than doctor shows.
const shownFaults = 3

// shownFiles reads the user's two files for a command that shows what there is: it
// says what is broken and goes on with the rest.
func (a *app) shownFiles() *awsconfig.Files {
	files, problems := awsconfig.ReadSome(a.configPaths())
	for _, err := range problems {
		a.sayf("AWS config: %v: what is in it is not shown", err)
	}
	faults := files.Faults()
	for i, fault := range faults {
		if i == shownFaults {
			a.sayf("%d more such lines: guise doctor", len(faults)-i)
			break
		}
		a.sayf("%v: guise changes nothing in this file", fault)
	}
	for _, one := range awsenv.NobodysProfile(a.Getenv, files) {
		a.sayf("%s is %s: no such profile", one.Name, one.Value)
	}
	a.plans.once = files
	return files
}
