package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/session"
)

// settings are the user's, from config.toml and from the environment, which wins.
type settings struct {
	Adopt         string        // ask, always, never: `use` on a profile that guise does not manage
	KeyStore      string        // auto, keyring, kernel, file: where the cache's sealing key is kept
	MFA           []string      // ways to get a code, in order
	Picker        string        // fzf, list
	Dialog        string        // the program that asks in a window; empty: what the desktop has
	Notify        bool          // tell the desktop when a program waits
	Browser       string        // the command that opens a page; empty: the system's
	SSOShareToken bool          // leave SSO tokens where the AWS CLI looks for them
	RefreshBefore time.Duration // how much must be left of a session for it to be served unrenewed
	WaitForPerson time.Duration // how long to wait for a code that another process is asking for
	Prompt        string        // template of `guise prompt`

	broken []*settingError // what guise goes on without
}

// setting is one key: how it is read, and what it may be.
type setting struct {
	name  string
	set   func(s *settings, value string) error
	about string
}

func allSettings() []setting {
	return []setting{
		{"adopt", oneOf(func(s *settings) *string { return &s.Adopt }, "ask", "always", "never"), "what `use` does with a profile that guise does not manage: ask, always, never"},
		{"key_store", oneOf(func(s *settings) *string { return &s.KeyStore }, "auto", "keyring", "kernel", "file"), "where the key that seals the cache is kept: auto, keyring, kernel, file"},
		{"mfa", ways, "the ways to get an MFA code, in order: " + strings.Join(mfaWays(), ", ")},
		{"picker", oneOf(func(s *settings) *string { return &s.Picker }, "fzf", "list"), "how profiles are picked: fzf, list"},
		{"dialog", func(s *settings, v string) error { s.Dialog = v; return nil }, "the program that asks in a window: a pinentry, zenity, kdialog; what the desktop has by default"},
		{"notify", yesNo(func(s *settings) *bool { return &s.Notify }), "tell the desktop when a program waits for you: true, false"},
		{"browser", func(s *settings, v string) error { s.Browser = v; return nil }, "the command that opens a page, with %s for the address or without; the system's own way by default"},
		{"sso_share_token", yesNo(func(s *settings) *bool { return &s.SSOShareToken }), "leave SSO tokens in ~/.aws/sso/cache, readable, for the AWS CLI and SDKs: true, false"},
		{"refresh_before", span(func(s *settings) *time.Duration { return &s.RefreshBefore }), "how much must be left of a session for it to be served unrenewed: 16m by default, since botocore starts guise for each call below 15; of a session shorter than an hour, a quarter of its life"},
		{"wait_for_person", span(func(s *settings) *time.Duration { return &s.WaitForPerson }), "how long a program's call waits for you, or for another process that asks you: 50s by default, since the Go SDKs give up after 60; 0s asks on this terminal only"},
		{"prompt", func(s *settings, v string) error { s.Prompt = v; return nil }, "template of `guise prompt`"},
	}
}

func defaultSettings() settings {
	return settings{
		Adopt: "ask", KeyStore: "auto", MFA: mfaWays(), Picker: "fzf", Notify: true,
		RefreshBefore: session.DefaultRefreshBefore, WaitForPerson: sdkPatience, Prompt: "{profile} {left}",
	}
}

func yesNo(field func(*settings) *bool) func(*settings, string) error {
	return func(s *settings, value string) error {
		b, err := strconv.ParseBool(value)
		if err != nil {
			return errors.New("must be true or false")
		}
		*field(s) = b
		return nil
	}
}

func oneOf(field func(*settings) *string, allowed ...string) func(*settings, string) error {
	return func(s *settings, value string) error {
		if !slices.Contains(allowed, value) {
			return fmt.Errorf("must be one of %s", strings.Join(allowed, ", "))
		}
		*field(s) = value
		return nil
	}
}

func span(field func(*settings) *time.Duration) func(*settings, string) error {
	return func(s *settings, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return errors.New(`must be a duration such as "10m" or "50s"`)
		}
		*field(s) = d
		return nil
	}
}

// The ways to get a code. The first three need nobody.
const (
	wayCommand  = "command"
	wayTOTP     = "totp"
	wayYubiKey  = "yubikey"
	wayTerminal = "terminal"
	wayDialog   = "dialog"
)

// mfaWays are all ways, in the order that they are tried in.
func mfaWays() []string { return []string{wayCommand, wayTOTP, wayYubiKey, wayTerminal, wayDialog} }

func ways(s *settings, value string) error {
	var chosen []string
	for way := range strings.SplitSeq(value, ",") {
		way = strings.TrimSpace(way)
		if !slices.Contains(mfaWays(), way) {
			return fmt.Errorf("%q is no way to get a code: %s", way, strings.Join(mfaWays(), ", "))
		}
		chosen = append(chosen, way)
	}
	s.MFA = chosen
	return nil
}
