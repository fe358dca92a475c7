// Package sdk reads the two AWS files as botocore (boto3, the AWS CLI) and the Go
// SDK v2 read them, and says which identity each takes a profile for.
//
// The two differ: on comments behind values, quotes, repeated sections and keys,
// names with spaces, and on the order in which the ways of one profile count. This
// package follows each to the letter, without running it, so that guise can tell
// before it changes a file whose identity the change would alter. What it says is
// compared with the real SDKs by internal/law.
//
// It is pure: no file is opened, no program started, no call made. Its sources
// are botocore 1.43 (configloader.py, credentials.py, session.py), Python 3.11's
// configparser and shlex, and aws-sdk-go-v2 config 1.33 (internal/ini,
// shared_config.go, resolve_credentials.go).
package sdk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Files are the two files, as they stand.
type Files struct {
	ConfigPath, CredentialsPath string // for messages
	Config, Credentials         []byte
}

// A Plan is the way to an identity: a source first, then the roles assumed from
// it. Two equal plans lead to one identity.
type Plan []Step

// A Step is one of them. It prints without a secret.
type Step struct {
	Kind string // access-key, environment, container, instance, sso, login, process, web-identity, role
	What string // the access key's id, the ARN, the command's words
	more string // what else decides: the session's name, the external id, a digest of a secret
}

// Same reports whether two plans lead to one identity.
func (p Plan) Same(other Plan) bool { return slices.Equal(p, other) }

func (p Plan) String() string {
	words := make([]string, len(p))
	for i, s := range p {
		words[i] = strings.TrimSpace(s.Kind + " " + s.What)
	}
	return strings.Join(words, " → ")
}

// A Fault is why an SDK has no identity for a profile.
type Fault struct {
	Why  string
	Path string // and the line that it is about, where there is one
	Line int
}

func (e *Fault) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("%s (%s line %d)", e.Why, e.Path, e.Line)
}

func fault(format string, args ...any) error { return &Fault{Why: fmt.Sprintf(format, args...)} }

// A Reading is the two files as one SDK sees them.
type Reading struct {
	// Broken says that the SDK cannot read a file at all; then it has no profile.
	Broken *Fault

	goSDK               bool
	profiles            map[string]section // merged, by name
	config, credentials map[string]section // each file's own
	sessions            map[string]section // [sso-session]
}

// Names returns the profiles that the SDK sees.
func (r *Reading) Names() []string {
	names := make([]string, 0, len(r.profiles))
	for name := range r.profiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Who returns the way to a profile's identity. Its error is a *Fault: the SDK has
// none. It says nothing about what AWS will answer.
func (r *Reading) Who(profile string) (Plan, error) {
	if r.Broken != nil {
		return nil, r.Broken
	}
	if _, ok := r.profiles[profile]; !ok {
		return nil, fault("it sees no profile of this name")
	}
	var plan Plan
	var err error
	if r.goSDK {
		plan, err = r.goWho(profile)
	} else {
		plan, err = r.botocoreWho(profile)
	}
	if err == nil {
		err = plan.valid()
	}
	if err != nil {
		return nil, err
	}
	return plan, nil
}

// A section is what an SDK reads of one, by key in lower case.
type section map[string]value

// A value is a setting's text, and where it stands.
type value struct {
	text   string
	path   string
	line   int
	odd    string // what another SDK reads otherwise: "a comment behind it"
	nested bool   // it holds settings of its own
}

func (s section) has(key string) bool   { _, ok := s[key]; return ok }
func (s section) get(key string) string { return s[key].text }
func (s section) set(keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return s.get(key) != "" })
}

func keyStep(id, secret, token string) Step {
	sum := sha256.Sum256([]byte(secret + "\x00" + token))
	return Step{"access-key", id, hex.EncodeToString(sum[:])}
}

func roleStep(kind string, s section) Step {
	return Role(kind, s.get("role_arn"), s.get("role_session_name"), s.get("external_id"), s.get("mfa_serial"))
}

// Role is the step of a role, kind "role" or "web-identity".
func Role(kind, arn, session, externalID, serial string) Step {
	return Step{kind, arn, strings.Join([]string{session, externalID, serial}, "\x00")}
}

// SSO is the step of a role at an access portal; session is empty in profiles of
// the older kind.
func SSO(account, role, session, startURL string) Step {
	return Step{"sso", account + "/" + role, session + "\x00" + startURL}
}

func processStep(words []string) Step {
	shown := slices.Clone(words)
	for i, word := range shown {
		if word == "" || strings.ContainsAny(word, " \t\n") {
			shown[i] = strconv.Quote(word)
		}
	}
	return Step{"process", strings.Join(shown, " "), strings.Join(words, "\x00")}
}

// Words are those of a command that no shell is needed for; none of another.
func (s Step) Words() []string {
	if s.Kind != "process" || strings.HasPrefix(s.What, "sh -c ") {
		return nil
	}
	return strings.Split(s.more, "\x00")
}

// Process is the step of a command as botocore starts it, and guise with it; as a
// shell runs it where botocore cannot.
func Process(command string) Step {
	if all, ok := Words(command); ok && !onlyInShell(all) {
		return processStep(all)
	}
	return shellStep(GoValue(command))
}

// valid refuses what no AWS would take, such as an ARN in quotes: an SDK that
// sends it has no identity.
func (p Plan) valid() error {
	for _, s := range p {
		bad := ""
		switch s.Kind {
		case "access-key":
			bad = strings.Trim(s.What, letters)
		case "role", "web-identity":
			what, _, _ := strings.Cut(s.What, " ")
			if parts := strings.SplitN(what, ":", 6); what != s.What || len(parts) != 6 || parts[0] != "arn" || strings.Trim(what, letters+"+=,.@-_:/") != "" {
				bad = s.What
			}
			name, rest, _ := strings.Cut(s.more, "\x00")
			external, serial, _ := strings.Cut(rest, "\x00")
			bad += strings.Trim(name, letters+"+=,.@-_") + strings.Trim(external+serial, letters+"+=,.@:/-_")
		}
		if bad != "" || s.Kind == "access-key" && s.What == "" {
			return fault("AWS would not take %s %q", s.Kind, s.What)
		}
	}
	return nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// AccessKey is the step of an access key, to compare with.
func AccessKey(id, secret, token string) Step { return keyStep(id, secret, token) }

// Same reports whether two steps are one.
func (s Step) Same(other Step) bool { return s == other }

// SessionName is that of a role's session, as configured.
func (s Step) SessionName() string { name, _, _ := strings.Cut(s.more, "\x00"); return name }

// ExternalID is that of a role.
func (s Step) ExternalID() string {
	_, rest, _ := strings.Cut(s.more, "\x00")
	external, _, _ := strings.Cut(rest, "\x00")
	return external
}
