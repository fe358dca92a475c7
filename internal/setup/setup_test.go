//go:build unix

package setup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guise/internal/files"
	"guise/shell"
)

// home is a user's home with nothing in it.
func home(t *testing.T) Place {
	t.Helper()
	dir := t.TempDir()
	env := map[string]string{"HOME": dir, "PATH": "/usr/local/bin:/usr/bin"}
	getenv := func(name string) string { return env[name] }
	return Place{
		Getenv: getenv, Environ: []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}, Home: dir, ConfigHome: filepath.Join(dir, ".config"), Executable: "/usr/bin/guise",
		Copies: Copies{
			Folder: files.Folder{Root: filepath.Join(dir, ".local/share/guise"), Below: "hooks"}, Getenv: getenv,
			Hook: func(d shell.Dialect) (string, error) { return "# the hook of " + d.Name() + "\n", nil },
		},
		Versions: files.Versions{Dir: filepath.Join(dir, ".local/state/guise/start-files")},
	}
}

func (p Place) put(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(p.Home, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// text is what is in a file; "none" where there is none.
func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return "none"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func dialect(t *testing.T, name string) shell.Dialect {
	t.Helper()
	d, err := shell.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// loads has a shell load the hook, and gives the change.
func (p Place) loads(t *testing.T, name string) *Change {
	t.Helper()
	c, err := p.Load(dialect(t, name))
	if err == nil {
		_, err = c.Apply()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p Place) unloads(t *testing.T, name string) *Change {
	t.Helper()
	c, err := p.Unload([]shell.Dialect{dialect(t, name)})
	if err == nil {
		_, err = c.Apply()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start is the file of a shell that guise writes first.
func (p Place) start(t *testing.T, name string) string {
	t.Helper()
	here, err := p.startFiles(dialect(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(here[0].path, p.Home+"/")
}

// TestStartFiles: which file of each shell guise writes.
func TestStartFiles(t *testing.T) {
	for name, file := range map[string]string{
		"zsh": ".zshrc", "bash": ".bashrc", "fish": ".config/fish/conf.d/guise.fish", "dash": ".profile", "ksh": ".kshrc", "mksh": ".mkshrc",
	} {
		if got := home(t).start(t, name); got != file {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestThereAndBack: whatever a start file holds, undoing the set-up gives the identical
// file, and a second set-up changes nothing.
func TestThereAndBack(t *testing.T) {
	for _, name := range shell.Programs() {
		for what, before := range map[string]string{
			"none": "", "empty": "", "plain": "alias a=b\n", "no end": "alias a=b", "a line end": "\n", "empty lines": "a\n\n\n", "CRLF": "a\r\nb\r\n", "CRLF, no end": "a\r\nb",
			"no text": "\x00\xff\n\xfe",
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				p := home(t)
				file := p.start(t, name)
				path := filepath.Join(p.Home, file)
				if what != "none" {
					p.put(t, file, before)
				}
				if c := p.loads(t, name); c.nothingToDo() {
					t.Error("nothing to do")
				}
				set := text(t, path)
				if !strings.HasPrefix(set, before) || !strings.Contains(set, beginLine) || !strings.Contains(set, "guise init "+dialect(t, name).Name()) || strings.HasSuffix(set, "\n") != (what == "none" || strings.HasSuffix(before, "\n")) {
					t.Errorf("%q", set)
				}
				if c := p.loads(t, name); !c.nothingToDo() || text(t, path) != set {
					t.Errorf("not twice: %s", c.Diff())
				}
				if c := p.unloads(t, name); c.nothingToDo() {
					t.Error("nothing to undo")
				}
				want := before
				if what == "none" {
					want = "none"
				}
				if got := text(t, path); got != want {
					t.Errorf("%q became %q", want, got)
				}
				if c := p.unloads(t, name); !c.nothingToDo() {
					t.Errorf("undone twice: %s", c.Diff())
				}
				if _, err := os.Stat(p.Copies.path(dialect(t, name))); err == nil {
					t.Error("a saved hook is left")
				}
			})
		}
	}
}

// TestChangedMeanwhile: what the user has written around guise's lines stays.
func TestChangedMeanwhile(t *testing.T) {
	p := home(t)
	path := p.put(t, ".zshrc", "one\ntwo")
	p.loads(t, "zsh")
	p.put(t, ".zshrc", "zero\n"+strings.Replace(text(t, path), "two", "2", 1)+"\nthree\n")
	p.unloads(t, "zsh")
	if got := text(t, path); got != "zero\none\n2\nthree\n" {
		t.Errorf("%q", got)
	}
	// Lines of an earlier guise are brought up to date where they are.
	p.put(t, ".zshrc", "one\n"+beginMark+" by another\nguise of old\n"+endLine+"\nthree\n")
	p.loads(t, "zsh")
	got := text(t, path)
	if !strings.HasPrefix(got, "one\n"+beginLine+"\n") || !strings.HasSuffix(got, endLine+"\nthree\n") || strings.Contains(got, "of old") {
		t.Errorf("%q", got)
	}
	if p.unloads(t, "zsh"); text(t, path) != "one\nthree\n" {
		t.Errorf("%q", text(t, path))
	}
}

// TestLinkModeVersion: a file in a repository of the user's stays there, with its mode, and
// the version before is kept.
func TestLinkModeVersion(t *testing.T) {
	p := home(t)
	target := p.put(t, "dotfiles/zshrc", "mine\n")
	link := filepath.Join(p.Home, ".zshrc")
	if err := errors.Join(os.Chmod(target, 0o640), os.Symlink("dotfiles/zshrc", link)); err != nil {
		t.Fatal(err)
	}
	p.loads(t, "zsh")
	info, err := os.Lstat(target)
	if to, _ := os.Readlink(link); err != nil || to != "dotfiles/zshrc" || info.Mode() != 0o640 || !strings.Contains(text(t, link), beginMark) {
		t.Errorf("%s %v %v", to, info, err)
	}
	kept, _ := filepath.Glob(filepath.Join(p.Versions.Dir, ".zshrc.*"))
	if len(kept) != 1 || text(t, kept[0]) != "mine\n" {
		t.Errorf("%q", kept)
	}
	if p.unloads(t, "zsh"); text(t, target) != "mine\n" {
		t.Errorf("%q", text(t, target))
	}
}

// TestRefused: what guise must not replace stays, and the error says why.
func TestRefused(t *testing.T) {
	for why, spoil := range map[string]func(path string) error{
		"~/.zshrc is a folder":                                   func(path string) error { return os.Mkdir(path, 0o700) },
		"~/.zshrc is not a regular file":                         func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"~/.zshrc is a link to ~/gone/zshrc, which is not there": func(path string) error { return os.Symlink("gone/zshrc", path) },
		"~/.zshrc is read-only (mode 0444)":                      func(path string) error { return errors.Join(os.WriteFile(path, nil, 0o444), os.Chmod(path, 0o444)) }, //nolint:gosec // whatever the umask
		"~/.zshrc belongs to another user": func(path string) error {
			if os.Geteuid() != 0 {
				return os.Symlink("/etc/passwd", path)
			}
			return errors.Join(os.WriteFile(path, nil, 0o644), os.Chown(path, 4321, 4321)) //nolint:gosec // another user's
		},
		"~/.zshrc is unclear: line 2 is \"# >>> guise >>>\", and the mark that belongs to it is not there": func(path string) error {
			return os.WriteFile(path, []byte("a\n"+beginLine+"\nx\n"), 0o600)
		},
		"~/.zshrc is unclear: line 1 is \"# <<< guise <<<\", and the mark that belongs to it is not there": func(path string) error {
			return os.WriteFile(path, []byte(endLine+"\n"+beginMark+"\n"), 0o600)
		},
	} {
		p := home(t)
		path := filepath.Join(p.Home, ".zshrc")
		if err := spoil(path); err != nil {
			t.Fatal(why, err)
		}
		before, _ := os.Lstat(path)
		_, err := p.Load(dialect(t, "zsh"))
		if e, ok := errors.AsType[*FileError](err); !ok || e.Error() != why {
			t.Errorf("%v, want %s", err, why)
		}
		if after, _ := os.Lstat(path); !os.SameFile(before, after) || after.Mode() != before.Mode() {
			t.Errorf("%s: it was changed", why)
		}
	}
}

// TestOwnLine: a hook that the user's own line loads is enough.
func TestOwnLine(t *testing.T) {
	for _, c := range []struct{ shell, file, line, where string }{
		{"zsh", ".zshrc", `eval "$(guise init zsh)"`, "~/.zshrc line 2"},
		{"zsh", ".zprofile", `(( $+commands[guise] )) && eval "$(guise init zsh)"`, "~/.zprofile line 2"},
		{"bash", ".bashrc", `eval "$(guise init bash)"`, "~/.bashrc line 2"},
		{"bash", ".bash_profile", `  source <(guise init bash)`, "~/.bash_profile line 2"},
		{"fish", ".config/fish/config.fish", `guise init fish | source`, "~/.config/fish/config.fish line 2"},
		{"fish", ".config/fish/conf.d/aws.fish", `guise init fish | source`, "~/.config/fish/conf.d/aws.fish line 2"},
	} {
		p := home(t)
		p.put(t, c.file, "# guise init zsh would\n"+c.line+"\n")
		if change := p.loads(t, c.shell); !change.nothingToDo() || change.Nothing != c.shell+": "+c.where+" loads the hook already" {
			t.Errorf("%s: %q %s", c.file, change.Nothing, change.Diff())
		}
	}
}

// TestLoginFiles: a login shell of bash reads another file than ~/.bashrc, and loads the
// hook too.
func TestLoginFiles(t *testing.T) {
	for _, c := range []struct{ files, also string }{
		{"", ".bash_profile"},
		{".profile=. ~/.bashrc", ""},
		{".profile=umask 077", ".profile"},
		{".bash_profile=# no bashrc here,.profile=. ~/.bashrc", ".bash_profile"},
		{".bash_login=x", ".bash_login"},
	} {
		p := home(t)
		for one := range strings.SplitSeq(c.files, ",") {
			if name, line, ok := strings.Cut(one, "="); ok {
				p.put(t, name, line+"\n")
			}
		}
		p.loads(t, "bash")
		var also []string
		for _, name := range []string{".bash_profile", ".bash_login", ".profile"} {
			if strings.Contains(text(t, filepath.Join(p.Home, name)), beginMark) {
				also = append(also, name)
			}
		}
		if strings.Join(also, " ") != c.also || !strings.Contains(text(t, filepath.Join(p.Home, ".bashrc")), beginMark) {
			t.Errorf("%s: %q", c.files, also)
		}
		if made := strings.Contains(text(t, filepath.Join(p.Home, ".bash_profile")), asOthers); made != (c.files == "") {
			t.Errorf("%s: reads ~/.bashrc: %v", c.files, made)
		}
		if change := p.loads(t, "bash"); !change.nothingToDo() {
			t.Errorf("%s: not twice: %s", c.files, change.Diff())
		}
		p.unloads(t, "bash")
		for one := range strings.SplitSeq(c.files, ",") {
			if name, line, ok := strings.Cut(one, "="); ok && text(t, filepath.Join(p.Home, name)) != line+"\n" {
				t.Errorf("%s: %q", name, text(t, filepath.Join(p.Home, name)))
			}
		}
		if c.files == "" && text(t, filepath.Join(p.Home, ".bash_profile")) != "none" {
			t.Error("~/.bash_profile is left")
		}
	}
}

// TestFolderOnPath: where PATH does not lead to guise, the shell gets its folder, and keeps
// it when PATH leads there in the end.
func TestFolderOnPath(t *testing.T) {
	for _, name := range []string{"zsh", "bash", "fish", "ksh"} {
		p := home(t)
		file := p.start(t, name)
		p.Executable = filepath.Join(p.Home, "go/bin/guise")
		p.loads(t, name)
		set := text(t, filepath.Join(p.Home, file))
		if !strings.Contains(set, "\"$PATH\":~/go/bin\n") && !strings.Contains(set, "PATH ~/go/bin\n") {
			t.Errorf("%s", set)
		}
		p.Executable = "/usr/bin/guise"
		if c := p.loads(t, name); !c.nothingToDo() {
			t.Errorf("%s", c.Diff())
		}
		p.Executable = "/opt/it's here/guise"
		if p.loads(t, name); !strings.Contains(text(t, filepath.Join(p.Home, file)), dialect(t, name).Quote("/opt/it's here")+"\n") {
			t.Errorf("%s", text(t, filepath.Join(p.Home, file)))
		}
	}
}

// TestZDotDir: the folder of zsh's files is where zsh says, though no variable does.
func TestZDotDir(t *testing.T) {
	p := home(t)
	p.put(t, ".zshenv", "ZDOTDIR=~/.config/zsh\n")
	p.put(t, ".config/zsh/.zshrc", "mine\n")
	p.loads(t, "zsh")
	if got := text(t, filepath.Join(p.Home, ".config/zsh/.zshrc")); !strings.Contains(got, beginMark) || text(t, filepath.Join(p.Home, ".zshrc")) != "none" {
		t.Errorf("%q", got)
	}
	if p.unloads(t, "zsh"); text(t, filepath.Join(p.Home, ".config/zsh/.zshrc")) != "mine\n" {
		t.Error("it is not as it was")
	}
}

// TestMovedMeanwhile: a file that another program writes while the user is asked is left.
func TestMovedMeanwhile(t *testing.T) {
	p := home(t)
	path := p.put(t, ".zshrc", "one\n")
	c, err := p.Load(dialect(t, "zsh"))
	if err != nil {
		t.Fatal(err)
	}
	p.put(t, ".zshrc", "two\n")
	if _, err := c.Apply(); !errors.As(err, new(*files.ChangedError)) || text(t, path) != "two\n" {
		t.Errorf("%v %q", err, text(t, path))
	}
}

// TestNothingHalfDone: where one of the files cannot be written, or no earlier version of them
// be kept, no other is written, and no hook is saved.
func TestNothingHalfDone(t *testing.T) {
	for what, obstacle := range map[string]func(p Place){
		"a link into a folder that is gone": func(p Place) {
			if err := os.Rename(filepath.Join(p.Home, "there"), filepath.Join(p.Home, "elsewhere")); err != nil {
				t.Fatal(err)
			}
			p.put(t, "there", "")
		},
		"no earlier versions": func(p Place) { p.put(t, ".local/state/guise/start-files", "") },
	} {
		p := home(t)
		path := p.put(t, ".bashrc", "mine\n")
		p.put(t, "there/profile", "")
		if err := os.Symlink("there/profile", filepath.Join(p.Home, ".bash_profile")); err != nil {
			t.Fatal(err)
		}
		c, err := p.Load(dialect(t, "bash"))
		if err != nil {
			t.Fatal(err)
		}
		obstacle(p)
		_, err = c.Apply()
		if err == nil || text(t, path) != "mine\n" || p.Copies.there(dialect(t, "bash")) {
			t.Errorf("%s: %v, %q, a hook is saved: %t", what, err, text(t, path), p.Copies.there(dialect(t, "bash")))
		}
	}
}

// FuzzBlock: guise's lines go into any text and out of it, and leave what was there.
func FuzzBlock(f *testing.F) {
	for _, text := range []string{"", "\n", "a", "a\n", "a\r\nb", "\x00", "# >>> guise", beginLine + "\n" + endLine + "\n", beginLine, endLine, "a\n" + beginLine + "\nx\n" + endLine} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, isNew bool) {
		isNew = isNew && text == ""
		already, err := blocks(text)
		set, failed := with(text, isNew, []string{"one", "two"})
		if (err == nil) != (failed == nil) {
			t.Fatalf("%v, %v", err, failed)
		}
		if err != nil {
			return
		}
		if again, err := with(set, false, []string{"one", "two"}); err != nil || again != set {
			t.Fatalf("%q became %q: %v", set, again, err)
		}
		if found, err := blocks(set); err != nil || len(found) != max(1, len(already)) {
			t.Fatalf("%q: %v, %v", set, found, err)
		}
		rest, made, err := without(set)
		if err != nil || len(already) == 0 && (rest != text || made != isNew) {
			t.Fatalf("%q came out as %q, made %v: %v", text, rest, made, err)
		}
	})
}

// TestSharedStartFile: of a file that two shells read each has its own lines, whichever was
// first, and takes out no others.
func TestSharedStartFile(t *testing.T) {
	for _, order := range [][]string{{"bash", "dash"}, {"dash", "bash"}} {
		for _, executable := range []string{"/usr/bin/guise", "/opt/guise/guise"} {
			p := home(t)
			p.Executable = executable
			const before = "export A=1\n"
			profile := p.put(t, ".profile", before)
			p.loads(t, order[0])
			alone := text(t, profile)
			p.loads(t, order[1])
			both := text(t, profile)
			for _, name := range []string{"hooks/bash", "hooks/posix"} {
				if !strings.Contains(both, name) {
					t.Errorf("%q, %s: no %s in\n%s", order, executable, name, both)
				}
			}
			for _, name := range order {
				if c := p.loads(t, name); executable == "/usr/bin/guise" && !c.nothingToDo() {
					t.Errorf("%q: %s again: %s", order, name, c.Diff())
				}
			}
			if p.unloads(t, order[1]); executable == "/usr/bin/guise" && text(t, profile) != alone {
				t.Errorf("%q: not as with %s alone:\n%s", order, order[0], text(t, profile))
			}
			if p.unloads(t, order[0]); text(t, profile) != before {
				t.Errorf("%q: not as before:\n%s", order, text(t, profile))
			}
		}
	}
}

// TestInThisTerminal: what loads the hook in a terminal that is older than its start file.
func TestInThisTerminal(t *testing.T) {
	for name, want := range map[string][2]string{
		"zsh":     {"exec zsh   # or open a new terminal; then: guise use", "~/.zshrc has it for new ones"},
		"fish":    {"exec fish   # or open a new terminal; then: guise use", "~/.config/fish/conf.d/guise.fish has it for new ones"},
		"ksh":     {"exec ksh   # or open a new terminal; then: guise use", "~/.kshrc has it for new ones"},
		"dash":    {". ~/.profile   # then: guise use", "~/.profile has it for new ones"},
		"busybox": {". ~/.profile   # then: guise use", "~/.profile has it for new ones"},
	} {
		p := home(t)
		if got := p.Hint(dialect(t, name)); !strings.Contains(got, "   # and put it into ~/") {
			t.Errorf("%s, before: %s", name, got)
		}
		p.loads(t, name)
		if got := p.restart(dialect(t, name)); got != want[0] {
			t.Errorf("%s: %s", name, got)
		}
		if got := p.Hint(dialect(t, name)); !strings.HasSuffix(got, want[1]) {
			t.Errorf("%s: %s", name, got)
		}
	}
	p := home(t)
	p.Getenv = func(name string) string { return map[string]string{"ENV": filepath.Join(p.Home, ".shrc")}[name] }
	if got := p.restart(dialect(t, "busybox")); !strings.HasPrefix(got, "exec busybox sh ") {
		t.Error(got)
	}
}
