package oneoff

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/naming"
	"guise/internal/partition"
	"guise/internal/ssosession"
	"guise/session"
	"guise/shell"
)

// A Profile is one that stands in no file.
type Profile struct {
	Name     string
	Of       string // the profile that it is of, or whose session assumes its role; empty: none
	Session  string // the SSO session that its role is of; empty: none
	Settings []awsconfig.Setting
}

// A Maker finds or makes the profile whose session the user wants of a command. All fields
// are needed.
type Maker struct {
	*Flags
	What     string   // the command, for the words of errors
	Typed    []string // its words, for hints
	Files    func() (*awsconfig.Files, error)
	Defaults func() session.Defaults
	// Source finds the profile that words mean; without any it is the active one, or one
	// that is picked.
	Source func(ctx context.Context, what string, words []string) (string, error)
	// SSO are the user's SSO sessions.
	SSO func() (ssosession.Sessions, error)
	// Save writes a profile to the files. Keep has Files give it, which is in none of them.
	Save func(context.Context, Profile) error
	Keep func(Profile)
	// Wrong is an error about a profile of some files, with what corrects it.
	Wrong func(files *awsconfig.Files, name string, err error) error
	// Confirm asks what guards a profile that is to be saved, before it has guards of its own.
	Confirm func(context.Context, Profile) error
}

// Profile returns the name of the profile whose session the user wants: that which find
// finds, one that stands in no file (see Keep), or one that was saved. The flags are as
// [Flags.Check] has read them.
//
// The errors say what they are about: those of the functions and of session.ReadOnly, a
// *naming.Misuse where the profile to be saved is there already, and, where there is no way
// to the session, that of session.Resolve.
func (m Maker) Profile(ctx context.Context, find func(context.Context) (string, error)) (name string, err error) {
	if !m.Alone() {
		if name, err = find(ctx); err != nil || !m.Given() {
			return name, err
		}
	}
	files, err := m.Files()
	if err != nil {
		return "", err
	}
	name, made, err := m.make(ctx, name, files)
	if narrow, ok := errors.AsType[*session.NarrowError](err); ok {
		narrow.Asked = true // nobody knows the profile that was to be made
	}
	switch {
	case name == "": // it says what it is about
		return name, err
	case err != nil:
		return name, m.Wrong(files, name, err)
	case made == nil:
		return name, nil
	case m.SaveAs != "" && m.Alone(): // which has no guards of its own yet
		if err := m.Confirm(ctx, *made); err != nil {
			return name, err
		}
	}
	if m.SaveAs != "" {
		return name, m.Save(ctx, *made)
	}
	m.Keep(*made)
	return name, nil
}

// make makes the profile. made is nil where name, one of the user's own, is that already.
func (m Maker) make(ctx context.Context, of string, files *awsconfig.Files) (name string, made *Profile, err error) {
	switch {
	case m.RoleARN != "":
		made, err = m.role(ctx, files)
	case m.Alone():
		made, err = m.sso(ctx)
	default:
		of, made, err = m.narrower(of, files)
	}
	if err != nil && made != nil {
		of = made.Name
	}
	if err != nil || made == nil {
		return of, nil, err
	}
	if made.Name = free(files, made.Name); m.SaveAs != "" {
		made.Name = m.SaveAs
		if _, err := files.Profile(made.Name); err == nil {
			return "", nil, &naming.Misuse{
				What: "--save-as " + made.Name, Why: "there is a profile of this name already",
				Hint: shell.Guise("explain", made.Name) + "   # what it is; or give --save-as another name",
			}
		}
	}
	if _, err = session.Resolve(files.With(made.Name, made.Settings...), made.Name, m.Defaults()); err != nil {
		return cmp.Or(made.Of, made.Name), nil, err
	}
	return made.Name, made, nil
}

// Apart reports whether who is given the session of a profile is to see no profile: it is
// one that stands in no file, or a narrower one than the user's own, which would be seen too.
func (m Maker) Apart(profile string) bool {
	f, err := m.Files()
	return m.Given() || err == nil && f.IsAdded(profile)
}

