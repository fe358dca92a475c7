package cmd

import (
	"guise/cache"
	"guise/internal/awsconfig"
	"guise/internal/doctor"
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

// shownFiles reads the user's two files for a command that shows what there is: it
// says, once, what is broken and goes on with the rest.
func (x looking) shownFiles() *awsconfig.Files {
	if x.some != nil {
		return x.some
	}
	files, problems := x.readable()
	_ = x.tell(doctor.Shown(files, problems, x.world.Getenv), nil)
	return files
}
