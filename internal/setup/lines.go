package setup

import (
	"path/filepath"
	"slices"
	"strings"

	"guise/shell"
)

// asOthers is all of a login file that guise has made: a login shell of bash is as any other.
const asOthers = "[[ ! -r ~/.bashrc ]] || source ~/.bashrc"

// lines are what guise writes into a start file, between its marks.
func (p Place) lines(d shell.Dialect, f startFile) (all []string) {
	if f.login && (f.isNew || slices.Contains(ours(f.text), asOthers)) {
		return []string{asOthers}
	}
	load := []string{d.Startup(p.Getenv).Line}
	if d.Saves() {
		load = p.saved(f, func(o shell.Dialect, there bool) bool { return there || o.Name() == d.Name() })
	}
	if path := d.OnPath(p.word(d, p.folder())); p.folder() != "" && path != "" {
		return append([]string{path}, load...)
	}
	return append(onPath(f.text), load...) // it stays, now that the terminal has it on PATH by that line
}

// saved are the lines by which shells load their saved hooks from a file, of those that are
// wanted: there is whether guise's lines in the file are of a shell. ~/.profile is read by
// several.
func (p Place) saved(f startFile, wanted func(d shell.Dialect, there bool) bool) (all []string) {
	now := "\n" + strings.Join(ours(f.text), "\n") + "\n"
	for _, name := range shell.Names() {
		d, err := shell.Named(name)
		if err != nil || !d.Saves() {
			continue
		}
		load := d.LoadSaved(p.word(d, p.Copies.path(d)), f.sh)
		if wanted(d, strings.Contains(now, "\n"+strings.Join(load, "\n")+"\n")) {
			all = append(all, load...)
		}
	}
	return all
}

// onPath is the line of guise's in a text that adds to PATH; none where there is none.
func onPath(text string) []string {
	for _, line := range ours(text) {
		for _, name := range shell.Names() {
			if d, err := shell.Named(name); err == nil && d.OnPath("") != "" && strings.HasPrefix(line, d.OnPath("")) {
				return []string{line}
			}
		}
	}
	return nil
}

// folder is where the program is; empty where PATH leads there.
func (p Place) folder() string {
	if dir := filepath.Dir(p.Executable); !slices.Contains(filepath.SplitList(p.Getenv("PATH")), dir) {
		return dir
	}
	return ""
}

// word writes a path as one word, from the home where it is plain.
func (p Place) word(d shell.Dialect, path string) string {
	if rest, ok := strings.CutPrefix(path, p.Home+"/"); ok && shell.Word(rest) == rest {
		return "~/" + rest
	}
	return d.Quote(path)
}
