package awsenv

import (
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
