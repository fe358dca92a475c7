package awsconfig

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guise/internal/files"
)

// backups is the folder of earlier versions of the two files. None of them holds a secret
// that guise has moved out of the files, or one that guise wrote itself (an exported
// session).
type backups struct{ files.Versions }

func backupsIn(dir string) backups { return backups{files.Versions{Dir: dir}} }

// A BackupError is an earlier version of a file that holds a secret and could
// not be removed.
type BackupError struct{ Err error }

func (e *BackupError) Error() string {
	return "an earlier version holds a secret and cannot be removed, so nothing was written: " + e.Err.Error()
}
func (e *BackupError) Unwrap() error { return e.Err }

// clear removes the versions that hold a session which guise exported, or a secret which it
// has moved to the key store. The caller holds the lock: a temporary file is one that a
// killed process left.
func (b backups) clear(inStore map[string]bool) error {
	files.SweepAll(b.Dir)
	return remove(b.holding(nil, inStore))
}

// remove removes versions that were found. Its error is a *BackupError, also where not all
// could be looked through.
func remove(found []string, err error) error {
	for _, path := range found {
		err = errors.Join(err, os.Remove(path))
	}
	if err != nil {
		return &BackupError{err}
	}
	return nil
}

// holding returns the versions that hold one of some secrets, or anything else that a
// version must not hold; see leftover.
func (b backups) holding(secrets []string, inStore map[string]bool) (found []string, err error) {
	all, err := b.all()
	if err != nil {
		return nil, err
	}
	return holdingOf(all, secrets, inStore)
}

// all returns the versions, and what a killed process left beside them.
func (b backups) all() (paths []string, err error) {
	entries, err := os.ReadDir(b.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, one := range entries {
		if one.Name() != files.VersionsLock && one.Type().IsRegular() {
			paths = append(paths, filepath.Join(b.Dir, one.Name()))
		}
	}
	return paths, err
}

// holdingOf is holding, of these versions.
func holdingOf(all, secrets []string, inStore map[string]bool) (found []string, err error) {
	var data []byte // of one after the other, in one place
	for _, path := range all {
		var failed error
		if data, failed = files.ReadInto(path, files.ConfigLimit, data); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		holds := func(secret string) bool { return bytes.Contains(data, []byte(secret)) }
		if slices.ContainsFunc(secrets, holds) || leftover(data, inStore) {
			found = append(found, path)
		}
	}
	return found, err
}

// leftover reports whether an earlier version of a file holds a session that
// guise exported, or the readable secret of an access key that is in the key
// store by now. A process of an earlier guise that was killed after it moved a
// key has left such versions.
func leftover(data []byte, inStore map[string]bool) bool {
	if !namesSecret(data) {
		return false
	}
	for _, s := range Parse(data).sections {
		if !slices.ContainsFunc(s.settings(), setting.isSecret) {
			continue
		}
		if s.isExported() || inStore[s.value(keyID)] || inStore[s.value(own+keyID)] {
			return true
		}
	}
	return false
}

// namesSecret reports whether a file may have a secret of an access key in it: a quick
// look, before it is read as a whole.
func namesSecret(data []byte) bool {
	const first, all = "aws", "aws_secret_access_" // of keySecret, in letters that have two cases only
	word := []byte(all)
	for {
		at := bytes.IndexByte(data, '_')
		if at < 0 {
			return false
		}
		if from := at - len(first); from >= 0 && len(data) >= from+len(all) && bytes.EqualFold(data[from:from+len(all)], word) {
			return true
		}
		data = data[at+1:]
	}
}

// isSecret reports whether a setting is a secret that is in plain text, hidden by
// adoption or not.
func (s setting) isSecret() bool {
	key := strings.TrimPrefix(s.key, own)
	return (key == keySecret || key == keyToken) && s.value != "" && !isPlace(s.value)
}

// readable counts how often each secret is in plain text in some files.
func readable(documents ...*Document) map[string]int {
	count := map[string]int{}
	for _, d := range documents {
		for _, s := range d.sections {
			for _, one := range s.settings() {
				if one.isSecret() {
					count[one.value]++
				}
			}
		}
	}
	return count
}

// moved returns the secrets that a change in memory takes out of the two files:
// those that are there less often than before.
func (f *Files) moved() []string {
	after := readable(f.config.parsed(), f.credentials.parsed())
	var gone []string
	for value, n := range readable(f.config.before(), f.credentials.before()) {
		if after[value] < n {
			gone = append(gone, value)
		}
	}
	return gone
}

// stored returns the ids of the access keys whose secrets are in the key store,
// before a change in memory or after it.
func (f *Files) stored() map[string]bool {
	ids := map[string]bool{}
	for _, one := range f.both() {
		for _, d := range []*Document{one.before(), one.parsed()} {
			for _, s := range d.sections {
				if isStored(s.value(own + keySecret)) {
					ids[s.value(own+keyID)] = true
				}
			}
		}
	}
	delete(ids, "")
	return ids
}

// Leftovers returns the paths of earlier versions, in Rewrite's backup folder,
// that hold a session which guise exported, or a secret which it has moved to
// the key store. The next Rewrite removes them.
func (f *Files) Leftovers(backupDir string) ([]string, error) {
	return backupsIn(backupDir).holding(nil, f.stored())
}

// ClearLeftovers removes what Leftovers gives. Its error is a *BackupError, or
// about the folder.
func (f *Files) ClearLeftovers(backupDir string) error {
	if _, err := os.Stat(backupDir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	b := backupsIn(backupDir)
	return b.Locked(func() error { return b.clear(f.stored()) })
}

// mayKeep reports whether the version of a file from before a change may stay as
// a copy: not where it holds a secret that the change moves, or an exported
// session.
func (f *file) mayKeep(moved []string) bool {
	holds := func(secret string) bool { return bytes.Contains(f.was.data, []byte(secret)) }
	return len(f.was.data) > 0 && !slices.ContainsFunc(moved, holds) && !leftover(f.was.data, nil)
}

func (s *section) isExported() bool { return len(s.lines) > 1 && s.lines[1].text == exportMark }
