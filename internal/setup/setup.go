// Package setup has shells load guise's hook: it writes lines into the files that a shell
// reads at its start, between two marks, and takes them out again.
//
// What is not between the marks stays as it is, byte for byte: links, owner and mode, line
// ends, a last line without an end. [Place.Unload] gives the file back as it was, also where
// other lines were changed meanwhile. A file is replaced in one step, and the version
// before is kept; one that guise should not write (another user's, a read-only one) is an
// error that says what to do by hand.
//
// The lines source a saved copy of the hook: see [Copies]. Where that is not there, they
// start guise for it.
//
// # What it does not do
//
// It does not run the user's start files, so it does not see a hook that another file loads
// which they source.
package setup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guise/internal/adoption"
	"guise/internal/files"
	"guise/shell"
)

// A Place is the user's home as shells find it. All fields are needed.
type Place struct {
	Getenv     func(string) string
	Environ    []string
	Home       string
	ConfigHome string // XDG's
	Copies     Copies
	Versions   files.Versions // of start files
	Executable string         // this program
}

// A Change of a shell's start files that is planned, and not made yet.
type Change struct {
	Nothing  string   // why nothing is to do, where nothing is
	question string   // asks whether to make it
	would    string   // says the same of a change that is not made
	done     string   // what was done
	notes    []string // what to know beside it

	p      Place
	edits  []edit
	after  []shell.Dialect // whose saved hooks are removed at the end
	before []shell.Dialect // whose hooks are saved first
}

// An edit is one file as it is to be.
type edit struct {
	startFile
	now  string
	gone bool
}

// Load plans to have a shell load the hook. Its errors are *[FileError], and *[MarkError]
// in one.
func (p Place) Load(d shell.Dialect) (*Change, error) {
	here, err := p.startFiles(d)
	if err != nil {
		return nil, err
	}
	c := &Change{p: p, question: "load guise in each new " + d.Program()}
	if d.Saves() {
		c.before = []shell.Dialect{d}
	}
	own := p.loadedBy(d, here)
	var there, changed []string
	for _, f := range here {
		marked := strings.Contains(f.text, beginMark)
		if own != "" && !marked {
			continue
		}
		now, err := with(f.text, f.isNew, p.lines(d, f))
		if err != nil {
			return nil, p.unclear(d, f, err)
		}
		there = append(there, p.short(f.path))
		if now != f.text {
			changed = append(changed, p.short(f.path))
			c.edits = append(c.edits, edit{startFile: f, now: now})
		}
	}
	if len(there) == 0 {
		c.before = nil
		c.Nothing = d.Program() + ": " + own + " loads the hook already"
		return c, nil
	}
	c.Nothing = d.Program() + ": " + strings.Join(there, " and ") + " " + verb(there) + " the hook already"
	c.would = "would have " + strings.Join(changed, " and ") + " load the hook"
	c.done = d.Program() + ": " + strings.Join(there, " and ") + " " + verb(there) + " the hook now"
	if d.Saves() {
		c.notes = append(c.notes, "a copy of the hook is in "+p.short(p.Copies.path(d))+", so that "+d.Program()+" starts faster; guise keeps it up to date")
	}
	if filepath.Base(here[0].path) == ".profile" {
		c.notes = append(c.notes, d.Program()+" reads ~/.profile only as a login shell; for the others, add this line to it: ENV=$HOME/.profile; export ENV")
	}
	if p.folder() != "" && d.OnPath("") == "" {
		c.notes = append(c.notes, "PATH does not lead to guise: add "+p.folder()+" to it")
	}
	return c, nil
}

func verb(subjects []string) string {
	if len(subjects) == 1 {
		return "loads"
	}
	return "load"
}

// Unload plans to take guise's lines out of the start files of some shells. Its errors are
// those of Load; a file that guise could not write, and has no lines in, is none.
func (p Place) Unload(all []shell.Dialect) (*Change, error) {
	c := &Change{p: p, Nothing: "no start file has lines of `guise setup`"}
	var names []string
	seen := map[string]bool{}
	for _, d := range all {
		for _, path := range p.written(d) {
			data, err := files.Read(path, files.ConfigLimit)
			if err != nil || !strings.Contains(string(data), beginMark) || seen[path] {
				continue
			}
			seen[path] = true
			f, err := p.read(d, path)
			if err != nil {
				return nil, err
			}
			f.sh = filepath.Base(path) == ".profile"
			rest, made, err := without(f.text)
			if others := p.saved(f, func(o shell.Dialect, there bool) bool {
				return there && !slices.ContainsFunc(all, func(d shell.Dialect) bool { return d.Name() == o.Name() })
			}); len(others) > 0 && err == nil {
				rest, err = with(f.text, false, append(onPath(f.text), others...))
			}
			if err != nil {
				return nil, p.unclear(d, f, err)
			}
			c.edits = append(c.edits, edit{startFile: f, now: rest, gone: made})
			names = append(names, p.short(path))
		}
		if d.Saves() && p.Copies.there(d) && !slices.ContainsFunc(c.after, func(o shell.Dialect) bool { return o.Name() == d.Name() }) {
			c.after = append(c.after, d)
		}
	}
	c.question = "take guise's lines out of " + strings.Join(names, " and ")
	c.would = "would take guise's lines out of " + strings.Join(names, " and ")
	c.done = "took guise's lines out of " + strings.Join(names, " and ")
	return c, nil
}

