package session

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guise/internal/files"
)

// A StatusDir is the folder of the status files: each says when the session of a chain
// ends, in one line, `EPOCH HH:MM`, which a shell reads with its builtins before each
// prompt. Nothing else is in it, and nothing depends on it.
type StatusDir files.Folder

// Path is the status file of a chain.
func (d StatusDir) Path(c Chain) string { return filepath.Join(files.Folder(d).Path(), c.Key()[:32]) }

// Note writes the end of a session that a process got which began at a time. Of an older
// session it writes only a file that is not there: whoever got it has written that. A
// prompt that is behind is no reason to fail, so that errors are passed over.
func (d StatusDir) Note(c Chain, got Credentials, began time.Time) {
	if got.Expires.IsZero() {
		return
	}
	path := d.Path(c)
	if got.Issued.Before(began) {
		if _, err := os.Lstat(path); err == nil {
			return
		}
	}
	line := fmt.Sprintf("%d %s\n", got.Expires.Unix(), got.Expires.Local().Format("15:04"))
	if files.Folder(d).Make() == nil {
		_ = files.Replace(path, []byte(line))
	}
}
