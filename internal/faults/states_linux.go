package main

import (
	"os"
	"path/filepath"

	"guise/internal/loopback"
)

// forgetCSV removes the file that a key came from, as the hint says.
func (w *world) forgetCSV() error { return os.Remove(filepath.Join(w.home(), "bob.csv")) }

func (w *world) csvAgain() error {
	id, secret := secretOf("bob")
	return w.write("bob.csv", "Access key ID,Secret access key\n"+id+","+secret+"\n")
}

// olderVersions puts versions of the credentials file into the backups, as guises of
// before have left them.
func (w *world) olderVersions() error {
	text := w.read(awsCredentials)
	for _, at := range []string{"20250101T000000.000000000", "20250102T000000.000000000"} {
		if err := os.MkdirAll(filepath.Join(w.home(), backups), 0o700); err != nil {
			return err
		}
		if err := w.write(backups+"credentials."+at, "# "+at+"\n"+text); err != nil {
			return err
		}
	}
	return nil
}

// fewerAccounts takes half of the organisation away.
func (w *world) fewerAccounts() error {
	w.aws.SetOrganisation(loopback.DemoOrganisation(2))
	return nil
}
