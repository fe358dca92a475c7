package awsconfig

import (
	"fmt"
	"strings"
)

// A SessionNameError is a name that AddSSOSession does not give: it is there already, or
// holds characters that some SDK does not read in a header.
type SessionNameError struct {
	Name  string
	There bool
}

func (e *SessionNameError) Error() string {
	if e.There {
		return fmt.Sprintf("there is an [sso-session %s] already", e.Name)
	}
	return fmt.Sprintf("%q cannot be the name of an SSO session: letters, digits and - _ . can", e.Name)
}

// AddSSOSession adds an [sso-session] to the config file, in memory, as `aws configure
// sso-session` does. Its errors are *SessionNameError and *ValueError.
func (f *Files) AddSSOSession(name, startURL, region string) error {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" || name == "" {
		return &SessionNameError{Name: name}
	}
	if _, there := f.SSOSession(name); there {
		return &SessionNameError{name, true}
	}
	d := f.config.edited()
	b := builder{eol: d.eol()}
	b.line("[sso-session " + name + "]")
	b.set("sso_start_url", startURL)
	b.set("sso_region", region)
	b.set("sso_registration_scopes", "sso:account:access")
	if b.err != nil {
		return b.err
	}
	d.add(b.lines)
	return nil
}
