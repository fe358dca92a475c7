// Package export writes a session as another program reads it: as variables in a shell's
// language, as JSON, as lines of a file. Whoever reads it can use it until it expires.
package export

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/source"
	"guise/session"
	"guise/shell"
)

// File is the format that is not printed, but put into the credentials file:
// see [Session.Section].
const (
	File  = "credentials-file"
	INI   = "ini"
	jsons = "json"
)

// Formats returns the names of the formats; the first is the default.
func Formats() []string { return []string{"env", "fish", "powershell", jsons, "dotenv", INI, File} }

// HasSection reports whether a format writes a section of a credentials file, which has a
// name.
func HasSection(format string) bool { return slices.Contains([]string{INI, File}, format) }

// Check is what is wrong with a format, and with the name of a section to write; "" where
// none is given.
func Check(format, to string) error {
	if !slices.Contains(Formats(), format) {
		return fmt.Errorf("no format %q: %s", format, strings.Join(Formats(), ", "))
	}
	if to != "" && !HasSection(format) {
		return errors.New("--to goes with --format credentials-file or ini")
	}
	return nil
}

// Target is the section of the credentials file that the session of p is written to: the
// one that is asked for, else that of the profile.
func Target(p awsconfig.Profile, asked string) (string, error) {
	switch to := cmp.Or(asked, p.Get("destination_profile")); to {
	case "":
		return "", errors.New("no profile to write to: --to NAME, or destination_profile in the profile")
	case p.Name:
		return "", errors.New("a session cannot take the place of the keys that it is made with")
	default:
		return to, nil
	}
}

// A Session is what is exported.
type Session struct {
	session.Credentials
	Profile string     // whose it is
	Region  string     // empty: none goes with it
	Env     awsenv.Env // of the terminal: what another export has left there is unset
}

// Text returns the session in a format. The name of a section is the profile's, unless one
// is given. Its errors are *shell.ValueError, *awsconfig.NameError and
// *awsconfig.ValueError.
func (s Session) Text(format, section string) (string, error) {
	switch format {
	case jsons:
		return source.Print(s.Credentials, s.Region)
	case INI:
		exported, err := s.Section()
		if err != nil {
			return "", err
		}
		return exported.INI(section)
	}
	f, _ := shell.FormatNamed(format)
	set, unset := s.Env.Exports(s.Credentials, s.Profile, s.Region)
	if !f.Evaluated() {
		set, unset = awsenv.SessionIn(s.Credentials, s.Region), nil
	}
	return f.Write(shell.Exports(set, unset))
}

// Section is the session as a section of a credentials file. Its error is a
// *shell.ValueError.
func (s Session) Section() (awsconfig.Exported, error) {
	err := shell.INI(shell.Exports(awsenv.SessionIn(s.Credentials, s.Region), nil))
	return awsconfig.Exported{
		AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken, Expires: s.Expires, Region: s.Region,
	}, err
}

// Wrote says that the session is in a section of a file now, and what that means.
func (s Session) Wrote(section, path string) string {
	what, until := "access key", "it does not expire"
	if !s.AccessKey() {
		what, until = "session", "not renewed; it expires at "+s.Expires.Local().Format("15:04")
	}
	return fmt.Sprintf("%s: wrote its %s to [%s] in %s (plain text; %s)", s.Profile, what, section, path, until)
}

// KeyRefused reports whether AWS makes no session of an access key for its user.
func KeyRefused(err error) bool {
	said, ok := errors.AsType[*session.APIError](err)
	return ok && said.Code != "" && (said.Reason == session.Denied || said.Reason == session.Refused)
}

// Help says what `guise export` does.
const Help = `Print the session of a profile and its region: that of -r, else the terminal's, else
the profile's. Whoever reads the session can use it until it expires, and it is not
renewed. Tools that know AWS_PROFILE do not need this.

guise does not print access keys, since they do not expire: it gets a session with the
key. That session cannot call IAM; --long-lived prints the key itself.

With --format credentials-file guise writes the session to a profile of another name
in the AWS credentials file (--to NAME, or destination_profile in the profile), for
tools that only read that file. Run it again to renew it. guise does not write to a
profile that has credentials of its own.`
