package awsenv

import (
	"errors"

	"guise/internal/awsconfig"
	"guise/internal/secret"
	"guise/session"
)

// InForce is what SDKs take credentials from in a terminal; all its fields are empty
// where there is nothing.
type InForce struct {
	Keys      session.Credentials // exported
	Profile   string              // by its name, or the default's
	Container string              // the address of a container's service
}

// NoneActive says that no profile is active in a terminal, and what SDKs take instead.
func NoneActive(getenv func(string) string) error {
	if getenv(AccessKeyID) != "" {
		return errors.New("no profile is active in this terminal: SDKs use the exported keys (" + AccessKeyID + ")")
	}
	return errors.New("no profile is active in this terminal")
}

// Credentials returns what SDKs in an environment take credentials from: exported keys
// first, then the profile that is named; where none is, the default's, or else a
// container's service. hidden is for a command under `exec --serve`, whose own files have
// no default: it has the service all the same. files is called only where it matters what
// they have; its error is the only one.
func Credentials(getenv func(string) string, files func() (*awsconfig.Files, error), hidden bool) (InForce, error) {
	if id := getenv(AccessKeyID); id != "" {
		return InForce{Keys: session.Credentials{
			AccessKeyID: id, SecretAccessKey: secret.New(getenv(SecretAccessKey)), SessionToken: secret.New(getenv(SessionToken)),
		}}, nil
	}
	if name := getenv(Profile); name != "" {
		return InForce{Profile: name}, nil
	}
	f, err := files()
	if err != nil {
		return InForce{}, err
	}
	inConfig, inCredentials := f.Default()
	isDefault := inConfig || inCredentials
	if container := session.ContainerURL(getenv); container != "" && (hidden || !isDefault) {
		return InForce{Container: container}, nil
	}
	if isDefault {
		return InForce{Profile: "default"}, nil
	}
	return InForce{}, nil
}
