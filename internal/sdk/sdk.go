// Package sdk reads the two AWS files as botocore (boto3, the AWS CLI) and the Go
// SDK v2 read them, and says which identity each gives a profile.
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

// A Step is one of them. It prints without a secret: of a command only the program.
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
		words[i] = s.String()
	}
	return strings.Join(words, " → ")
}

func (s Step) String() string {
	what, words := s.What, s.Words()
	switch {
	case s.Kind != "process":
	case words == nil:
		what = inShell + "…"
	case len(words) > 1:
		what = words[0] + " …"
	}
	return strings.TrimSpace(s.Kind + " " + what)
}

// inShell begins a command that a shell runs.
const inShell = "sh -c "

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

func keyStep(id, secret, token string) Step {
	sum := sha256.Sum256([]byte(secret + "\x00" + token))
	return Step{"access-key", id, hex.EncodeToString(sum[:])}
}

func roleStep(kind string, s *section) Step {
	return Role(kind, s.get("role_arn"), s.get("role_session_name"), s.get("external_id"), s.get("mfa_serial"))
}

// Role is the step of a role, kind "role" or "web-identity".
func Role(kind, arn, session, externalID, serial string) Step {
	more := "\x00\x00" // as almost always
	if session != "" || externalID != "" || serial != "" {
		more = session + "\x00" + externalID + "\x00" + serial
	}
	return Step{kind, arn, more}
}

// SSO is the step of a role at an access portal; session is empty in profiles of
// the older kind.
func SSO(account, role, session, startURL string) Step {
	return Step{"sso", account + "/" + role, session + "\x00" + startURL}
}

func processStep(words []string) Step {
	shown := words
	for i, word := range words {
		if word == "" || strings.ContainsAny(word, " \t\n") {
			if &shown[0] == &words[0] {
				shown = slices.Clone(words)
			}
			shown[i] = strconv.Quote(word)
		}
	}
	return Step{"process", strings.Join(shown, " "), strings.Join(words, "\x00")}
}

// plainStep is the step of a command that every SDK takes for the same words: of characters
// that mean nothing to a shell, with one space between words.
func plainStep(command string) (step Step, ok bool) {
	if command == "" || !all(command, " /._-+@:,") || command[0] == ' ' || strings.HasSuffix(command, " ") || strings.Contains(command, "  ") {
		return step, false
	}
	return Step{"process", command, strings.ReplaceAll(command, " ", "\x00")}, true
}

// Words are those of a command that no shell is needed for; none of another.
func (s Step) Words() []string {
	if s.Kind != "process" || strings.HasPrefix(s.What, inShell) {
		return nil
	}
	return strings.Split(s.more, "\x00")
}

// Process is the step of a command as botocore starts it, and guise with it; as a
// shell runs it where botocore cannot.
func Process(command string) Step {
	if step, ok := plainStep(command); ok {
		return step
	}
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
			bad = other(s.What, "")
		case "role", "web-identity":
			what, _, _ := strings.Cut(s.What, " ")
			if what != s.What || strings.Count(what, ":") < 5 || !strings.HasPrefix(what, "arn:") || other(what, "+=,.@-_:/") != "" {
				bad = s.What
			}
			name, rest, _ := strings.Cut(s.more, "\x00")
			external, serial, _ := strings.Cut(rest, "\x00")
			bad += other(name, "+=,.@-_") + other(external, "+=,.@:/-_") + other(serial, "+=,.@:/-_")
		}
		if bad != "" || s.Kind == "access-key" && s.What == "" {
			return fault("AWS would not take %s %q", s.Kind, s.What)
		}
	}
	return nil
}

// other returns a text without the letters, digits and marks at its ends: nothing where it
// has nothing else.
func other(text, marks string) string {
	if all(text, marks) {
		return ""
	}
	return strings.TrimFunc(text, func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(marks, r)
	})
}

// all reports whether a text is letters, digits and marks alone: almost every one is.
func all(text, marks string) bool {
	for i := range len(text) {
		c := text[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && strings.IndexByte(marks, c) < 0 {
			return false
		}
	}
	return true
}

// AccessKey is the step of an access key, to compare with.
func AccessKey(id, secret, token string) Step { return keyStep(id, secret, token) }

// Same reports whether two steps are one.
func (s Step) Same(other Step) bool { return s == other }

// SessionName is that of a role's session, as configured.
func (s Step) SessionName() string { name, _, _ := strings.Cut(s.more, "\x00"); return name }

// Portal is the [sso-session] of an SSO step, empty in profiles of the older kind, and its
// start URL.
func (s Step) Portal() (session, startURL string) {
	session, startURL, _ = strings.Cut(s.more, "\x00")
	return session, startURL
}

// ExternalID is that of a role.
func (s Step) ExternalID() string {
	_, rest, _ := strings.Cut(s.more, "\x00")
	external, _, _ := strings.Cut(rest, "\x00")
	return external
}
