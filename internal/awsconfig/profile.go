package awsconfig

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// A Profile is what the two files say of a name. It prints as that name, never
// as its values.
type Profile struct {
	Name     string
	settings []placed // the later ones win
	has      uint64   // the keys that there may be: see keyBit
	owns     bool     // settings of guise's own are among them, beside those that it hides
	foreign  bool     // other tools have hidden settings in it
	fault    *fault   // the first line of its sections that is at fault; nil: none

	includes string    // what include_profile says
	included []Profile // whose settings are part of the definition where it has none; the first wins
}

// placed is a setting and where it stands.
type placed struct {
	*setting
	file    *file
	section *section
}

func (p Profile) String() string               { return p.Name }
func (p Profile) GoString() string             { return p.Name }
func (p Profile) LogValue() slog.Value         { return slog.StringValue(p.Name) }
func (p Profile) Format(s fmt.State, _ rune)   { _, _ = s.Write([]byte(p.Name)) }
func (p Profile) MarshalText() ([]byte, error) { return []byte(p.Name), nil }

// take adds a section's settings. What comes later wins: in a file, as in the
// Go SDK, and of the credentials file over the config file, as in all.
func (p *Profile) take(f *file, s *section) {
	settings := s.settings()
	p.settings = slices.Grow(p.settings, len(settings))
	for i := range settings {
		one := &settings[i]
		p.settings = append(p.settings, placed{one, f, s})
		p.has |= keyBit(one.key) | keyBit(bare(one.key))
		if one.key == Include {
			p.includes = one.value
		}
		p.owns = p.owns || strings.HasPrefix(one.key, own) && !one.isHidden()
		p.foreign = p.foreign || strings.HasPrefix(one.key, "granted_") || strings.HasPrefix(one.key, "vegas_")
	}
	if p.fault != nil {
		return
	}
	for i, why := range s.faults(settings) {
		p.fault = &fault{placed{&setting{first: i}, f, s}, why}
		return
	}
}

// bare is a key without the prefix by which guise or another tool hides it.
func bare(key string) string {
	for _, prefix := range []string{own, "granted_", "vegas_"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			return rest
		}
	}
	return key
}

// keyBit stands for a key, and for some others: most of what a profile is asked for it does
// not have, and that is seen without a look through its settings.
func keyBit(key string) uint64 {
	if key == "" {
		return 1
	}
	return 1 << ((uint(len(key)) + 5*uint(key[0])) % 64)
}

// at returns the setting of a key, which is a prefix and a name. A profile has
// few settings, and most profiles of a file are asked for two or three of them:
// looking through is faster than any index.
func (p *Profile) at(prefix, name string) (*placed, bool) {
	for i := len(p.settings) - 1; i >= 0; i-- {
		key := p.settings[i].key
		if len(key) == len(prefix)+len(name) && key[len(prefix):] == name && key[:len(prefix)] == prefix {
			return &p.settings[i], true
		}
	}
	return nil, false
}

// value returns the value of a key as it stands; empty where there is none.
func (p *Profile) value(prefix, name string) string {
	if s, ok := p.at(prefix, name); ok {
		return s.value
	}
	return ""
}

// own is the prefix of guise's own keys, and of those that adoption hides.
const own = "guise_"

// hiddenKeys are those that adoption hides, since SDKs prefer each to a
// credential_process.
var hiddenKeys = []string{
	"role_arn", "source_profile", "credential_source", "web_identity_token_file", "sso_session",
	"sso_start_url", "sso_region", "sso_account_id", "sso_role_name", "login_session", keyCommand,
	keyID, keySecret, keyToken,
}

const (
	keyCommand = "credential_process"
	keyID      = "aws_access_key_id"
	keySecret  = "aws_secret_access_key"
	keyToken   = "aws_session_token"
)

// Get returns a setting of the definition, hidden by adoption or not, and in the
// last place as other tools hide it (granted_, vegas_) or as another profile has it that
// this one includes. What stands visible wins, since SDKs go by it. The credential_process by which guise manages it is no part
// of the definition. Secrets are not given: they have methods of their own.
func (p Profile) Get(key string) string {
	switch key {
	case keySecret, keyToken:
		return ""
	case keyID:
		return p.AccessKeyID()
	}
	return p.get(key)
}

