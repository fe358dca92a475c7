package awsconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"guise/internal/files"
)

// kept is how many earlier versions of each file stay in the backup folder.
const kept = 10

// Rewrite edits the two files: it reads them under a lock against other guises,
// lets edit change them in memory, and replaces what has changed.
//
// A file is replaced in one step, with its owner and mode; a symlink is
// followed. A file that does not parse, before or after, is not written. The
// version before is kept in backupDir (mode 0600, the last ten of each file),
// unless the edit moves secrets out of it: a copy would keep them on disk.
//
// The two files cannot be replaced in one step. An adoption writes the config
// file first: keys that still stand in the credentials file then go on to win. A
// release writes the credentials file first, for the same reason. So a process
// that is killed between the two leaves profiles that work, and doing the same
// again finishes it.
func Rewrite(configPath, credentialsPath, backupDir string, edit func(*Files) error) (changed bool, err error) {
	if err := os.MkdirAll(backupDir, 0o700); err != nil {
		return false, err
	}
	lock := flock.New(filepath.Join(backupDir, "lock"), flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return false, err
	}
	defer func() { _ = lock.Unlock() }()

	f, err := Read(configPath, credentialsPath)
	if err != nil {
		return false, err
	}
	for _, one := range f.both() {
		if err := check(one.path, one.parsed()); err != nil {
			return false, err
		}
	}
	if err := edit(f); err != nil {
		return false, err
	}
	order := f.both()
	if commands(f.config.parsed()) < commands(Parse(f.config.data)) {
		order[0], order[1] = order[1], order[0]
	}
	for _, one := range order {
		wrote, err := one.write(backupDir)
		if err != nil {
			return changed, err
		}
		changed = changed || wrote
	}
	return changed, nil
}

// check is Check, with the file's path in the error.
func check(path string, d *Document) error {
	err := d.Check()
	if syntax := (*SyntaxError)(nil); errors.As(err, &syntax) {
		syntax.File = path
	}
	return err
}

// secretsOf counts the secrets that stand in a file in plain sight.
func secretsOf(data []byte) int {
	n := 0
	for _, s := range Parse(data).sections {
		for _, one := range s.settings() {
			if key := strings.TrimPrefix(one.key, own); (key == keySecret || key == keyToken) && one.value != inStore && one.value != inSource {
				n++
			}
		}
	}
	return n
}

// commands counts the profiles that guise stands behind.
func commands(d *Document) int {
	n := 0
	for _, s := range d.sections {
		if isGuise(s.value(keyCommand)) {
			n++
		}
	}
	return n
}

func (f *file) losesSecrets() bool { return secretsOf(f.parsed().Bytes()) < secretsOf(f.data) }

// write replaces a file with its document, if that has changed.
func (f *file) write(backupDir string) (bool, error) {
	data := f.parsed().Bytes()
	if bytes.Equal(data, f.data) {
		return false, nil
	}
	if err := check(f.path, Parse(data)); err != nil {
		return false, fmt.Errorf("what would be written is not right, so it was not: %w", err)
	}
	target, err := follow(f.path)
	if err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return false, err
	}
	if len(f.data) > 0 && !f.losesSecrets() {
		if err := backUp(backupDir, filepath.Base(f.path), f.data); err != nil {
			return false, err
		}
	}
	if err := files.Change(target, f.data, data, files.ConfigLimit); err != nil {
		return true, err
	}
	if f.losesSecrets() {
		return true, scrub(backupDir, filepath.Base(f.path), f.data, data)
	}
	return true, nil
}

// scrub removes the earlier versions of a file that hold a secret which has just
// been moved out of it.
func scrub(backupDir, name string, before, after []byte) error {
	var gone [][]byte
	for _, s := range Parse(before).sections {
		for _, one := range s.settings() {
			key := strings.TrimPrefix(one.key, own)
			if (key == keySecret || key == keyToken) && one.value != inStore && one.value != inSource && one.value != "" && !bytes.Contains(after, []byte(one.value)) {
				gone = append(gone, []byte(one.value))
			}
		}
	}
	old, err := filepath.Glob(filepath.Join(backupDir, name+".*"))
	for _, path := range old {
		data, failed := os.ReadFile(path)
		if failed == nil && slices.ContainsFunc(gone, func(value []byte) bool { return bytes.Contains(data, value) }) {
			failed = os.Remove(path)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// follow gives the file that a path leads to, through symlinks; a link to
// nothing leads to what it names.
func follow(path string) (string, error) {
	for range 40 { // Linux's own limit
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // no link (any more): this is it
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", &fs.PathError{Op: "follow", Path: path, Err: errors.New("too many links")}
}

// backUp keeps a version of a file, and drops the oldest.
func backUp(dir, name string, data []byte) error {
	prefix := filepath.Join(dir, name+".")
	path := prefix + time.Now().UTC().Format("20060102T150405.000000000")
	if err := files.Keep(path, data); err != nil {
		return err
	}
	old, err := filepath.Glob(prefix + "2*")
	if err != nil {
		return err
	}
	slices.Sort(old)
	for len(old) > kept {
		_ = os.Remove(old[0])
		old = old[1:]
	}
	return nil
}
