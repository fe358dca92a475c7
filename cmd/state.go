package cmd

import (
	"errors"

	"guise/internal/awsenv"
	"guise/shell"
)

const (
	varProfile       = awsenv.Profile
	varRegion        = awsenv.Region
	varDefaultRegion = awsenv.DefaultRegion
)

// dialect is the shell that a change is to be written for.
func (a *app) dialect(verb string) (shell.Dialect, error) {
	name := a.Getenv("GUISE_SHELL")
	if name == "" {
		return shell.Dialect{}, failure{
			what: verb, err: errors.New("this changes the shell itself, so it must be called through guise's shell function"),
			hint: `eval "$(guise init zsh)"   # bash: the same; fish: guise init fish | source`,
		}
	}
	return shell.Named(name)
}

// switches is this terminal, for a switch.
func (a *app) switches() shell.Terminal {
	return shell.Terminal{Env: a.Environ(), Exec: a.traced, State: shell.DecodeState(a.Getenv("GUISE_STATE"))}
}
