package cmd

import (
	"os"
	"path/filepath"
	"time"

	"guise/internal/files"
)

const (
	sandboxPrefix = "guise-demo-"
	sandboxLock   = "lock"
	// sandboxAge is how old a sandbox without a demo is before it is removed: a demo
	// that begins just now has not locked its own yet.
	sandboxAge = time.Minute
)

// sweepSandboxes removes the sandboxes of demos that were killed: nobody holds their
// locks. What cannot be removed stays for the next demo.
func (a *app) sweepSandboxes() {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), sandboxPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || !files.Ours(info) || a.Now().Sub(info.ModTime()) < sandboxAge {
			continue
		}
		lock, held, err := files.TryAcquire(filepath.Join(dir, sandboxLock))
		if err == nil && !held {
			_ = (&sandbox{app: a, dir: dir, lock: lock}).close()
		}
	}
}
