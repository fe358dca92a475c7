package awsconfig

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guise/internal/secret"
)

// Exported are temporary credentials that are in the credentials file, for tools
// that read nothing else.
type Exported struct {
	AccessKeyID                   string
	SecretAccessKey, SessionToken secret.Text
	Expires                       time.Time
	Region                        string // empty: none is written
}

// exportMark begins a section that Export wrote. Other tools mark theirs in their
// own way, and people not at all: those sections are left to them.
const exportMark = "# guise wrote this session; `guise export` renews it"

// A TakenError is a profile that Export did not write, or whom another one takes for
// its source.
type TakenError struct {
	Profile, Path string
	SourceOf      string // a profile whose source_profile it is
}

func (e *TakenError) Error() string {
	if e.SourceOf != "" {
		return fmt.Sprintf("%s is the source_profile of %s", e.Profile, e.SourceOf)
	}
	return fmt.Sprintf("there is a profile %s in %s that guise export did not write", e.Profile, e.Path)
}

// Export writes credentials to a section of the credentials file, in memory, in the
// place of those that it wrote there before. A profile of the config file that has an
// identity of its own is not given another: keys of the credentials file would win
// over it. Its errors are *TakenError, *NameError and *ValueError.
func (f *Files) Export(name string, e Exported) error {
	d := f.credentials.edited()
	b := e.section(name, d.eol(), exportMark)
	if b.err != nil {
		return b.err
	}
	for _, s := range f.config.find(name) {
		if s.hasIdentity("") {
			return &TakenError{Profile: name, Path: f.config.path}
		}
	}
	for _, s := range d.sections {
		if !s.header.isProfile(name, true) {
			continue
		}
		if !s.isExported() {
			return &TakenError{Profile: name, Path: f.credentials.path}
		}
		s.splice(0, len(s.lines)-len(s.blankEnd()), b.lines...)
		return nil
	}
	for _, p := range f.all() {
		if p.Get("source_profile") == name {
			return &TakenError{Profile: name, SourceOf: p.Name}
		}
	}
	d.add(b.lines)
	return nil
}

// INI returns credentials as a section of a credentials file. Its errors are *NameError
// and *ValueError.
func (e Exported) INI(name string) (string, error) {
	b := e.section(name, "\n")
	text := ""
	for _, l := range b.lines {
		text += l.text + l.eol
	}
	return text, b.err
}

// section writes that section, with comments below its header.
func (e Exported) section(name, eol string, comments ...string) builder {
	b := builder{eol: eol}
	b.header(name, true)
	for _, comment := range comments {
		b.line(comment)
	}
	b.set(keyID, e.AccessKeyID)
	b.set(keySecret, e.SecretAccessKey.Reveal())
	if !e.SessionToken.Empty() {
		b.set(keyToken, e.SessionToken.Reveal())
	}
	if e.Region != "" {
		b.set("region", e.Region)
	}
	if !e.Expires.IsZero() {
		b.set("guise_expires", e.Expires.UTC().Format(time.RFC3339))
	}
	return b
}

// hasIdentity reports whether a section says who its profile is, in the SDKs' settings,
// hidden or not, or in guise's own; and not just where and how. The line that runs guise for
// the profile of the name except does not count.
func (s *section) hasIdentity(except string) bool {
	for _, one := range s.settings() {
		if one.value == "" || one.key == keyCommand && isOwn(one.value, except, false) {
			continue
		}
		key := one.key
		for _, prefix := range []string{own, "granted_", "vegas_"} {
			key = strings.TrimPrefix(key, prefix)
		}
		if slices.Contains(hiddenKeys, key) || key == "saml_url" || key == "saml_command" {
			return true
		}
	}
	return false
}

// blankEnd returns the empty lines and comments that a section ends with: they stand
// before the next one, and belong to it.
func (s *section) blankEnd() []line {
	at := len(s.lines)
	for at > 1 {
		trimmed := strings.TrimSpace(s.lines[at-1].text)
		if trimmed != "" && !isComment(trimmed) || s.lines[at-1].text == exportMark {
			break
		}
		at--
	}
	return s.lines[at:]
}

// IsExport reports whether the profile is a session that [Files.Export] wrote.
func (p Profile) IsExport() bool { return p.Own("expires") != "" }

// Exports returns the names of the profiles that hold such a session.
func (f *Files) Exports() (names []string) {
	for _, p := range f.all() {
		if p.IsExport() && !p.SecretAccessKey().Empty() {
			names = append(names, p.Name)
		}
	}
	return names
}