// free is a name, or that with a number, that no profile has.
func free(f *awsconfig.Files, name string) string {
	for tried, i := name, 2; ; i++ {
		if _, err := f.Profile(tried); err != nil {
			return tried
		}
		tried = name + "-" + strconv.Itoa(i)
	}
}

// role is the profile of --role-arn.
func (m Maker) role(ctx context.Context, files *awsconfig.Files) (*Profile, error) {
	var words []string
	if m.Flags.Source != "" {
		words = []string{m.Flags.Source}
	}
	source, err := m.Source(ctx, m.What+" --source", words)
	if err != nil {
		return nil, err
	}
	p, err := files.Profile(source)
	if err != nil {
		return nil, err
	}
	f := *m.Flags
	if f.ReadOnly {
		f.arns = []string{readOnlyAccess(f.RoleARN)}
	}
	account, role, _ := session.RoleOf(f.RoleARN)
	return &Profile{
		Name: role[strings.LastIndex(role, "/")+1:] + "@" + account + f.suffix(), Of: source,
		Settings: append(append(p.Shared(), awsconfig.Setting{Key: "source_profile", Value: source}), f.settings()...),
	}, nil
}

// readOnlyAccess is AWS's policy in the partition of a role.
func readOnlyAccess(role string) string {
	return "arn:" + partition.OfARN(role).ID + ":iam::aws:policy/ReadOnlyAccess"
}

// sso is the profile of --account with --role.
func (m Maker) sso(ctx context.Context) (*Profile, error) {
	name := m.Role + "@" + m.Account
	if m.narrows() {
		return &Profile{Name: name}, &session.NarrowError{Profile: name, Why: "AWS takes no session policy for an SSO role"}
	}
	all, err := m.SSO()
	if err != nil {
		return nil, err
	}
	var which []string
	if m.Flags.Source != "" {
		if which, err = m.sessionOf(ctx, all.Files); err != nil {
			return nil, err
		}
	}
	l, err := all.Which(ctx, which)
	if wrong, ok := errors.AsType[*naming.Misuse](err); ok {
		return nil, &naming.Misuse{What: m.What, Why: wrong.Why, Hint: cmp.Or(m.whichSession(all), wrong.Hint)}
	} else if err != nil {
		return nil, err
	}
	settings := []awsconfig.Setting{{Key: "sso_session", Value: l.Session}, {Key: "region", Value: l.Region}}
	return &Profile{Name: name, Session: l.Session, Settings: append(settings, m.settings()...)}, nil
}

// Retyped is the command as it was typed, with one more flag, where no profile is there that
// another command could name; else that one.
func (m Maker) Retyped(flag, other string) string {
	if !m.Alone() {
		return other
	}
	return shell.Again(m.Typed, flag)
}

// sessionOf is the SSO session of the profile that --source names.
func (m Maker) sessionOf(ctx context.Context, files *awsconfig.Files) ([]string, error) {
	name, err := m.Source(ctx, m.What+" --source", []string{m.Flags.Source})
	if err != nil {
		return nil, err
	}
	p, err := files.Profile(name)
	if err == nil && p.Get("sso_session") == "" {
		err = &naming.Misuse{What: m.What + " --source " + name, Why: "this profile is of no [sso-session]", Hint: "guise list --kind sso"}
	}
	return []string{p.Get("sso_session")}, err
}

// whichSession is what to type where there are several SSO sessions and nobody can choose: it
// names a profile of one.
func (m Maker) whichSession(all ssosession.Sessions) (hint string) {
	sessions := all.Files.SSOSessions()
	if len(sessions) > 1 {
		hint = "guise " + shell.Words(m.Typed) + "   # in a terminal: it asks which session"
	}
	for _, p := range all.Files.Profiles() {
		if hint != "" && slices.Contains(sessions, p.Get("sso_session")) {
			hint = shell.With(m.Typed, "--source="+p.Name) + "   # or another profile of the session that you mean"
			break
		}
	}
	return hint
}

