package cmd

import (
	"runtime"
	"runtime/debug"

	"guise/internal/arguments"

	"github.com/spf13/cobra"
)

// versionAnswer is what there is to say of this build.
type versionAnswer struct {
	Version string `json:"version"`
	System  string `json:"system"` // as Go names it: linux/amd64
	Go      string `json:"go"`
}

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "version", Short: "Print the version", Args: arguments.Count, Example: "  guise version\n  guise version --json",
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return a.answerJSON(versionAnswer{version(), system, runtime.Version()})
			}
			return a.answer(versionLine())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

const system = runtime.GOOS + "/" + runtime.GOARCH

func versionLine() string { return "guise " + version() + " " + system + "\n" }

// version is the module's, as the Go toolchain noted it at the build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
