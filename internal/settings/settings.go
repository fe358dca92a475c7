// Package settings is what the user has set for guise itself: config.toml and the
// GUISE_ variables, which win over the file. One table says of each setting its
// name, its variable, what it may be and what it is; the reference is written from it.
//
// A setting that cannot be read stops nothing but what it protects: the others are
// taken, and [Settings.Broken] says what guise goes on without.
package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/session"
)

// Settings are the user's.
type Settings struct {
	Adopt         string        // ask, always, never: `use` on a profile that guise does not manage
	KeyStore      string        // auto, keyring, kernel, file: where the cache's sealing key is kept
	MFA           []string      // ways to get a code, in order
	Picker        string        // fzf, list
	Dialog        string        // the program that asks in a window; empty: what the desktop has
	Notify        bool          // tell the desktop when a program waits
	Browser       string        // the command that opens a page; empty: the system's
	SSOShareToken bool          // leave SSO tokens where the AWS CLI looks for them
	RefreshBefore time.Duration // how much must be left of a session for it to be served unrenewed
	WaitForPerson time.Duration // how long a program's call waits for you, or for another process that asks you
	Prompt        string        // template of `guise prompt`

	Broken []*Error // what guise goes on without
}

// The settings that protect something: see [Settings.Sure].
const (
	KeyStore = "key_store"
	MFA      = "mfa"
)

// The ways to get a code. The first three need nobody.
const (
	ByCommand  = "command"
	ByTOTP     = "totp"
	ByYubiKey  = "yubikey"
	ByTerminal = "terminal"
	ByDialog   = "dialog"
)

// ways are all ways, in the order that they are tried in.
var ways = []string{ByCommand, ByTOTP, ByYubiKey, ByTerminal, ByDialog}

// DefaultWait is how long SDKs surely wait for a credential process: those for Go
// give up after a minute.
const DefaultWait = 50 * time.Second

// Default is what is so where nothing is set.
func Default() Settings {
	return Settings{
		Adopt: "ask", KeyStore: "auto", MFA: slices.Clone(ways), Picker: "fzf", Notify: true,
		RefreshBefore: session.DefaultRefreshBefore, WaitForPerson: DefaultWait, Prompt: "{profile} {left}",
	}
}

// A Setting is a row of the table: one key of config.toml.
type Setting struct {
	Name  string
	About string // what it is and what it may be, in a line

	set func(s *Settings, value string) error
}

// Variable is the setting's name in the environment.
func (s Setting) Variable() string { return prefix + strings.ToUpper(s.Name) }

const prefix = "GUISE_"

// All is the table.
func All() []Setting {
	return []Setting{
		{"adopt", "what `use` does with a profile that guise does not manage: ask, always, never", oneOf(func(s *Settings) *string { return &s.Adopt }, "ask", "always", "never")},
		{KeyStore, "where the key that seals the cache is kept: auto, keyring, kernel, file", oneOf(func(s *Settings) *string { return &s.KeyStore }, "auto", "keyring", "kernel", "file")},
		{MFA, "the ways to get an MFA code, in order: " + strings.Join(ways, ", "), (*Settings).setWays},
		{"picker", "how profiles are picked: fzf, list", oneOf(func(s *Settings) *string { return &s.Picker }, "fzf", "list")},
		{"dialog", "the program that asks in a window: a pinentry, zenity, kdialog; what the desktop has by default", text(func(s *Settings) *string { return &s.Dialog })},
		{"notify", "tell the desktop when a program waits for you: true, false", yesNo(func(s *Settings) *bool { return &s.Notify })},
		{"browser", "the command that opens a page, with %s for the address or without; the system's own way by default", text(func(s *Settings) *string { return &s.Browser })},
		{"sso_share_token", "leave SSO tokens in ~/.aws/sso/cache, readable, for the AWS CLI and SDKs: true, false", yesNo(func(s *Settings) *bool { return &s.SSOShareToken })},
		{"refresh_before", "how much must be left of a session for it to be served unrenewed: 16m by default, since botocore starts guise for each call below 15; of a session shorter than an hour, a quarter of its life", span(func(s *Settings) *time.Duration { return &s.RefreshBefore })},
		{"wait_for_person", "how long a program's call waits for you, or for another process that asks you: 50s by default, since the Go SDKs give up after 60; 0s asks on this terminal only", span(func(s *Settings) *time.Duration { return &s.WaitForPerson })},
		{"prompt", "template of `guise prompt`", text(func(s *Settings) *string { return &s.Prompt })},
	}
}

func text(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		*field(s) = value
		return nil
	}
}

func yesNo(field func(*Settings) *bool) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		b, err := strconv.ParseBool(value)
		if err != nil {
			return errors.New("must be true or false")
		}
		*field(s) = b
		return nil
	}
}

func oneOf(field func(*Settings) *string, allowed ...string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if !slices.Contains(allowed, value) {
			return fmt.Errorf("must be one of %s", strings.Join(allowed, ", "))
		}
		*field(s) = value
		return nil
	}
}

func span(field func(*Settings) *time.Duration) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return errors.New(`must be a duration such as "10m" or "50s"`)
		}
		*field(s) = d
		return nil
	}
}

func (s *Settings) setWays(value string) error {
	chosen, err := Ways(value)
	if err == nil {
		s.MFA = chosen
	}
	return err
}

// Ways reads a list of ways to get a code, in order, as the setting mfa and a
// profile's guise_mfa write it: names with commas between them.
func Ways(value string) ([]string, error) {
	var chosen []string
	for way := range strings.SplitSeq(value, ",") {
		way = strings.TrimSpace(way)
		if !slices.Contains(ways, way) {
			return nil, fmt.Errorf("%q is no way to get a code: %s", way, strings.Join(ways, ", "))
		}
		chosen = append(chosen, way)
	}
	return chosen, nil
}
