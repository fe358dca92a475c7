package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/files"
	"guise/shell"
)

// A startFile is a file that a shell reads at its start.
type startFile struct {
	path  string // as the user knows it
	sh    bool   // /bin/sh reads it too
	login bool   // bash reads it instead of ~/.bashrc
	text  string
	isNew bool // it is not there yet
}

// A FileError is a start file that guise does not change.
type FileError struct {
	Path string // shortened
	Why  string
	Line string // which the user can put there
}

func (e *FileError) Error() string { return e.Path + " " + e.Why }

// startFiles are the files of a shell that load the hook, as they are now. Their errors
// are *FileError.
func (p Place) startFiles(d shell.Dialect) ([]startFile, error) {
	var paths []string
	switch d.Name() {
	case "bash":
		paths = []string{p.at(".bashrc")}
		if login := p.loginFile(); login != "" {
			paths = append(paths, login)
		}
	case "fish": // a file of its own, read before config.fish
		paths = []string{filepath.Join(p.ConfigHome, "fish", "conf.d", "guise.fish")}
	default:
		paths = p.first(d)
	}
	all := make([]startFile, len(paths))
	for i, path := range paths {
		f, err := p.read(d, path)
		if err != nil {
			return nil, err
		}
		f.sh, f.login = filepath.Base(path) == ".profile", d.Name() == "bash" && i > 0
		all[i] = f
	}
	return all, nil
}

// first is the first start file of a shell that is there, or the first that could be.
func (p Place) first(d shell.Dialect) []string {
	getenv := p.Getenv
	if d.Name() == "zsh" && getenv("ZDOTDIR") == "" {
		dir := p.zshFolder()
		getenv = func(name string) string {
			if name == "ZDOTDIR" {
				return dir
			}
			return p.Getenv(name)
		}
	}
	all := d.Startup(getenv).Files
	for _, name := range all {
		if _, err := os.Lstat(p.at(name)); err == nil {
			return []string{p.at(name)}
		}
	}
	return []string{p.at(all[0])}
}

// zshFolder asks zsh for its ZDOTDIR: ~/.zshenv often sets it without exporting it. Empty
// where zsh does not say so.
func (p Place) zshFolder() string {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	zsh := exec.CommandContext(ctx, "zsh", "-c", `print -rn -- "$ZDOTDIR"`)
	zsh.Env = p.Environ
	out, err := zsh.Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// loginFile is the file that a login shell of bash reads instead of ~/.bashrc, as tmux, ssh
// and the terminals of macOS start it; empty where that file reads ~/.bashrc itself.
func (p Place) loginFile() string {
	for _, name := range []string{".bash_profile", ".bash_login", ".profile"} {
		data, err := files.Read(p.at(name), files.ConfigLimit)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && !strings.Contains(string(data), beginMark) && mentions(string(data), "bashrc") > 0:
			return ""
		}
		return p.at(name)
	}
	return p.at(".bash_profile")
}

// Hint is what to type so that a terminal of a shell loads the hook, with what is left to do
// for new terminals.
func (p Place) Hint(d shell.Dialect) string {
	start := d.Startup(p.Getenv)
	if file := p.whereLoaded(d); file != "" {
		return start.Line + "   # for this terminal; " + file + " has it for new ones"
	}
	return start.Line + "   # and put it into " + start.File()
}

// whereLoaded is the start file that loads the hook, shortened; empty where none does.
func (p Place) whereLoaded(d shell.Dialect) string {
	here, err := p.startFiles(d)
	if err != nil {
		return ""
	}
	for _, f := range here {
		if strings.Contains(f.text, beginMark) {
			return p.short(f.path)
		}
	}
	return p.loadedBy(d, here)
}

// restart is what loads in this terminal what the start files of its shell load.
func (p Place) restart(d shell.Dialect) string {
	program, then := d.Program(), "   # or open a new terminal; then: guise use"
	if here, err := p.startFiles(d); err == nil && filepath.Base(here[0].path) == ".profile" {
		return ". ~/.profile   # then: guise use" // another than a login shell does not read it
	}
	if program == "busybox" { // which is a shell only with its name
		program += " sh"
	}
	return "exec " + program + then
}

// at is where a name is that is below the home, or absolute.
func (p Place) at(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Home, filepath.FromSlash(name))
}

// mentions is the first line of a text, no comment and none of guise's own, that has a
// word in it; 0 where there is none.
func mentions(text, word string) int {
	inside, number := false, 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		inside = strings.HasPrefix(line, beginMark) || inside && line != endLine
		if !inside && !strings.HasPrefix(line, "#") && strings.Contains(line, word) {
			return number
		}
	}
	return 0
}

// read reads a start file, and refuses what guise must not write in the place of.
func (p Place) read(d shell.Dialect, path string) (startFile, error) {
	refuse := func(why string) (startFile, error) {
		return startFile{}, &FileError{Path: p.short(path), Why: why, Line: d.Startup(p.Getenv).Line}
	}
	target, err := files.Follow(path)
	if err != nil {
		return refuse("cannot be found: " + plain(err))
	}
	info, err := os.Lstat(target)
	if errors.Is(err, fs.ErrNotExist) {
		if _, link := os.Lstat(path); link == nil {
			return refuse("is a link to " + p.short(target) + ", which is not there")
		}
		return startFile{path: path, isNew: true}, nil
	}
	switch {
	case err != nil:
		return refuse("cannot be read: " + plain(err))
	case !info.Mode().IsRegular():
		return refuse(cmp.Or(map[bool]string{true: "is a folder"}[info.IsDir()], "is not a regular file"))
	case !files.Ours(info):
		return refuse("belongs to another user")
	case info.Mode().Perm()&0o200 == 0:
		return refuse(fmt.Sprintf("is read-only (mode %04o)", info.Mode().Perm()))
	}
	data, err := files.Read(path, files.ConfigLimit)
	if err != nil {
		return refuse("cannot be read: " + plain(err))
	}
	return startFile{path: path, text: string(data)}, nil
}

// plain is what the system says, without the path.
func plain(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if errors.Is(err, fs.ErrPermission) {
		return "permission denied"
	}
	return err.Error()
}

// loadedBy is where a line of the user's own loads the hook: "~/.zshrc line 12"; empty
// where none does.
func (p Place) loadedBy(d shell.Dialect, here []startFile) string {
	paths := []string{}
	for _, f := range here {
		paths = append(paths, f.path)
	}
	switch dir := filepath.Dir(here[0].path); d.Name() {
	case "zsh":
		paths = append(paths, filepath.Join(dir, ".zshenv"), filepath.Join(dir, ".zprofile"), filepath.Join(dir, ".zlogin"), p.at(".zshenv"))
	case "bash":
		paths = append(paths, p.at(".bash_profile"), p.at(".bash_login"), p.at(".profile"))
	case "fish":
		more, _ := filepath.Glob(filepath.Join(dir, "*.fish"))
		paths = append(append(paths, filepath.Join(filepath.Dir(dir), "config.fish")), more...)
	default:
		for _, name := range d.Startup(p.Getenv).Files {
			paths = append(paths, p.at(name))
		}
	}
	for _, path := range paths {
		data, err := files.Read(path, files.ConfigLimit)
		if line := mentions(string(data), "guise init"); err == nil && line > 0 {
			return fmt.Sprintf("%s line %d", p.short(path), line)
		}
	}
	return ""
}
