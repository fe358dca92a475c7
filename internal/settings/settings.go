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

	"guise/internal/guard"
	"guise/session"
)

// Settings are the user's.
type Settings struct {
	Adopt           string        // ask, always, never: `use` on a profile that guise does not manage
	CacheKey        string        // auto, keyring, kernel, file: where the key that seals the cache is kept
	AccessKeys      string        // keyring, vault: where new access keys go; empty: the keyring, where there is one
	MFA             []string      // ways to get a code, in order
	Picker          string        // fzf, list
	Dialog          string        // the program that asks in a window; empty: what the desktop has
	Notify          bool          // tell the desktop when a program waits, or a session ends soon
	Browser         string        // the command that opens a page; empty: the system's
	ConsoleBrowser  string        // the same for pages of the console; empty: Browser
	SignIn          string        // browser, device, paste: how you sign in; empty: as guise finds you
	RedirectPort    int           // the port on 127.0.0.1 that a sign-in comes back to; 0: any
	SSOShareToken   bool          // leave SSO tokens where the AWS CLI looks for them
	SSOSyncReminder time.Duration // how old a sync of an SSO session may be; 0: however old
	RefreshBefore   time.Duration // how much must be left of a session for it to be served unrenewed
	WaitForPerson   time.Duration // how long a program's call waits for you, or for another process that asks you
	ExportRegion    bool          // `use` sets the region variables to the profile's region
	TerminalTitle   bool          // the profile in the terminal's title, its colour on the tab
	PromptFormat    string        // template of `guise prompt`
	SessionName     string        // template of a role session's name: see session.NameFields
	SourceIdentity  string        // the same of its source identity; empty: none
	Log             string        // off, asked, all: see package accesslog; [Settings.LogLevel] is what holds

	Guard guard.Rules // of the tables [guard] and [guard.profiles]

	Broken  []*Error // what guise goes on without
	Renamed []*Error // what is read under a name that it had once

	origins map[string]Origin // of what is set, by name
}

// The settings that protect something: see [Settings.Sure].
const (
	CacheKey   = "cache_key"
	AccessKeys = "access_keys"
	MFA        = "mfa"
	Log        = "log"
)

// logLevels are what the setting log may be, each with more in the log than the one before.
var logLevels = []string{"off", "asked", "all"}

// LogLevel is the setting log; where nobody can tell what it was to be, all of it.
func (s Settings) LogLevel() string {
	for _, e := range s.Broken {
		if slices.Contains(e.Of, Log) && !errors.As(e, new(*lowerError)) {
			return logLevels[len(logLevels)-1]
		}
	}
	return s.Log
}

// A lowerError is a variable that would have less logged than the file, or nobody, says: a
// program that sets its own environment could go unseen.
type lowerError struct{ holds string }

func (e *lowerError) Error() string {
	return "the variable can only make the log more: log = " + e.holds + " holds"
}

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
		Adopt: "ask", CacheKey: "auto", MFA: slices.Clone(ways), Picker: "fzf", Notify: true,
		RefreshBefore: session.DefaultRefreshBefore, WaitForPerson: DefaultWait, PromptFormat: "{profile} {left}",
		SSOSyncReminder: 7 * day, Log: "asked", SessionName: "guise-{user}",
	}
}

// A Setting is a row of the table: one key of config.toml.
type Setting struct {
	Name  string
	About string // what it is and what it may be, in a line
	Was   string // the name that it had once: still read; empty where it had no other

	is value
}

// A value is a setting's place in Settings: how it is read from a text, and written as one.
type value struct {
	set    func(s *Settings, text string) error
	get    func(s *Settings) string
	number bool // TOML writes it without quotes
}

// Variable is the setting's name in the environment.
func (s Setting) Variable() string { return variableOf(s.Name) }

func variableOf(name string) string { return prefix + strings.ToUpper(name) }

const prefix = "GUISE_"

