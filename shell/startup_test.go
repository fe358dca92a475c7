package shell

import (
	"path"
	"strings"
	"testing"

	"guise/internal/awsenv"
)

// TestStartup: where each shell loads the hook, under the variables that move its file.
func TestStartup(t *testing.T) {
	for _, c := range []struct{ program, env, files string }{
		{"zsh", "", ".zshrc"},
		{"-zsh", "ZDOTDIR=/z d", "/z d/.zshrc"},
		{"zsh", "ZDOTDIR=relative", ".zshrc"},
		{"/bin/bash", "ZDOTDIR=/z", ".bashrc"},
		{"fish", "", ".config/fish/config.fish"},
		{"fish", "XDG_CONFIG_HOME=/x", "/x/fish/config.fish"},
		{"nu", "XDG_CONFIG_HOME=/x", "/x/nushell/config.nu"},
		{"tcsh", "", ".tcshrc .cshrc"},
		{"dash", "", ".profile"},
		{"busybox", "ENV=/etc/shrc", "/etc/shrc"},
		{"/bin/ksh", "", ".kshrc"},
		{"mksh", "ENV=$HOME/.shrc", ".mkshrc"},
	} {
		d, ok := Detect("make", c.program)
		if !ok {
			t.Fatal(c.program)
		}
		s := d.Startup(func(name string) string { value, _ := awsenv.Env{c.env}.Get(name); return value })
		if got := strings.Join(s.Files, " "); got != c.files {
			t.Errorf("%s with %s: %s, want %s", c.program, c.env, got, c.files)
		}
	}
	if d, ok := Detect("sh", "make", "-zsh", "bash"); !ok || d.name != "zsh" {
		t.Errorf("behind sh there is %s", d.name)
	}
	if d, ok := Detect("sh", "sshd", "/bin/sh"); !ok || d.name != "posix" {
		t.Errorf("sh alone is %s", d.name)
	}
	for _, d := range dialects() {
		s := d.Startup(func(string) string { return "" })
		if !strings.Contains(s.Line, "guise init "+d.name) || strings.Contains(s.Line, "\n") || len(s.Files) == 0 || path.IsAbs(s.Files[0]) || s.File() != "~/"+s.Files[0] {
			t.Errorf("%s: %+v", d.name, s)
		}
	}
}
