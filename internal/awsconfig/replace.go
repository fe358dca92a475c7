package awsconfig

import (
	"os"
	"path/filepath"

	"guise/internal/files"
)

// replace puts files that have changed in their places, one after the other, and keeps the
// versions before. All are written first, and brought to the disk at once; meanwhile the
// earlier versions are looked through for secrets that are moved and for those in the key
// store. No file gets to its place before the versions that hold one are removed.
func (b backups) replace(changes []*file, moved []string, inStore map[string]bool) (changed bool, err error) {
	files.SweepAll(b.Dir)
	earlier, err := b.all()
	if err != nil {
		return false, &BackupError{err}
	}
	looked := make(chan func() error)
	go func() {
		found, err := holdingOf(earlier, moved, inStore)
		looked <- func() error { return remove(found, err) }
	}()
	staged, err := b.stage(changes, moved)
	if failed := (<-looked)(); failed != nil {
		err = failed
	}
	if err == nil && len(staged) > 1 {
		err = ready(staged)
	}
	for _, one := range staged {
		if err == nil {
			if err = one.put(); err == nil {
				changed = true
			}
		}
		one.drop()
	}
	return changed, err
}

// A replacement is a file that is to be put in its place.
type replacement struct {
	*file
	target string          // where it is, behind links
	staged []*files.Staged // the version before and the new one: those that are not there yet
}

// stage writes files beside their places, and the versions before, and brings all to the
// disk. On an error nothing of it is left.
func (b backups) stage(changes []*file, moved []string) (all []*replacement, err error) {
	for _, f := range changes {
		target, err := files.Follow(f.path)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return nil, err
		}
		// Under the lock nobody else writes there: what is left is of a killed process,
		// and may hold what the file no longer does.
		files.SweepAll(filepath.Dir(target))
		all = append(all, &replacement{file: f, target: target})
	}
	var staged []*files.Staged
	for _, one := range all {
		if err = one.stage(b, moved); err != nil {
			break
		}
		staged = append(staged, one.staged...)
	}
	if err == nil {
		err = files.Sync(staged...)
	}
	if err != nil {
		for _, one := range all {
			one.drop()
		}
		return nil, err
	}
	return all, nil
}

// ready reports whether somebody else has changed a file meanwhile: none is put in its place
// then, rather than one of two.
func ready(all []*replacement) error {
	for _, one := range all {
		for _, staged := range one.staged {
			if err := staged.Ready(); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage writes the file beside its place, and the version before.
func (r *replacement) stage(b backups, moved []string) error {
	if r.mayKeep(moved) {
		version, err := b.Stage(filepath.Base(r.path), r.was.data)
		if err != nil {
			return err
		}
		r.staged = append(r.staged, version)
	}
	if r.goes() {
		return nil
	}
	now, err := files.StageChange(r.target, r.was.data, r.now.data, files.ConfigLimit)
	if err == nil {
		r.staged = append(r.staged, now)
	}
	return err
}

// goes reports whether nothing is left of a file that guise has made.
func (r *replacement) goes() bool { return len(r.now.data) == 0 && r.before().guiseMade() }

// put puts what was written in its place.
func (r *replacement) put() error {
	for len(r.staged) > 0 {
		one := r.staged[0]
		r.staged = r.staged[1:]
		if err := one.Put(); err != nil {
			return err
		}
	}
	if r.goes() {
		return files.Remove(r.target, r.was.data, files.ConfigLimit)
	}
	return nil
}

// drop removes what was not put in its place.
func (r *replacement) drop() {
	for _, one := range r.staged {
		one.Drop()
	}
	r.staged = nil
}
