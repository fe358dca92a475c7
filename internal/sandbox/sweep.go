package sandbox

import (
	"os"
	"path/filepath"
	"time"

	"guise/internal/files"
)

const (
	prefix   = "guise-demo-"
	lockName = "lock"
	// oldEnough is how old a sandbox without a demo is before it is removed: a demo
	// that begins just now has not locked its own yet.
	oldEnough = time.Minute
)

// sweep removes the sandboxes of demos that were killed: nobody holds their
// locks. What cannot be removed stays for the next demo.
func sweep(o Options) {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || !files.Ours(info) || o.Now().Sub(info.ModTime()) < oldEnough {
			continue
		}
		lock, held, err := files.TryAcquire(filepath.Join(dir, lockName))
		if err == nil && !held {
			_ = (&Sandbox{o: o, dir: dir, lock: lock}).Close()
		}
	}
}
