package session

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"guise/internal/awsconfig"
)

// A Mistake is what has to be changed for a profile to have credentials: a line of the AWS
// files, and how.
type Mistake struct {
	File string
	Line int
	Do   string // what to do there; empty where the error says it
}

// MistakeIn finds the line that is to blame for an error of [Resolve]; ok is false where
// there is none.
func MistakeIn(f *awsconfig.Files, err error) (m Mistake, ok bool) {
	if syntax, is := errors.AsType[*awsconfig.SyntaxError](err); is {
		return Mistake{File: syntax.File, Line: syntax.Line}, true
	}
	p, keys, do := awsconfig.Profile{}, []string(nil), ""
	named := func(name string) { p, _ = f.Profile(name) }
	if loop, is := errors.AsType[*LoopError](err); is {
		named(loop.Profiles[0])
		keys, do = []string{"of", "source_profile"}, "name a profile here that does not lead back to "+p.Name
	} else if source, is := errors.AsType[*SourceError](err); is {
		named(source.Profile)
		keys = []string{"of", "source_profile", "credential_source", "role_arn", "aws_access_key_id"}
		do = ofSource(p)
	} else if setting, is := errors.AsType[*SettingError](err); is {
		if named(setting.Profile); p.Name == "" || setting.Profile != p.Name {
			p, _ = f.SSOSession(setting.Profile)
		}
		keys = []string{strings.TrimPrefix(setting.Key, "guise_")}
		if setting.Key == "sso_session" {
			do = "name one that there is: " + strings.Join(f.SSOSessions(), ", ") + "; or add [sso-session " + setting.Value + "]"
			if len(f.SSOSessions()) == 0 {
				do = "add a section [sso-session " + setting.Value + "]"
			}
		}
	} else if narrow, is := errors.AsType[*NarrowError](err); is {
		if named(narrow.By); p.Name == "" || f.IsAdded(narrow.By) {
			named(narrow.Profile)
		}
		keys = []string{"of", "policy", "policy_arns", "sso_role_name", "login_session", "mfa_serial", "aws_access_key_id", "credential_process"}
		if narrow.ReadOnly {
			do = "add guise_read_only = " + cmp.Or(ReadOnlyTwin(f, narrow.Profile), "NAME, of a profile that only reads")
		}
	}
	for _, key := range keys {
		if m.File, m.Line = p.Where(key); m.File == "" {
			continue
		}
		if m.Do = do; strings.Contains(p.Get(key), "\n") {
			m.Line++
			m.Do = "remove the white space before it"
		}
		return m, true
	}
	return Mistake{}, false
}

// ofSource is what to do about the source of a profile.
func ofSource(p awsconfig.Profile) string {
	switch source := p.Get("source_profile"); {
	case p.Own("of") != "":
		return "name a profile that there is, or add [profile " + p.Own("of") + "]"
	case p.Get("role_arn") == "" && p.HasKeys():
		return "add its aws_secret_access_key"
	case p.Get("role_arn") == "":
		return "add the role_arn that is to be assumed"
	case source == "":
		return "add source_profile = NAME, whose credentials assume the role"
	case p.Get("credential_source") != "":
		return "remove one of the two"
	}
	return "name a profile that there is, or add [profile " + p.Get("source_profile") + "]"
}

// continued says that a setting has a second line, which was hardly meant: one that is
// indented continues the setting above it. Empty where it has not.
func continued(p awsconfig.Profile, key string) string {
	if !strings.Contains(p.Get(key), "\n") {
		return ""
	}
	_, line := p.Where(key)
	return fmt.Sprintf("line %d is indented, so it continues the %s of line %d", line+1, key, line)
}