func (p *Profile) get(key string) string {
	if value := p.alone(key); value != "" {
		return value
	}
	return p.fromIncluded(key)
}

// alone is a setting of the profile's own sections.
func (p *Profile) alone(key string) string {
	if p.has&keyBit(key) == 0 {
		return ""
	}
	visible, hidden := p.twice(key)
	switch {
	case visible != "" && !(key == keyCommand && p.isOwn(visible)):
		return visible
	case hidden != "":
		return hidden
	case !p.foreign:
		return ""
	}
	return cmp.Or(p.value("granted_", key), p.value("vegas_", key))
}

// twice is a setting as it stands, and as guise hides it: both by one look through all.
func (p *Profile) twice(key string) (visible, hidden string) {
	seen, hiddenSeen := false, false
	for i := len(p.settings) - 1; i >= 0; i-- {
		switch s := p.settings[i].setting; {
		case len(s.key) == len(key):
			if !seen && s.key == key {
				visible, seen = s.value, true
			}
		case len(s.key) == len(own)+len(key) && !hiddenSeen && s.key[len(own):] == key && s.key[:len(own)] == own:
			hidden, hiddenSeen = s.value, true
		}
	}
	return visible, hidden
}

// Own returns a key of guise's own, such as guise_mfa_command for "mfa_command".
func (p Profile) Own(key string) string {
	if !p.owns {
		return ""
	}
	value := p.value(own, key)
	if value != "" && slices.Contains(hiddenKeys, key) {
		return ""
	}
	return value
}

// Nested returns the settings below a key: "s3 =" with indented lines.
func (p Profile) Nested(key string) map[string]string {
	if s, ok := p.at("", key); ok {
		return s.nested
	}
	return nil
}

// NestedKeys returns the keys that have settings below them, in the order of the file.
func (p Profile) NestedKeys() []string {
	var keys []string
	for _, s := range p.settings {
		if s.nested != nil && !slices.Contains(keys, s.key) {
			keys = append(keys, s.key)
		}
	}
	return keys
}

// Command is the visible credential_process, as it stands.
func (p Profile) Command() string { return p.value("", keyCommand) }

// Managed reports whether guise manages the profile: its credential_process runs
// guise for it.
func (p Profile) Managed() bool { return p.isOwn(p.Command()) }

func (p *Profile) isOwn(command string) bool {
	hidden := func(s placed) bool { return s.isHidden() }
	return isGuise(command) && isOwn(command, p.Name, slices.ContainsFunc(p.settings, hidden))
}

// HasHidden reports whether some of the definition is hidden from SDKs, by guise or by
// another tool.
func (p Profile) HasHidden() bool {
	for _, s := range p.settings {
		for _, prefix := range []string{own, "granted_", "vegas_"} {
			if key, ok := strings.CutPrefix(s.key, prefix); ok && slices.Contains(hiddenKeys, key) {
				return true
			}
		}
	}
	return false
}

// HasForeign reports whether another tool keeps some of the definition under a prefix
// of its own.
func (p Profile) HasForeign() bool { return p.foreign }

// Visible returns the keys that SDKs prefer to the profile's credential_process.
func (p Profile) Visible() []string {
	var keys []string
	for _, key := range hiddenKeys {
		if s, ok := p.at("", key); ok && s.value != "" && key != keyCommand {
			keys = append(keys, key)
		}
	}
	return keys
}

// Where returns the file and line of a setting, hidden or not; nothing where the
// profile does not have it.
func (p Profile) Where(key string) (path string, number int) {
	for _, prefix := range []string{"", own} {
		s, ok := p.at(prefix, key)
		if !ok || s.file == nil {
			continue
		}
		return s.position()
	}
	for _, from := range p.included {
		if path, number = from.Where(key); path != "" {
			return path, number
		}
	}
	return "", 0
}

// position is the setting's file and line.
func (p placed) position() (path string, number int) {
	data := p.file.was.data
	header := bytes.Count(data[:min(p.section.offset, len(data))], []byte("\n")) + 1
	return p.file.path, header + p.first
}