// All is the table.
func All() []Setting {
	return []Setting{
		{"adopt", "what `use` does with a profile that guise does not manage: ask, always, never", "", oneOf(func(s *Settings) *string { return &s.Adopt }, "ask", "always", "never")},
		{CacheKey, "where the key that encrypts the cache is kept: auto, keyring, kernel, file", "key_store", oneOf(func(s *Settings) *string { return &s.CacheKey }, "auto", "keyring", "kernel", "file")},
		{AccessKeys, "where new access keys go: keyring, vault; by default the OS keyring, and the vault where none answers", "", oneOf(func(s *Settings) *string { return &s.AccessKeys }, "keyring", "vault")},
		{MFA, "the ways to get an MFA code, in order: " + strings.Join(ways, ", "), "", value{set: (*Settings).setWays, get: func(s *Settings) string { return strings.Join(s.MFA, ",") }}},
		{"picker", "how profiles are picked: fzf, list", "", oneOf(func(s *Settings) *string { return &s.Picker }, "fzf", "list")},
		{"dialog", "the program that shows dialogs: a pinentry, zenity, kdialog; by default what the desktop has", "", text(func(s *Settings) *string { return &s.Dialog })},
		{"notify", "tell the desktop when a program waits for you, and before an SSO session ends: true, false", "", yesNo(func(s *Settings) *bool { return &s.Notify })},
		{"browser", "the browser: chrome, firefox …, one with a profile (chrome:Work), or a command, in which {url} (or %s) stands for the address and {profile} for the profile; by default the system's own", "", text(func(s *Settings) *string { return &s.Browser })},
		{"console_browser", "the browser for the console, where it is another one; also firefox-containers, chrome-profiles and the like", "", text(func(s *Settings) *string { return &s.ConsoleBrowser })},
		{"sign_in", "how you sign in: browser (on this machine, or by a forwarded port), device (any, with a code), paste (any browser; you paste the address at which it ends); by default the browser, and device where none can be opened", "", oneOf(func(s *Settings) *string { return &s.SignIn }, "browser", "device", "paste")},
		{"redirect_port", "the port on 127.0.0.1 that a sign-in in the browser comes back to, 1024 to 65535, to be forwarded from the machine with the browser (ssh -L); by default any free one", "", port(func(s *Settings) *int { return &s.RedirectPort })},
		{"sso_share_token", "keep SSO tokens unencrypted in ~/.aws/sso/cache, for the AWS CLI and SDKs: true, false", "", yesNo(func(s *Settings) *bool { return &s.SSOShareToken })},
		{"sso_sync_reminder", "remind you once a day to run `guise sso sync` when that was longer ago: 7d by default; off: never", "", age(func(s *Settings) *time.Duration { return &s.SSOSyncReminder })},
		{"refresh_before", "renew a session when less than this is left: 16m by default, since botocore starts guise for each call below 15; of a session shorter than an hour, a quarter of its life", "", span(func(s *Settings) *time.Duration { return &s.RefreshBefore })},
		{"wait_for_person", "how long a program's call waits for you, or for another process that asks you: 50s by default, since the Go SDKs give up after 60; 0s asks on this terminal only", "", span(func(s *Settings) *time.Duration { return &s.WaitForPerson })},
		{"export_region", "`use` exports the profile's region too: true, false; programs then use that region for every profile", "", yesNo(func(s *Settings) *bool { return &s.ExportRegion })},
		{"session_name", "template of the names of role sessions, where a profile has no role_session_name: guise-{user} by default, with {" + strings.Join(session.NameFields(), "}, {") + "}; CloudTrail has the name", "", named(func(s *Settings) *string { return &s.SessionName })},
		{"source_identity", "the same of the source identity of roles, where a profile has none; by default there is none, and roles must allow sts:SetSourceIdentity", "", named(func(s *Settings) *string { return &s.SourceIdentity })},
		{Log, "which requests for credentials `guise log` has: off (none), asked (those that were not answered from the cache), all; the variable can only make it more", "", oneOf(func(s *Settings) *string { return &s.Log }, logLevels...)},
		{"terminal_title", "show the profile in the terminal's title, and its colour on the tab where the terminal can: true, false", "", yesNo(func(s *Settings) *bool { return &s.TerminalTitle })},
		{"prompt_format", "template of `guise prompt`, with {" + strings.Join(PromptFields(), "}, {") + "}", "prompt", template(func(s *Settings) *string { return &s.PromptFormat })},
	}
}

func text(field func(*Settings) *string) value {
	return value{
		set: func(s *Settings, text string) error {
			*field(s) = text
			return nil
		},
		get: func(s *Settings) string { return *field(s) },
	}
}

func port(field func(*Settings) *int) value {
	return value{
		set: func(s *Settings, text string) error {
			n, err := strconv.ParseUint(text, 10, 16)
			if err != nil || n < 1024 { // below, the port is root's
				return errors.New("must be a port from 1024 to 65535")
			}
			*field(s) = int(n)
			return nil
		},
		get: func(s *Settings) string {
			if *field(s) == 0 {
				return ""
			}
			return strconv.Itoa(*field(s))
		},
		number: true,
	}
}

func yesNo(field func(*Settings) *bool) value {
	return value{
		set: func(s *Settings, text string) error {
			b, err := strconv.ParseBool(text)
			if err != nil {
				return errors.New("must be true or false")
			}
			*field(s) = b
			return nil
		},
		get: func(s *Settings) string { return strconv.FormatBool(*field(s)) },
	}
}

func oneOf(field func(*Settings) *string, allowed ...string) value {
	is := text(field)
	return value{set: func(s *Settings, text string) error {
		if !slices.Contains(allowed, text) {
			return fmt.Errorf("must be one of %s", strings.Join(allowed, ", "))
		}
		return is.set(s, text)
	}, get: is.get}
}

func span(field func(*Settings) *time.Duration) value {
	return value{
		set: func(s *Settings, text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d < 0 {
				return errors.New(`must be a duration such as "10m" or "50s"`)
			}
			*field(s) = d
			return nil
		},
		get: func(s *Settings) string { return short(*field(s)) },
	}
}

const day = 24 * time.Hour

// age is a span that may be in days, or off.
func age(field func(*Settings) *time.Duration) value {
	is := span(field)
	return value{
		set: func(s *Settings, text string) error {
			if text == "off" || text == "0" {
				*field(s) = 0
				return nil
			}
			if days, ok := strings.CutSuffix(text, "d"); ok {
				n, err := strconv.Atoi(days)
				if err != nil || n < 0 || n > 10000 {
					return errors.New(`must be a duration such as "7d" or "12h", or off`)
				}
				*field(s) = time.Duration(n) * day
				return nil
			}
			if is.set(s, text) != nil {
				return errors.New(`must be a duration such as "7d" or "12h", or off`)
			}
			return nil
		},
		get: func(s *Settings) string {
			switch d := *field(s); {
			case d == 0:
				return "off"
			case d%day == 0:
				return strconv.Itoa(int(d/day)) + "d"
			}
			return is.get(s)
		},
	}
}

// short writes a duration as it is set: 16m, and not 16m0s.
func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
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