// narrower is the profile that another one is, narrower or for another time. Where the
// user's files have that already, there is none to make.
func (m Maker) narrower(name string, files *awsconfig.Files) (string, *Profile, error) {
	f := *m.Flags
	policies := f.arns
	if f.ReadOnly {
		with, derived, err := session.ReadOnly(files, name, m.Defaults())
		switch {
		case err != nil:
			return name, nil, err
		case with.IsAdded(derived) && !files.IsAdded(derived):
			p, err := with.Profile(derived)
			if err != nil {
				return name, nil, err
			}
			policies = strings.Split(p.Own("policy_arns"), ", ")
		case (f.lasts == 0 || f.Console) && f.SaveAs == "":
			return derived, nil, nil
		case f.lasts == 0:
			return "", nil, &naming.Misuse{
				What: "--save-as " + f.SaveAs, Why: derived + " is the profile that only reads of " + name + " already",
				Hint: shell.Guise("use", derived),
			}
		default: // it is narrow enough: for another time, or by another name
			name = derived
		}
	}
	p, err := files.Profile(name)
	if err != nil {
		return name, nil, err
	}
	made := &Profile{Name: name + f.suffix(), Of: name, Settings: session.Narrower(p, f.policy, policies...)}
	if f.lasts > 0 && !f.Console {
		made.Settings = append(made.Settings, awsconfig.Setting{Key: "duration_seconds", Value: fmt.Sprint(int(f.lasts / time.Second))})
	}
	return made.Name, made, nil
}

// suffix says in the name of a profile what the flags change of it.
func (f Flags) suffix() string {
	switch {
	case f.ReadOnly:
		return awsconfig.ReadOnlySuffix
	case len(f.Policies) > 0:
		return "@policy"
	case !f.Alone():
		return "@" + f.Duration
	}
	return ""
}

// Standing returns a profile of the user's files that stands for one that may be in none: its
// sign-in or its code is that one's, too. Where there is no such profile it is the SSO
// session that is signed in to.
func Standing(f *awsconfig.Files, all []Profile, name string) (profile, sso string) {
	for i := len(all) - 1; i >= 0; i-- { // later ones are of earlier ones
		if p := all[i]; p.Name == name && p.Session == "" {
			name = p.Of
		} else if p.Name == name {
			if f == nil {
				return "", p.Session
			}
			for _, one := range f.Profiles() {
				if one.Get("sso_session") == p.Session && !f.IsAdded(one.Name) {
					return one.Name, ""
				}
			}
			return "", p.Session
		}
	}
	return name, ""
}

// Variable hands profiles to the processes that guise starts, and to guise where a command
// starts it: they stand in no file that those could read. It holds no secret.
const Variable = "GUISE_EXEC_PROFILES"

// Known are the profiles that a command knows, of those that stand in no file: one that hands
// out sessions, or shows them, knows all. Others write files, or name a profile for SDKs.
func Known(all []Profile, command string) []Profile {
	if slices.Contains([]string{
		"credential-process", "sign-in", "keep-request", "exec", "export", "console", "login", "current", "prompt", "explain", "whoami", "list",
	}, command) {
		return all
	}
	return nil
}

// Encode is the value of [Variable].
func Encode(all []Profile) string {
	data, err := json.Marshal(all)
	if err != nil {
		return "" // texts alone: it cannot fail
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// Decode is the reverse of Encode. What is no such value has none.
func Decode(text string) (all []Profile) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(data, &all) != nil {
		return nil
	}
	return all
}

// With is an environment that hands the profiles on; none: the environment as it is.
func With(e awsenv.Env, all []Profile) awsenv.Env {
	if len(all) == 0 {
		return e
	}
	return e.With(awsenv.Variable{Name: Variable, Value: Encode(all)})
}

// In returns files that have the profiles, too.
func In(f *awsconfig.Files, all []Profile) *awsconfig.Files {
	for _, p := range all {
		f = f.With(p.Name, p.Settings...)
	}
	return f
}
