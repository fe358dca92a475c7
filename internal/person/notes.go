package person

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/files"
)

// In the runtime folder processes leave notes for those that come after them: absent-ID, that
// nobody came for a session, and told-ID, that the desktop has told of it. A note counts for
// minutes, and the folder is there until the user logs out.

// noteAge is when no note counts any more.
const noteAge = 2 * notifyAgain

// leave writes a note, and removes those that do not count any more: regular files of these
// names, in a folder that is ours. Errors are passed over: without a note a program waits
// once more, or the desktop tells once more.
func leave(path string, data []byte, now time.Time) {
	dir := filepath.Dir(path)
	if d, err := os.Open(dir); err == nil {
		names, _ := d.Readdirnames(-1)
		_ = d.Close()
		for _, name := range names {
			if !strings.HasPrefix(name, "absent-") && !strings.HasPrefix(name, "told-") {
				continue
			}
			old := filepath.Join(dir, name)
			if info, err := os.Lstat(old); err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > noteAge {
				_ = os.Remove(old)
			}
		}
	}
	_ = files.Replace(path, data)
}
