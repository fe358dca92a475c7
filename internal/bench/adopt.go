//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

const adoptions = "adopt --all after release --all, 10,014 profiles (half of both)"

// adopt: against reading and writing the file once.
func (b *bench) adopt(_, large home) error {
	return pair(adoptions, "reading and writing the file", 9, large.adoption(b.bin("guise")), func() (time.Duration, error) {
		began := time.Now()
		err := rewrite(filepath.Join(large.dir, ".aws", "config"))
		return time.Since(began), err
	})
}

// adoption releases all profiles and adopts them again, and gives half the time.
func (h home) adoption(guise string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		out, _, err := h.once(guise, "release", "--all", "--yes")
		if err != nil {
			return 0, err
		}
		in, _, err := h.once(guise, "adopt", "--all", "--yes", "--keep-keys")
		return (out + in) / 2, err
	}
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
