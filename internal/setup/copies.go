package setup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"guise/internal/files"
	"guise/shell"
)

// Copies are saved hooks, a file for each shell, which shells source at their start. The
// folder is the user's alone. All fields are needed.
type Copies struct {
	Folder files.Folder
	Getenv func(string) string
	// Hook gives what `guise init` prints for a shell.
	Hook func(shell.Dialect) (string, error)
}

// copyLimit is how large a saved hook is at most, in bytes.
const copyLimit = 1 << 20

func (c Copies) path(d shell.Dialect) string { return filepath.Join(c.Folder.Path(), d.Name()) }

// text is what is to be saved now, and its number.
func (c Copies) text(d shell.Dialect) (text, id string, err error) {
	hook, err := c.Hook(d)
	if err != nil {
		return "", "", err
	}
	var depends []shell.Change
	for _, name := range []string{"HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"} { // where pending requests are
		depends = append(depends, shell.Change{Name: name, Value: c.Getenv(name)})
	}
	text, id = d.Saved(hook, depends)
	return text, id, nil
}

// save saves the hook of a shell, if that is not what is there.
func (c Copies) save(d shell.Dialect) error {
	text, _, err := c.text(d)
	if err != nil {
		return err
	}
	if err := c.Folder.Make(); err != nil {
		return err
	}
	if now, ours := files.ReadOwn(c.path(d), copyLimit); ours && string(now) == text {
		return nil
	}
	return files.Keep(c.path(d), []byte(text))
}

// remove removes the saved hook of a shell and, with the last, the folder.
func (c Copies) remove(d shell.Dialect) error {
	if c.Folder.Check() != nil {
		return nil // there is none, or it is not guise's
	}
	err := os.Remove(c.path(d))
	_ = os.Remove(c.Folder.Path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// there reports whether a hook is saved for a shell.
func (c Copies) there(d shell.Dialect) bool {
	_, err := os.Lstat(c.path(d))
	return err == nil
}

// Freshen saves the hook of the shell that calls us again, where it has loaded a saved one
// that is not what this guise would save, or where others can get at the file. What cannot
// be written is left: it works as it is.
func (c Copies) Freshen() {
	loaded := c.Getenv(shell.SavedHook)
	if loaded == "" {
		return
	}
	d, err := shell.Named(c.Getenv("GUISE_SHELL"))
	if err != nil || !d.Saves() || !c.there(d) {
		return
	}
	_, id, err := c.text(d)
	info, failed := os.Lstat(c.path(d))
	if err == nil && (id != loaded || failed != nil || info.Mode() != 0o600) {
		_ = c.save(d)
	}
}
