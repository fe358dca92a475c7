package cmd

import (
	"guise/cache"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/settings"
)

// looking is what the commands have that show what there is, and change nothing.
type looking struct {
	*streams
	*plans
	user     func(about string) access
	store    func() *cache.Store
	keyPlace func() string // where its sealing key is
	settings func() settings.Settings
}

func (a *app) looking() looking {
	return looking{a.streams, a.plans, a.user, a.store, func() string { return a.sealingKey().Place() }, a.settings}
}

// shownFaults is how many broken lines a command other than doctor shows.
const shownFaults = 3

// shownFiles reads the user's two files for a command that shows what there is: it
// says, once, what is broken and goes on with the rest.
func (x looking) shownFiles() *awsconfig.Files {
	if x.some != nil {
		return x.some
	}
	files, problems := x.readable()
	for _, err := range problems {
		x.sayf("AWS config: %v: what is in it is not shown", err)
	}
	faults := files.Faults()
	for i, fault := range faults {
		if i == shownFaults {
			x.sayf("%d more such lines: guise doctor", len(faults)-i)
			break
		}
		x.sayf("%v: guise changes nothing in this file", fault)
	}
	for _, one := range awsenv.NobodysProfile(x.world.Getenv, files) {
		x.sayf("%s is %s: no such profile", one.Name, one.Value)
	}
	return files
}
