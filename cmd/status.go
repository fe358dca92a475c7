package cmd

import (
	"fmt"
	"os"
	"path/filepath"

	"guise/internal/files"
	"guise/session"
)

// statusFile is where the end of a chain's session stands for the prompt: one
// line, `EPOCH HH:MM`, which a shell reads with its builtins before each
// prompt. It says nothing else, and nothing depends on it.
func (a *app) statusFile(c session.Chain) string {
	return filepath.Join(a.Cache, "status", c.Key()[:32])
}

// noteEnd keeps the status file of a session up to date. That a prompt is
// behind is no reason to fail, so its errors are passed over.
func (a *app) noteEnd(c session.Chain, got session.Credentials) {
	if got.Expires.IsZero() {
		return
	}
	path := a.statusFile(c)
	if got.Issued.Before(a.began) {
		if _, err := os.Lstat(path); err == nil {
			return // whoever got the session has written it
		}
	}
	line := fmt.Sprintf("%d %s\n", got.Expires.Unix(), got.Expires.Local().Format("15:04"))
	if (files.Folder{Root: a.Cache, Below: "status"}).Make() == nil {
		_ = files.Replace(path, []byte(line))
	}
}
