//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"guise/internal/need"
	"guise/internal/terminaltest"
	"guise/shell"
)

// newcomer is a world of somebody who has a prompt of their own, no profile and no guise:
// what their shell reads at its start, and the file that `guise setup` writes.
func newcomer(t *testing.T, name string) (w *world, own, written string) {
	t.Helper()
	w = newWorld(t)
	if err := os.RemoveAll(filepath.Join(w.home, ".aws")); err != nil {
		t.Fatal(err)
	}
	own, written = w.ownPrompt(name)
	return w, own, written
}

// ownPrompt writes what a shell without guise reads at its start: own. written is the file
// that `guise setup` writes.
func (w *world) ownPrompt(name string) (own, written string) {
	switch name {
	case "zsh":
		w.write(".zshrc", "setopt PROMPT_SUBST\nPROMPT='<$GUISE_PROMPT>ready '")
		return ".zshrc", ".zshrc"
	case "bash":
		w.write(".bashrc", "PATH="+binDir+":$PATH\nPS1='<$GUISE_PROMPT>ready '")
		return ".bashrc", ".bashrc"
	}
	w.write(".config/fish/config.fish", "set -g fish_greeting\nfunction fish_prompt; echo -n \"<$GUISE_PROMPT>ready \"; end\n")
	return ".config/fish/config.fish", ".config/fish/conf.d/guise.fish"
}

// setUp answers the questions of `guise setup`, with SSO.
func (w *world) setUp(s *terminaltest.Terminal, name string) {
	w.t.Helper()
	s.Type("guise setup\r")
	s.See(`\+# >>> guise >>>`)
	s.See("load guise in each new " + name)
	s.Type("y\r")
	s.See("how do you sign in to AWS")
	s.Type("/SSO\r")
	s.See("start URL of your access portal")
	s.Type("nowhere\r")
	s.See("a start URL is the https address of an access portal")
	s.Type(w.server.URL() + "/start\r")
	s.See("region>")
	s.Type("eu-west-1")
	s.See(`\b1/\d+`)
	s.Type("\r")
	s.See(`\? .*90 profiles`)
	s.Type("y\r")
	s.See("added 90 profiles, in ")
	s.See("hint: exec " + name)
	s.See("<>ready ")
}

// TestSetup: from a home without profiles to an SDK's call in a new terminal, and back to
// the identical files, in each shell.
func TestSetup(t *testing.T) {
	shells(t, func(t *testing.T, name string) {
		w, own, written := newcomer(t, name)
		path, before := need.Program(t, name), w.read(own)
		w.program(filepath.Join(w.dir, "work", "call"), "#!/bin/sh\nexec "+shell.Words(w.boto3(t))+"\n")
		first := w.open(nil, path, "-i")
		first.See("<>ready ")
		w.setUp(first, name)

		flags := []string{"-i"}
		if name == "bash" { // as tmux, ssh and macOS start it, beside the usual
			flags = append(flags, "-l")
		}
		for _, flag := range flags {
			words := []string{path, flag}
			if flag == "-l" {
				words = []string{path, "-l", "-i"}
			}
			s := w.open(nil, words...)
			s.See("<>ready ")
			s.Type("guise use platform-prod.ReadOnly\r")
			s.See("platform-prod.ReadOnly: ReadOnly, ")
			s.Type("echo \"[$GUISE_PROMPT] saved [$__guise_hook]\"\r")
			s.See(`\[platform-prod\.ReadOnly.*\] saved \[[0-9a-z]+\]`)
			s.Type("./call\r")
			s.See("assumed-role/AWSReservedSSO_ReadOnly")
			s.Type("guise off\r")
			s.See("off; ")
		}

		// All is in place, and then none of it.
		s := w.open(nil, path, "-i")
		s.See("<>ready ")
		set := w.read(written)
		s.Type("guise setup\r")
		s.See("the hook already")
		s.See("nothing to do: guise manages 90 profiles already")
		s.See("hint: guise use")
		if w.read(written) != set {
			t.Error("a second set-up has changed the file")
		}
		s.Type("guise setup --undo\r")
		s.See("take guise's lines out of ")
		s.Type("y\r")
		s.See("took guise's lines out of ")
		s.See("hint: guise release --all")
		s.See("hint: guise logout --all")
		if after := w.read(own); after != before {
			t.Errorf("%q became %q", before, after)
		}
		for _, made := range []string{".bash_profile", ".config/fish/conf.d/guise.fish", ".local/share/guise/hooks"} {
			if _, err := os.Stat(filepath.Join(w.home, made)); err == nil {
				t.Errorf("%s is left", made)
			}
		}
		last := w.open(nil, path, "-i")
		last.See("<>ready ")
		last.Type("guise use platform-prod.ReadOnly\r")
		last.See("the hook of guise is not loaded in this shell")
	})
}

// TestSavedHook: what is wrong with a saved hook costs a shell its speed alone; another
// guise's is replaced by the next command.
func TestSavedHook(t *testing.T) {
	shells(t, func(t *testing.T, name string) {
		w, _, _ := newcomer(t, name)
		path := need.Program(t, name)
		if got := w.guise("setup", "--shell", name, "--yes"); got.code != 0 {
			t.Fatalf("%+v", got)
		}
		file := ".local/share/guise/hooks/" + name
		saved := w.read(file)
		loaded := func(why, want string, env ...string) {
			t.Helper()
			s := w.open(env, path, "-i")
			s.See("<>ready ")
			s.Type("guise current; echo \"saved [$__guise_hook] here\"\r")
			s.See("no profile is active")
			if got := s.See(`saved \[(.*)\] here`)[1]; (got != "") != (want != "") {
				t.Errorf("%s: %q", why, got)
			}
			s.Type("guise use nobody-at-all --no-login </dev/null\r")
			s.See("<>ready ")
		}
		loaded("as it was saved", "a number")
		// A shell that looks for pending requests elsewhere does not take this hook, and the
		// next one of its kind takes one that was saved for it.
		elsewhere := "XDG_CACHE_HOME=" + filepath.Join(w.home, "cache")
		s := w.open([]string{elsewhere}, path, "-i")
		s.See("<>ready ")
		s.Type("guise list\r")
		s.See("there are no profiles")
		s.See("<>ready ")
		if w.read(file) == saved {
			t.Error("it was not written again")
		}
		loaded("for another cache", "a number", elsewhere)
		// One of an earlier guise still works, and is replaced.
		number := regexp.MustCompile(`__guise_hook.'\w+'`)
		w.write(file, number.ReplaceAllStringFunc(saved, func(set string) string { return set[:len(set)-1] + "0'" }))
		s = w.open(nil, path, "-i")
		s.See("<>ready ")
		s.Type("guise list\r")
		s.See("there are no profiles")
		s.See("<>ready ")
		if w.read(file) != saved {
			t.Error("an earlier guise's was not replaced")
		}
		// It is gone: the hook comes from guise.
		if err := os.Remove(filepath.Join(w.home, file)); err != nil {
			t.Fatal(err)
		}
		loaded("gone", "")
		// It is another user's.
		if os.Geteuid() == 0 {
			w.write(file, "echo stolen\n")
			if err := os.Chown(filepath.Join(w.home, file), 4321, 4321); err != nil {
				t.Fatal(err)
			}
			loaded("another user's", "")
		}
	})
}
