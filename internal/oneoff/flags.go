// Package oneoff is about sessions for one command: of a role that no profile names, or of a
// profile, made narrower or for another time.
//
// Such a session is that of a profile which stands in no file: a [Maker] says which profile
// that would be, and everything else in guise sees it as any other (see
// awsconfig.Files.With). [Variable] hands it to the processes that guise starts.
//
// Whatever is wrong with the flags is said by [Flags.Check], before anything is asked of
// AWS or of the user.
package oneoff

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/session"
)

// Flags are what the user may say of a session for one command. Their zero value says
// nothing.
type Flags struct {
	RoleARN, Source         string // a role to assume, and whose session assumes it
	Account, Role           string // a role of an SSO session
	ExternalID, SessionName string
	Tags                    []string // K=V
	Duration                string
	Policies                []string // a file with a policy, or ARNs of policies
	ReadOnly                bool
	SaveAs                  string

	// Console is for a command that opens the console: Duration is that of the sign-in
	// there, and no other session is made for it.
	Console bool

	lasts  time.Duration // Duration; 0: as the profile says
	policy string        // the text of the file in Policies, on one line
	arns   []string      // those of Policies
}

// Add gives a command the flags. files are the user's, from which their words are completed.
func (f *Flags) Add(c *cobra.Command, files func() (*awsconfig.Files, error)) {
	to := c.Flags()
	to.StringVar(&f.RoleARN, "role-arn", "", "assume this role: the session of `ARN`, without a profile for it")
	to.StringVar(&f.Source, "source", "", "with --role-arn: the `PROFILE` to assume it from (default: the active one); with --account: one of the SSO session")
	to.StringVar(&f.Account, "account", "", "take a role of this account from your SSO session: with --role")
	to.StringVar(&f.Role, "role", "", "with --account: the role")
	to.StringVar(&f.ExternalID, "external-id", "", "with --role-arn: the external id that the role wants")
	to.StringVar(&f.SessionName, "session-name", "", "with --role-arn: the session's name, as CloudTrail shows it")
	to.StringArrayVar(&f.Tags, "tag", nil, "with --role-arn: a session tag, `KEY=VALUE` (repeatable)")
	lasts := "how long the session lasts: 15m to 12h, as far as the role allows"
	if f.Console {
		lasts = "how long the sign-in lasts: 15m to 12h (default: as long as AWS allows)"
	}
	to.StringVar(&f.Duration, "duration", "", lasts)
	to.StringArrayVar(&f.Policies, "policy", nil, "allow only what this policy allows too: a `FILE`, or the ARN of one (repeatable)")
	to.BoolVar(&f.ReadOnly, "read-only", false, "allow only what AWS's policy ReadOnlyAccess allows too")
	to.StringVar(&f.SaveAs, "save-as", "", "write a profile of this `NAME` first, managed by guise")
	f.complete(c, files)
}

// Given reports whether the user wants another session than a profile's own.
func (f Flags) Given() bool { return f.Alone() || f.narrows() || f.Lasts() > 0 && !f.Console }

// Lasts is the duration that the user wants; 0: none in particular.
func (f Flags) Lasts() time.Duration { return f.lasts }

// Alone reports whether the session is of no profile: no PROFILE can stand beside it.
func (f Flags) Alone() bool { return f.RoleARN != "" || f.Account != "" || f.Role != "" }

// narrows reports whether the session allows less than the role does.
func (f Flags) narrows() bool { return f.ReadOnly || len(f.Policies) > 0 }

// Check reads the flags, and says what is wrong with them: a plain error, in the words of the
// flags. words are the PROFILE that stands beside them; none: nil.
func (f *Flags) Check(words []string) error {
	if f.Alone() && len(words) > 0 {
		beside := ""
		if f.RoleARN != "" {
			beside = "; --source PROFILE is the one to assume the role from"
		}
		return fmt.Errorf("%s takes no PROFILE beside it%s", f.alone(), beside)
	}
	for _, wrong := range []func() error{f.time, f.together, f.ofRole, f.ofAccount, f.tags, f.policies, f.name} {
		if err := wrong(); err != nil {
			return err
		}
	}
	return nil
}

func (f Flags) alone() string {
	switch {
	case f.RoleARN != "":
		return "--role-arn"
	case f.Account != "":
		return "--account"
	}
	return "--role"
}

