package awsconfig

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Rewrite edits the two files: it reads them under a lock against other guises,
// lets edit change them in memory, and replaces what has changed.
//
// A file is replaced in one step, with its owner and mode; a symlink is
// followed. A file that does not parse, before or after, is not written. The
// version before is kept in backupDir (mode 0600, the last ten of each file),
// unless it holds a secret that the edit moves, or a session that guise exported.
// Earlier versions that hold a secret which the edit moves are removed before the
// file loses it: killed at any moment, no copy outlives the original. Every
// Rewrite also removes those that an earlier guise has left.
//
// The two files cannot be replaced in one step. An adoption writes the config
// file first: keys that still are in the credentials file then go on to win. A
// release writes the credentials file first, for the same reason. So a process
// that is killed between the two leaves profiles that work, and doing the same
// again finishes it.
//
// Its errors are those of edit, *SyntaxError, *OneFileError, *BackupError,
// *files.ChangedError, and *fs.PathError.
func (r *Reader) Rewrite(configPath, credentialsPath, backupDir string, edit func(*Files) error) (changed bool, err error) {
	b := backupsIn(backupDir)
	err = b.Locked(func() (err error) {
		changed, err = b.rewrite(r, configPath, credentialsPath, edit)
		return err
	})
	return changed, err
}

func (b backups) rewrite(r *Reader, configPath, credentialsPath string, edit func(*Files) error) (changed bool, err error) {
	f, err := r.Read(configPath, credentialsPath)
	if err != nil {
		return false, err
	}
	if err := f.apart(); err != nil {
		return false, err
	}
	for _, one := range f.both() {
		if err := check(one.path, one.before()); err != nil {
			return false, err
		}
	}
	if err := edit(f); err != nil {
		return false, err
	}
	var changes []*file
	for _, one := range f.inOrder() {
		if now := one.state(); !bytes.Equal(now.data, one.was.data) {
			if err := check(one.path, now.parsed()); err != nil {
				return false, fmt.Errorf("the change would break the file, so nothing was written: %w", err)
			}
			one.now, one.document = r.know(now), nil // what is written is what was checked
			changes = append(changes, one)
		}
	}
	return b.replace(changes, f.moved(), f.stored())
}

// apart refuses two names of one file: what is written to the first would be undone by
// the second.
func (f *Files) apart() error {
	config, err := os.Stat(f.config.path)
	if err != nil {
		return nil //nolint:nilerr // it is not there, or Read has said so
	}
	if credentials, err := os.Stat(f.credentials.path); err == nil && os.SameFile(config, credentials) {
		return &OneFileError{Config: f.config.path, Credentials: f.credentials.path}
	}
	return nil
}

// A OneFileError is a config and a credentials file that are one.
type OneFileError struct{ Config, Credentials string }

func (e *OneFileError) Error() string {
	if e.Config == e.Credentials {
		return e.Config + " is both the config and the credentials file; guise changes only two files that are apart"
	}
	return e.Config + " and " + e.Credentials + " are one file; guise changes only two files that are apart"
}

// inOrder returns the two files in the order that they are to be written in.
func (f *Files) inOrder() [2]*file {
	order := f.both()
	if commands(f.config.parsed()) < commands(f.config.before()) {
		order[0], order[1] = order[1], order[0]
	}
	return order
}

// check is Check, with the file's path in the error.
func check(path string, d *Document) error {
	err := d.Check()
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		syntax.File = path
	}
	return err
}

// commands counts the lines by which guise manages profiles.
func commands(d *Document) int {
	n := 0
	for _, s := range d.sections {
		name, _ := s.header.profile(false)
		if _, ok := s.ownCommand(name, hides(s)); ok {
			n++
		}
	}
	return n
}

// guiseMade reports whether there was no such file before guise added a section to it.
func (d *Document) guiseMade() bool {
	return len(d.sections) > 1 && strings.HasSuffix(d.sections[len(d.sections)-1].mark(), noFile)
}
