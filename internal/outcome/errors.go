package outcome

import (
	"errors"
	"time"

	"guise/internal/adoption"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/settings"
	"guise/shell"
)

// An About is an error of a command that is about a profile, for its hint.
type About struct {
	Profile string
	Session string // the SSO session of a role that no profile is for: there is no Profile
	Err     error
}

// Standing is an error about another profile than it says, or about an SSO session: stands
// returns which. It is for one about a profile that is in no file.
func Standing(err error, stands func(name string) (profile, sso string)) error {
	of, ok := errors.AsType[About](err)
	if !ok {
		return err
	}
	profile, sso := stands(of.Profile)
	return About{Profile: profile, Session: sso, Err: err}
}

func (e About) Error() string { return e.Err.Error() }
func (e About) Unwrap() error { return e.Err }

// An AtHand is an error of a command that is to get a new session, where a profile has one
// that a sign-in without --force would be content with.
type AtHand struct {
	Profile string
	Left    time.Duration // of that session; 0: there is none
	Err     error
}

func (e AtHand) Error() string { return e.Err.Error() }
func (e AtHand) Unwrap() error { return e.Err }

// An Interrupted is an error that came of Ctrl-C.
type Interrupted struct{ Err error }

func (e Interrupted) Error() string { return e.Err.Error() }
func (e Interrupted) Unwrap() error { return e.Err }

// A Usage is a complaint about the flags and words of a command.
type Usage struct {
	Command string // such as guise keys add
	Err     error
}

func (e Usage) Error() string { return e.Err.Error() }

// A Typed is an error of a command, and the words that it was called with.
type Typed struct {
	Words  []string // without the program's own name
	Getenv func(string) string
	Err    error
}

func (e Typed) Error() string { return e.Err.Error() }
func (e Typed) Unwrap() error { return e.Err }

// OfKeys says how to go on where a change of keys was refused for those who use them; ""
// where it was not.
func OfKeys(err error) string {
	if none, ok := errors.AsType[*adoption.NoStoreError](err); ok {
		return shell.Guise("keys import", none.Profiles...) + "   # makes a vault; or: " + shell.Guise("adopt --keep-keys", none.Profiles...)
	}
	if unseen, ok := errors.AsType[*keys.UnseenError](err); ok {
		return shell.Guise("keys remove", unseen.ID) + "   # if nobody uses it any more"
	}
	if kept, ok := errors.AsType[*keys.KeptError](err); ok && kept.Profile != "" {
		return shell.Guise("keys remove", kept.Profile) + "   # if the stored one is to go"
	}
	if shared, ok := errors.AsType[*keys.SharedKeyError](err); ok && shared.Plain {
		return shell.Guise("keys import", shared.Profile)
	}
	if errors.As(err, new(*keys.KeptError)) || errors.As(err, new(*keys.SharedKeyError)) || errors.As(err, new(*keys.EndpointError)) {
		return "guise keys list"
	}
	return ""
}

// NotStored is what there is to do with a profile that has no stored key: err wraps
// keys.ErrNotStored. With rotate, how a key that is only in a file comes to be one that can
// be rotated.
func NotStored(profile string, err error, rotate bool) string {
	stored, ok := errors.AsType[*keys.NotStoredError](err)
	switch {
	case ok && stored.File != "" && rotate:
		return shell.Guise("keys import", profile) + "   # then it can be rotated"
	case ok && stored.In == awsconfig.KeysInSource:
		return shell.Guise("release", profile) + "   # then remove it from that file"
	case ok && stored.File != "":
		return shell.Edit(stored.File, stored.Line)
	}
	return "guise keys list"
}

// setting opens the file of a setting, where one stands in a file.
func setting(e *settings.UnsureError) string {
	if e.Setting.Path == "" {
		return ""
	}
	return shell.Edit(e.Setting.Path, e.Setting.Line)
}
