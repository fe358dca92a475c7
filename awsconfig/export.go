package awsconfig

import (
	"fmt"
	"strings"
	"time"

	"guise/internal/secret"
)

// Exported are temporary credentials that stand in the credentials file, for tools
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

// A TakenError is a section that guise did not write.
type TakenError struct{ Profile, Path string }

func (e *TakenError) Error() string {
	return fmt.Sprintf("there is a profile %s in %s that guise did not write", e.Profile, e.Path)
}

// Export writes credentials to a section of the credentials file, in memory, in the
// place of those that it wrote there before. Its errors are *TakenError, *NameError
// and *ValueError.
func (f *Files) Export(name string, e Exported) error {
	d := f.credentials.parsed()
	b := builder{eol: d.eol()}
	b.header(name, true)
	b.line(exportMark)
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
	if b.err != nil {
		return b.err
	}
	for _, s := range d.sections {
		if !s.header.isProfile(name, true) {
			continue
		}
		if !s.isExported() {
			return &TakenError{name, f.credentials.path}
		}
		s.lines = append(b.lines, s.blankEnd()...)
		return nil
	}
	d.add(b.lines)
	return nil
}

// blankEnd gives the empty lines and comments that a section ends with: they stand
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
