package cmd

import "guise/internal/awsenv"

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
