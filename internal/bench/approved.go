//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/loopback"
)

// approvedHome makes a home in which the session needs an approval, and has our own approved:
// by a dialog that says yes, since what guise asks is asked of a person.
func (b *bench) approvedHome(files loopback.Config) (home, error) {
	section := "[profile " + b.session + "]\n"
	if !strings.Contains(files.ConfigFile, section) {
		return home{}, fmt.Errorf("no %s", section)
	}
	files.ConfigFile = strings.Replace(files.ConfigFile, section, section+"guise_approve = 8h\n", 1)
	// AWS takes each code once, and the homes before this one have used those of now.
	const window = 30 * time.Second
	time.Sleep(time.Until(time.Now().Truncate(window).Add(window)))
	h, err := b.home("approved", files, 0)
	if err != nil {
		return h, err
	}
	dialog := filepath.Join(b.dir, "zenity")
	if err := os.WriteFile(dialog, []byte("#!/bin/sh\nexit 0\n"), 0o700); err != nil { //nolint:gosec // a program
		return h, err
	}
	asks := h
	asks.env = append(asks.env, "DISPLAY=:99", "GUISE_DIALOG="+dialog, "GUISE_MFA=dialog", "GUISE_WAIT_FOR_PERSON=1m")
	_, _, err = asks.once(b.bin("guise"), "credential-process", "--profile", b.session)
	return h, err
}