// together says which flags mean nothing beside or without each other.
func (f *Flags) together() error {
	sso := f.Account != "" || f.Role != ""
	for _, one := range []struct {
		wrong bool
		why   string
	}{
		{f.RoleARN != "" && sso, "--role-arn or --account with --role, not both"},
		{f.Account != "" && f.Role == "", "--account goes with --role"},
		{f.Role != "" && f.Account == "", "--role goes with --account; the ARN of a role is given by --role-arn"},
		{f.Source != "" && !f.Alone(), "--source goes with --role-arn or --account"},
		{f.ExternalID != "" && f.RoleARN == "", "--external-id goes with --role-arn"},
		{f.SessionName != "" && f.RoleARN == "", "--session-name goes with --role-arn"},
		{len(f.Tags) > 0 && f.RoleARN == "", "--tag goes with --role-arn"},
		{f.Duration != "" && sso && !f.Console, "--duration: the administrator of the SSO session says how long its roles last"},
		{f.ReadOnly && len(f.Policies) > 0, "--read-only or --policy, not both: AWS would allow what either of them allows"},
		{f.SaveAs != "" && !f.Given(), "--save-as goes with --role-arn, --account, --policy, --read-only or --duration"},
	} {
		if one.wrong {
			return errors.New(one.why)
		}
	}
	return nil
}

// What AWS takes, in the API reference of AssumeRole: RoleArn, ExternalId and
// RoleSessionName, and of GetRoleCredentials: roleName.
const (
	alnum         = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	ofNames       = alnum + "_+=,.@-"
	ofExternalIDs = ofNames + ":/"
)

// isOf reports whether a text has a length, and is of certain characters.
func isOf(text, characters string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, characters) == ""
}

func (f *Flags) ofRole() error {
	switch {
	case f.RoleARN != "" && (!session.IsRole(f.RoleARN) || len(f.RoleARN) > 2048):
		return fmt.Errorf("--role-arn %s: not the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME)", f.RoleARN)
	case f.ExternalID != "" && !isOf(f.ExternalID, ofExternalIDs, 2, 1224):
		return fmt.Errorf("--external-id %s: 2 to 1224 letters, digits and _+=,.@:/-", f.ExternalID)
	case f.SessionName != "" && !isOf(f.SessionName, ofNames, 2, 64):
		return fmt.Errorf("--session-name %s: 2 to 64 letters, digits and _+=,.@-", f.SessionName)
	}
	return nil
}

func (f *Flags) ofAccount() error {
	switch {
	case f.Account != "" && !isOf(f.Account, "0123456789", 12, 12):
		return fmt.Errorf("--account %s: an account is 12 digits", f.Account)
	case f.Role != "" && !isOf(f.Role, ofNames, 1, 64):
		return fmt.Errorf("--role %s: the name of a role is letters, digits and _+=,.@-", f.Role)
	}
	return nil
}

func (f *Flags) time() (err error) {
	if f.Duration != "" {
		f.lasts, err = session.RoleDuration(f.Duration)
	}
	if err != nil {
		return fmt.Errorf("--duration %s: 15m to 12h", f.Duration)
	}
	return nil
}

// What AWS takes: Tag in the API reference of STS.
const (
	mostTags     = 50
	longestKey   = 128
	longestValue = 256
)

func (f *Flags) tags() error {
	seen := map[string]bool{}
	for _, tag := range f.Tags {
		key, value, ok := strings.Cut(tag, "=")
		switch {
		case !ok || key == "":
			return fmt.Errorf("--tag %s: KEY=VALUE", tag)
		case !isTag(key, longestKey) || !isTag(value, longestValue):
			return fmt.Errorf("--tag %s: letters, digits, spaces within and _.:/=+-@; a key has at most %d, a value %d", tag, longestKey, longestValue)
		case seen[strings.ToLower(key)]: // AWS does not tell them apart
			return fmt.Errorf("--tag %s: this key is given twice", tag)
		}
		seen[strings.ToLower(key)] = true
	}
	if len(f.Tags) > mostTags {
		return fmt.Errorf("--tag: at most %d", mostTags)
	}
	return nil
}

// name says what is wrong with the profile's name to be.
func (f *Flags) name() error {
	if f.SaveAs == "" || awsconfig.SeenByAll(f.SaveAs) {
		return nil
	}
	return fmt.Errorf("--save-as %s: not every SDK would see a profile of this name: letters, digits and ._/+@:- within", f.SaveAs)
}

// settings are those of the profile which the flags alone make up: what is narrower, and
// longer or shorter.
func (f Flags) settings() []awsconfig.Setting {
	all := []awsconfig.Setting{
		{Key: "role_arn", Value: f.RoleARN},
		{Key: "external_id", Value: f.ExternalID},
		{Key: "role_session_name", Value: f.SessionName},
		{Key: "session_tags", Value: strings.Join(f.Tags, ", ")},
		{Key: "sso_account_id", Value: f.Account},
		{Key: "sso_role_name", Value: f.Role},
		{Key: "guise_policy", Value: f.policy},
		{Key: "guise_policy_arns", Value: strings.Join(f.arns, ", ")},
	}
	if f.lasts > 0 && !f.Console {
		all = append(all, awsconfig.Setting{Key: "duration_seconds", Value: fmt.Sprint(int(f.lasts / time.Second))})
	}
	return slices.DeleteFunc(all, func(one awsconfig.Setting) bool { return one.Value == "" })
}
