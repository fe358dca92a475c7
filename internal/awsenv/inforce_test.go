package awsenv

import (
	"errors"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// TestCredentials: exported keys, then a profile, then a default, then the container.
func TestCredentials(t *testing.T) {
	none, some := configtest.Files(t, "[profile p]\n"), configtest.Files(t, "[default]\nregion = eu-west-1\n")
	const url = "http://127.0.0.1:1/x"
	for name, c := range map[string]struct {
		env                     map[string]string
		files                   *awsconfig.Files
		hidden                  bool
		id, profile, containing string
	}{
		"nothing":               {nil, none, false, "", "", ""},
		"keys":                  {map[string]string{AccessKeyID: "AKIA", SecretAccessKey: "s", Profile: "p", ContainerURI: url}, some, true, "AKIA", "", ""},
		"a profile":             {map[string]string{Profile: "p", ContainerURI: url}, some, false, "", "p", ""},
		"a default":             {map[string]string{ContainerURI: url}, some, false, "", "default", ""},
		"a container":           {map[string]string{ContainerURI: url}, none, false, "", "", url},
		"under exec --serve":    {map[string]string{ContainerURI: url}, some, true, "", "", url},
		"a default by its name": {map[string]string{Profile: "default"}, none, false, "", "default", ""},
	} {
		got, err := Credentials(func(name string) string { return c.env[name] }, func() (*awsconfig.Files, error) { return c.files, nil }, c.hidden)
		if err != nil || got.Keys.AccessKeyID != c.id || got.Profile != c.profile || got.Container != c.containing {
			t.Errorf("%s: %+v", name, got)
		}
	}
	broken := errors.New("broken")
	unread := func() (*awsconfig.Files, error) { return nil, broken }
	if _, err := Credentials(func(string) string { return "" }, unread, false); !errors.Is(err, broken) {
		t.Error(err)
	}
	if got, err := Credentials(func(name string) string { return map[string]string{AccessKeyID: "AKIA"}[name] }, unread, false); err != nil || got.Keys.AccessKeyID != "AKIA" {
		t.Errorf("exported keys need no files: %v", err)
	}
}
