// Package build says which guise this is, and what the build makes of the world: its version,
// the system, the clock.
package build

import (
	"runtime"
	"runtime/debug"
)

// Info is what there is to say of this build.
type Info struct {
	Version string `json:"version"`
	System  string `json:"system"` // as Go names it: linux/amd64
	Go      string `json:"go"`
}

// This is this build.
func This() Info { return Info{Version(), System, runtime.Version()} }

// System is the one that this build is for.
const System = runtime.GOOS + "/" + runtime.GOARCH

// Line is what `guise --version` prints.
func Line() string { return "guise " + Version() + " " + System + "\n" }

// Version is the module's, as the Go toolchain noted it at the build.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
