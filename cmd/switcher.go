package cmd

import (
	"errors"
	"path/filepath"

	"guise/internal/awsenv"
	"guise/internal/setup"
	"guise/shell"
)

const (
	varProfile       = awsenv.Profile
	varRegion        = awsenv.Region
	varDefaultRegion = awsenv.DefaultRegion
)

// switcher is what the commands have that switch this terminal.
type switcher struct {
	*streams
	*plans
	traced map[string]*string // see [app]
}

func (a *app) switcher() switcher { return switcher{a.streams, a.plans, a.traced} }

// dialect is the shell that a change is to be written for.
func (x switcher) dialect(verb string) (shell.Dialect, error) {
	name := x.world.Getenv("GUISE_SHELL")
	if name == "" {
		return shell.Dialect{}, failure{
			what: verb, err: errors.New("the hook of guise is not loaded in this shell"),
			hint: loadHook(x.world),
		}
	}
	return shell.Named(name)
}

// loadHook says how to load the hook in the shell that has called us.
func loadHook(w World) string {
	d, ok := shell.Detect(append(w.Callers(), w.Getenv("SHELL"))...)
	if !ok {
		return "guise init --help"
	}
	return setup.Place{Getenv: w.Getenv, Environ: w.Environ(), Home: w.Home, ConfigHome: filepath.Dir(w.Config)}.Hint(d)
}

// switches is this terminal, for a switch.
func (x switcher) switches() shell.Terminal {
	return shell.Terminal{Env: x.world.Environ(), Exec: x.traced, State: shell.DecodeState(x.world.Getenv("GUISE_STATE"))}
}
