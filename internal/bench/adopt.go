//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// adopt: guise adopts all and releases all in turn, each against reading and writing once the
// file as it is then.
func (b *bench) adopt(_, large home) error {
	once := func() (time.Duration, error) {
		began := time.Now()
		err := rewrite(filepath.Join(large.dir, ".aws", "config"))
		return time.Since(began), err
	}
	for _, row := range large.adoptions(b.bin("guise")) {
		if err := pair(row.what, "reading and writing the file", few, row.run, once); err != nil {
			return err
		}
	}
	return nil
}

// An adoptionRow is a row of the table: what is timed.
type adoptionRow struct {
	what string
	run  func() (time.Duration, error)
}

// adoptions are `adopt --all` and `release --all`, each timed alone: the other one runs before it.
func (h home) adoptions(guise string) []adoptionRow {
	adopt, release := h.command(guise, "adopt", "--all", "--yes", "--keep-keys"), h.command(guise, "release", "--all", "--yes")
	after := func(untimed, timed func() (time.Duration, error)) func() (time.Duration, error) {
		return func() (time.Duration, error) {
			if _, err := untimed(); err != nil {
				return 0, err
			}
			return timed()
		}
	}
	return []adoptionRow{{"adopt --all, 10,014 profiles", after(release, adopt)}, {"release --all, 10,014 profiles", after(adopt, release)}}
}

// rewrite reads a file and writes it once, as anybody has to who loses it neither at a kill
// nor at a power cut: beside it and to the disk, then into its place, and that to the disk.
func rewrite(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), "rewrite-")
	if err != nil {
		return err
	}
	_, err = beside.Write(data)
	if err = errors.Join(err, beside.Sync(), beside.Close()); err != nil {
		return err
	}
	if err := os.Rename(beside.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
