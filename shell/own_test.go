package shell

import "testing"

// TestOwn: whoever types in a shell that is not their login shell means that.
func TestOwn(t *testing.T) {
	for want, env := range map[string]map[string]string{
		"/bin/zsh": {"GUISE_SHELL": "zsh", "SHELL": "/bin/zsh"}, "fish": {"GUISE_SHELL": "fish", "SHELL": "/bin/bash"},
		"/bin/dash": {"GUISE_SHELL": "posix", "SHELL": "/bin/dash"}, "sh": {"GUISE_SHELL": "posix", "SHELL": "/bin/bash"},
		"/bin/bash": {"SHELL": "/bin/bash"}, "/bin/sh": {}, "cmd.exe": {"COMSPEC": "cmd.exe"},
	} {
		if got := Own(func(name string) string { return env[name] }); got != want {
			t.Errorf("%v: %s", env, got)
		}
	}
}
