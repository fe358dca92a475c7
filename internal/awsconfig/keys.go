package awsconfig

import (
	"slices"
	"strings"

	"guise/internal/secret"
)

// How access keys are moved out of the SDKs' sight. What is in their place,
// and the marks of the sections that are made for them, are read by release, by
// later versions of guise, and by people. What earlier versions wrote is read too.
const (
	sourceSuffix = ".source"
	inSource     = "moved to the .source section"
	inStore      = "moved to the key store"
	inOldStore   = "moved to the secret store" // as earlier versions wrote it

	keptMark = "# guise moved these keys here; " // the beginning; what follows differs between versions
	madeMark = "# guise made this section; "
	noEOL    = " (the file had no newline at its end)"
	noFile   = " (there was no such file)"
)

// isPlace reports whether a value is not a secret, but says where guise has put it.
func isPlace(value string) bool { return value == inSource || isStored(value) }

func isStored(value string) bool { return value == inStore || value == inOldStore }

// hasKeys reports whether a section has an access key in the SDKs' sight, or half of one.
func (s *section) hasKeys() bool { return s.has(keyID) || s.has(keySecret) }

// moveKeys takes a section's access keys out of the SDKs' sight. Their lines
// stay, with the prefix; in the place of each secret stands where it is.
func moveKeys(from *file, s *section, name string, o AdoptOptions, taken bool) error {
	var id setting
	var secrets []setting
	for _, one := range s.settings() {
		switch one.key {
		case keyID:
			id = one
		case keySecret, keyToken:
			secrets = append(secrets, one)
		}
	}
	if id.value == "" || len(secrets) == 0 {
		return nil
	}
	place := inSource
	if o.KeepKeys && taken {
		return &IrreversibleError{Profile: name} // the place for its keys is somebody's profile
	}
	if !o.KeepKeys {
		place = inStore
		if o.Store == nil {
			return &PlainKeysError{name}
		}
		if slices.ContainsFunc(secrets, func(one setting) bool { return one.key == keyToken }) {
			return &TemporaryKeysError{name}
		}
		if len(secrets) > 1 {
			return &TwiceError{name, keySecret}
		}
		if err := o.Store(name, id.value, secret.New(secrets[0].value)); err != nil {
			return err
		}
	}
	eol := from.parsed().eol()
	moved := []line{{s.lines[id.first].text, eol}}
	for _, one := range secrets {
		before := s.lines[one.first].text
		moved = append(moved, line{before, eol})
		text, ok := one.withValue(before, place)
		if !ok { // over several lines: no key is
			return &IrreversibleError{Profile: name}
		}
		s.setText(one.first, text)
	}
	if o.KeepKeys {
		header, err := headerLine(name+sourceSuffix, from.inCredentials)
		if err != nil {
			return err
		}
		from.appendSection(header, keptMark+"to put them back: "+releaseOf(name), moved)
	}
	return nil
}

// appendSection adds a section at the end. Where there was no file, the mark says so, for
// release to remove it.
func (f *file) appendSection(header, mark string, lines []line) {
	d := f.edited()
	if f.absent && d.lastLine() == nil || strings.HasSuffix(d.sections[len(d.sections)-1].mark(), noFile) {
		mark += noFile
	}
	d.appendSection(header, mark, lines)
}

// appendSection adds a section at the end. Where the file ended without a
// newline, the mark says so, for release to give that back.
func (d *Document) appendSection(header, mark string, lines []line) {
	eol := d.eol()
	end := d.lastLine()
	lastSection := d.sections[len(d.sections)-1]
	if end != nil && end.endIfNot(eol) {
		mark += noEOL
	} else if strings.HasSuffix(lastSection.mark(), noEOL) {
		mark += noEOL
	}
	h, _ := parseHeader(header)
	all := append([]line{{header, eol}, {mark, eol}}, lines...)
	d.sections = append(d.sections, &section{header: h, lines: all})
}

// mark is the comment that a section of guise's own making begins with.
func (s *section) mark() string {
	if len(s.lines) < 2 || s.header.kind == "" {
		return ""
	}
	mark := s.lines[1].text
	if strings.HasPrefix(mark, keptMark) || strings.HasPrefix(mark, madeMark) {
		return mark
	}
	return ""
}

func isKept(s *section) bool { return strings.HasPrefix(s.mark(), keptMark) }
