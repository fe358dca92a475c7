package awsenv

import (
	"cmp"
	"errors"

	"guise/internal/awsconfig"
)

// NobodysProfile returns the variables that name a profile which is not there.
func NobodysProfile(getenv func(string) string, f *awsconfig.Files) (found []Variable) {
	for _, variable := range []string{Profile, DefaultProfile} {
		if name := getenv(variable); name != "" {
			if _, err := f.Profile(name); errors.As(err, new(*awsconfig.NoProfileError)) {
				found = append(found, Variable{variable, name})
			}
		}
	}
	return found
}

// Other returns AWS_DEFAULT_PROFILE where it is another profile than AWS_PROFILE: botocore
// takes that one, and other SDKs AWS_PROFILE.
func Other(getenv func(string) string) string {
	if active, other := getenv(Profile), getenv(DefaultProfile); active != "" && other != active {
		return other
	}
	return ""
}

// Active returns the name of a terminal's profile; empty where it has none. Under a
// `guise exec` that hands out the credentials themselves it is the one that they are of.
func Active(getenv func(string) string) string {
	name := getenv(Profile)
	if name == "" && cmp.Or(getenv(AccessKeyID), getenv(ContainerURI)) != "" {
		name = getenv(ExecProfile)
	}
	return name
}
