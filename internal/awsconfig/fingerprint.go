package awsconfig

import (
	"errors"
	"io/fs"
	"time"
)

// A Fingerprint tells one state of a file from another without reading it:
// which file it is, its size, and when it was last changed in any way (its
// ctime, which no program can set). It is a string to be compared.
type Fingerprint struct {
	State   string
	Size    int64
	Changed time.Time
}

// settled is how old a change must be for a fingerprint to be trusted: a second
// change within the same tick of the file system's clock could not be told.
const settled = 2 * time.Second

// Settled reports whether any further change of the file would show.
func (f Fingerprint) Settled(now time.Time) bool { return now.Sub(f.Changed) > settled }

// Look takes a file's fingerprint. A file that is not there has one too. Where
// the system does not tell enough, it is an error.
func Look(path string) (Fingerprint, error) {
	f, err := look(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Fingerprint{State: "none"}, nil
	}
	return f, err
}
