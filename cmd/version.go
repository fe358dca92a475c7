package cmd

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: operands, Example: "  guise version",
		RunE: func(*cobra.Command, []string) error {
			return a.answer("guise " + version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n")
		},
	}
}

// version is the module's, as the Go toolchain noted it at the build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}
