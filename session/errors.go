package session

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrNoPerson: the user is needed, and cannot be reached.
	ErrNoPerson = errors.New("you are needed, and cannot be reached")
	// ErrCancelled: the user said no.
	ErrCancelled = errors.New("cancelled")
)

// LoopError: profiles whose source_profile, or guise_of, lead back to the first of them.
type LoopError struct {
	Profiles []string
	Of       bool // one of them leads on by guise_of
}

func (e *LoopError) Error() string {
	keys := "source_profile forms"
	if e.Of {
		keys = "source_profile and guise_of form"
	}
	return keys + " a loop: " + strings.Join(e.Profiles, " → ")
}

// SourceError: a profile that cannot have credentials, and why.
type SourceError struct {
	Profile string
	Why     string
	// Path is the way to the profile: the one asked for first, itself last.
	Path []string
}

func (e *SourceError) Error() string {
	if len(e.Path) > 1 {
		return fmt.Sprintf("%s (reached by %s)", e.Why, strings.Join(e.Path, " → "))
	}
	return e.Why
}

// SettingError: a setting of a profile that AWS would refuse.
type SettingError struct {
	Profile, Key, Value, Why string

	own bool // it is of the profile that was asked for, and that every message names
}

func (e *SettingError) Error() string {
	value := e.Value
	if len(value) > 60 { // a policy
		value = strings.ToValidUTF8(value[:60], "") + "…"
	}
	if e.own {
		return fmt.Sprintf("%s = %s: %s", e.Key, value, e.Why)
	}
	return fmt.Sprintf("profile %s: %s = %s: %s", e.Profile, e.Key, value, e.Why)
}

// UnaskedError: AWS denied a role to the user's MFA session, and the user, whose code might
// help, could not be reached. Errors.Is finds ErrNoPerson in it.
type UnaskedError struct{ Denied error }

func (e *UnaskedError) Error() string {
	return e.Denied.Error() + "; the role may want an MFA code of its own, and you cannot be reached"
}

func (e *UnaskedError) Unwrap() []error { return []error{ErrNoPerson, e.Denied} }

// Reason sorts what AWS refuses by what can be done about it.
type Reason string

const (
	Refused     Reason = "refused"     // none of the others
	Denied      Reason = "denied"      // not allowed, whoever asks again
	WrongCode   Reason = "wrong-code"  // the MFA code is wrong or used up
	TooLong     Reason = "too-long"    // the duration is past the role's maximum
	Chained     Reason = "chained"     // the duration is past the hour of role chaining
	BadSource   Reason = "bad-source"  // the credentials or token that made the call are invalid or ended
	Pending     Reason = "pending"     // the user has not answered the sign-in yet
	SlowDown    Reason = "slow-down"   // the same, and we ask too often
	Throttled   Reason = "throttled"   // too many calls at once
	Unreachable Reason = "unreachable" // no answer from AWS
	NoRegion    Reason = "no-region"   // what is set as the region is none; nothing was sent
)

// An APIError is AWS's refusal, or its silence.
type APIError struct {
	Op        string // "AssumeRole"
	Code      string // AWS's own code, "AccessDenied"; empty where unreachable
	Message   string // AWS's own words: data, to be sanitised before it is shown
	Reason    Reason
	Skew      time.Duration // AWS's clock minus ours, where its answer told
	Temporary bool          // worth another try shortly
	RequestID string        // of AWS' answer, as CloudTrail has it; empty where it has none
}

func (e *APIError) Error() string {
	if e.Code == "" {
		return e.Op + ": " + e.Message
	}
	return fmt.Sprintf("%s: %s: %s", e.Op, e.Code, strings.TrimSpace(e.Message))
}

// ReasonOf returns why AWS refused, of an error that an *APIError is in; "" of any other.
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Reason
	}
	return ""
}

// CodesError: as many wrong codes as may be typed.
type CodesError struct {
	Serial string
	Tries  int
}

func (e *CodesError) Error() string {
	return fmt.Sprintf("%d wrong codes for %s", e.Tries, e.Serial)
}

// WaitError: another process has been at the same session for longer than we
// may wait.
type WaitError struct{ After time.Duration }

func (e *WaitError) Error() string {
	return fmt.Sprintf("another process has been waiting for a code for %s", e.After.Round(time.Second))
}

// A StepError says which link of the chain failed.
type StepError struct {
	Link Link
	Err  error

	through string // key of the chain up to the link
}

// Refusal says what to look at where AWS denies the step; empty where there is nothing
// to add to AWS' own words.
func (e *StepError) Refusal() string {
	switch {
	case ReasonOf(e) != Denied:
	case e.Link.SourceIdentity != "" && strings.Contains(e.Error(), "sts:SetSourceIdentity"):
		return "the trust policy of the role and the policies of the caller must allow sts:SetSourceIdentity; or set no source_identity, in the profile or in config.toml"
	case e.Link.Kind == AssumeRole:
		return "the steps before this one worked; check the trust policy of the role, and that the caller may sts:AssumeRole"
	case e.Link.Kind == SSORole:
		return "the sign-in is valid; check that the role " + e.Link.RoleName + " in " + AccountTitle(e.Link.AccountID, e.Link.AccountName) + " is still granted to you"
	case e.Link.Kind == FederationToken:
		return "check that the user may sts:GetFederationToken"
	case e.Link.Kind == SAML, e.Link.Kind == WebIdentity:
		return "check that the trust policy of the role allows this identity provider"
	}
	return ""
}

func (e *StepError) Error() string { return e.Err.Error() }
func (e *StepError) Unwrap() error { return e.Err }
