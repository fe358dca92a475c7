package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"guise/internal/files"
)

// An access is how an access key is used.
type access struct {
	stored    []string // profiles of this terminal's AWS files that rely on the key store for it
	elsewhere []string // the same of other AWS files, with the files' names
	readable  []string // profiles here that have its secret in the file
	unmanaged []string // the same of other AWS files, with the files' names
	rotating  bool     // a rotation that was not finished has it
}

func (a access) used() bool { return len(a.stored)+len(a.elsewhere) > 0 || a.rotating }

func (a access) inFile() bool { return len(a.readable)+len(a.unmanaged) > 0 }

// users are all profiles that rely on the key store.
func (a access) users() []string { return slices.Concat(a.stored, a.elsewhere) }

// An UnseenError is an AWS file of profiles that may use an access key, and that
// cannot be read now: the key's secret stays in the key store.
type UnseenError struct {
	ID   string // of the access key
	File string
	Err  error // why; fs.ErrNotExist where it is away
}

func (e *UnseenError) Error() string {
	return fmt.Sprintf("the secret of the access key …%s stays in the key store: %s, whose profiles may use it, %s", LastFour(e.ID), e.File, e.Why())
}

// Why says what is wrong with the file.
func (e *UnseenError) Why() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return "is not there"
	case errors.Is(e.Err, errEmpty), errors.Is(e.Err, errRelative):
		return e.Err.Error()
	}
	return "cannot be read: " + e.Err.Error()
}

func (e *UnseenError) Unwrap() error { return e.Err }

var (
	errEmpty    = errors.New("is empty")
	errRelative = errors.New("was noted without its folder")
)

// uses looks who uses an access key: in the AWS files of now, in those that it was
// stored for, and in rotations. Where files cannot be seen, the error is an
// *UnseenError, and the access is that of the others.
func (k *Keeper) uses(l *ledger, id string) (access, error) {
	var a access
	var unseen error
	here := k.pair()
	pairs, looks := []filePair{here}, []error{nil}
	for _, noted := range l.record(keyPrefix + id).Files {
		i := slices.IndexFunc(pairs, noted.resolved().is)
		if i < 0 {
			i = len(pairs)
			pairs, looks = append(pairs, noted.resolved()), append(looks, nil)
		}
		looks[i] = one(looks[i], noted.look(id))
	}
	for i, pair := range pairs {
		unseen = one(unseen, looks[i])
		f, err := k.Read(pair.Config, pair.Credentials)
		if err != nil {
			unseen = one(unseen, &UnseenError{id, pair.Config, err})
			continue
		}
		for _, use := range f.KeyUses(id) {
			switch other := use.Profile + " in " + pair.Config; {
			case use.Stored && i == 0:
				a.stored = append(a.stored, use.Profile)
			case use.Stored:
				a.elsewhere = append(a.elsewhere, other)
			case i == 0:
				a.readable = append(a.readable, use.Profile)
			default:
				a.unmanaged = append(a.unmanaged, other)
			}
		}
	}
	for _, r := range l.Rotations {
		a.rotating = a.rotating || id == r.Old || id == r.New
	}
	slices.Sort(a.stored)
	return a, unseen
}

// unseen is the error of an access key whose users cannot all be seen, and whose last
// copy is to be removed.
func (c *change) unseen(name string) error {
	if !isKey(name) || len(c.record(name).In) > 0 {
		return nil
	}
	_, err := c.uses(c.ledger, name[len(keyPrefix):])
	return err
}

// A filePair is two AWS files that belong together.
type filePair struct {
	Config      string `json:"config"`
	Credentials string `json:"credentials"`
	// Without are those of the two that were not there, or empty, when the pair was noted.
	Without []string `json:"without,omitempty"`
}

// pair is that of this terminal, with the files' real names: one file by two names is
// one file.
func (k *Keeper) pair() filePair {
	return filePair{Config: absolute(k.Config), Credentials: absolute(k.Credentials)}.resolved()
}

// absolute is a path from the root. In a folder that is gone it stays as it is.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// is reports whether two pairs, both by their real names, are of the same files.
func (p filePair) is(other filePair) bool {
	return p.Config == other.Config && p.Credentials == other.Credentials
}

func (p filePair) resolved() filePair {
	p.Config, p.Credentials = realName(p.Config), realName(p.Credentials)
	return p
}

// realName follows the links of a path. A file need not be there.
func realName(path string) string {
	if name, err := filepath.EvalSymlinks(path); err == nil {
		return name
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// noted is a pair with what it lacks now.
func (p filePair) noted() filePair {
	for _, path := range []string{p.Config, p.Credentials} {
		if err := state(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, errEmpty) {
			p.Without = append(p.Without, path)
		}
	}
	return p
}

// look finds out whether a noted pair can be seen. A file that is away or empty, and
// was not when the pair was noted, may come back. Its error is an *UnseenError.
func (p filePair) look(id string) error {
	for _, path := range []string{p.Config, p.Credentials} {
		if slices.Contains(p.Without, path) {
			continue
		}
		if err := state(path); err != nil {
			return &UnseenError{id, path, err}
		}
	}
	return nil
}

// state returns what is wrong with a file.
func state(path string) error {
	if !filepath.IsAbs(path) {
		return errRelative
	}
	data, err := files.Read(path, files.ConfigLimit)
	if err == nil && len(bytes.TrimSpace(data)) == 0 {
		return errEmpty
	}
	return err
}
