package source

import (
	"slices"
	"strings"

	"guise/internal/awsconfig"
)

// inside names the profiles for which guise is running a command, so that the command's
// own calls to AWS cannot lead back to the same question.
const inside = "GUISE_INSIDE"

// Inside is the variable, NAME=value, for a command that is run for profiles: it names
// them beside those that we are inside of ourselves.
func Inside(getenv func(string) string, profiles ...string) string {
	all := strings.Fields(getenv(inside))
	for _, name := range profiles {
		all = append(all, awsconfig.EncodeProfile(name))
	}
	return inside + "=" + strings.Join(all, " ")
}

// IsInside reports whether guise is being called by a command that it runs for the same
// profile: an endless loop.
func IsInside(getenv func(string) string, profile string) bool {
	return slices.Contains(strings.Fields(getenv(inside)), awsconfig.EncodeProfile(profile))
}
