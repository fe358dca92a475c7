package cmd

import (
	"maps"
	"slices"

	"guise/internal/awsenv"
	"guise/shell"
)

// outside is the world without what `guise exec` has set for a command above us.
func (w World) outside(before map[string]*string) World {
	getenv, environ := w.Getenv, w.Environ
	w.Getenv = func(name string) string {
		was, changed := before[name]
		switch {
		case name == awsenv.Trace:
			return ""
		case !changed:
			return getenv(name)
		case was == nil:
			return ""
		}
		return *was
	}
	w.Environ = func() []string { return awsenv.Env(environ()).Outside() }
	return w
}

// leaveExec is what a terminal that `exec` has opened must change when it switches:
// it gives up what exec has set for the profile that is left.
func (a *app) leaveExec() (changes []shell.Change) {
	before := a.traced
	if before == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		c := shell.Change{Name: name, Unset: true, Exported: true}
		if was := before[name]; was != nil {
			c = shell.Change{Name: name, Value: *was, Exported: true}
		}
		changes = append(changes, c)
	}
	return append(changes, shell.Change{Name: awsenv.Trace, Unset: true, Exported: true})
}