// written are the files that Load may have written for a shell.
func (p Place) written(d shell.Dialect) []string {
	switch d.Name() {
	case "bash":
		return []string{p.at(".bashrc"), p.at(".bash_profile"), p.at(".bash_login"), p.at(".profile")}
	case "fish":
		return []string{filepath.Join(p.ConfigHome, "fish", "conf.d", "guise.fish")}
	}
	all := p.first(d)
	for _, name := range d.Startup(p.Getenv).Files {
		all = append(all, p.at(name))
	}
	return all
}

// unclear is an error about the marks in a file.
func (p Place) unclear(d shell.Dialect, f startFile, err error) error {
	return &FileError{Path: p.short(f.path), Why: "is unclear: " + err.Error(), Line: d.Startup(p.Getenv).Line}
}

// short is a path from the home.
func (p Place) short(path string) string {
	if rest, ok := strings.CutPrefix(path, p.Home+string(filepath.Separator)); ok {
		return "~/" + filepath.ToSlash(rest)
	}
	return path
}

// Planned is the change, to be shown, asked about and made.
func (c *Change) Planned() *adoption.Change {
	p := adoption.Other(c.Diff, c.Apply)
	p.About, p.Question, p.Would, p.Nothing = "setup", c.question, c.would, c.Nothing
	return p
}

// Diff is what the change would do to the files; empty where nothing is to do.
func (c *Change) Diff() string {
	var b strings.Builder
	for _, e := range c.edits {
		b.WriteString(diff(e.path, e.text, e.now))
	}
	return b.String()
}

// nothingToDo reports whether each start file is as it is to be.
func (c *Change) nothingToDo() bool { return len(c.edits) == 0 }

// Apply makes the change, and saves the hook. A hook that cannot be saved is a note: the
// lines do without. Its errors are *[FileError], *files.ChangedError and *fs.PathError.
func (c *Change) Apply() (adoption.Result, error) {
	result := adoption.Result{Done: c.done, Notes: c.notes}
	save := func() {
		for _, d := range c.before {
			if err := c.p.Copies.save(d); err != nil {
				result.Notes = []string{"no copy of the hook is saved, so " + d.Program() + " starts more slowly: " + err.Error()}
			}
		}
	}
	err := error(nil)
	if len(c.edits) == 0 {
		save()
	} else {
		err = c.p.Versions.Locked(func() error {
			if err := c.p.mayWrite(c.edits); err != nil {
				return err
			}
			save()
			for _, e := range c.edits {
				if err := c.p.write(e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, d := range c.after {
		if err == nil {
			err = c.p.Copies.remove(d)
		}
	}
	if err != nil {
		return adoption.Result{}, err
	}
	return result, nil
}

// mayWrite looks whether each file can be written, before one is: of two that a shell reads,
// one alone would be half a change.
func (p Place) mayWrite(edits []edit) error {
	for _, e := range edits {
		target, err := files.Follow(e.path)
		if err == nil {
			err = files.Probe(nearest(filepath.Dir(target)))
		}
		if err != nil {
			return &FileError{Path: p.short(e.path), Why: "cannot be written: " + plain(err)}
		}
	}
	return files.Probe(p.Versions.Dir)
}

// nearest is a folder, or that of those above it which is there.
func nearest(dir string) string {
	for {
		_, err := os.Stat(dir)
		if above := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && above != dir {
			dir = above
			continue
		}
		return dir
	}
}

// write puts an edited file in the place of the one that was read.
func (p Place) write(e edit) error {
	target, err := files.Follow(e.path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	if e.text != "" {
		if err := p.Versions.Keep(filepath.Base(e.path), []byte(e.text)); err != nil {
			return err
		}
	}
	if info, err := os.Lstat(e.path); e.gone && err == nil && info.Mode().IsRegular() {
		now, err := files.Read(target, files.ConfigLimit)
		if err == nil && string(now) != e.text {
			return &files.ChangedError{Path: target}
		}
		return os.Remove(target)
	}
	err = files.Change(target, []byte(e.text), []byte(e.now), files.ConfigLimit)
	if errors.Is(err, fs.ErrPermission) {
		return &FileError{Path: p.short(e.path), Why: "cannot be written: " + plain(err)}
	}
	return err
}
