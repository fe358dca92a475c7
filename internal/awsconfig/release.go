package awsconfig

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/secret"
)

// ReleaseOptions say how Release goes about it.
type ReleaseOptions struct {
	// Fetch returns the secret that AdoptOptions.Store put away.
	Fetch func(profile, accessKeyID string) (secret.Text, error)
}

// Release is the exact reverse of Adopt, in memory. On an error nothing is
// changed; its errors are *NoProfileError, *SourceInUseError, *ReferredError and those of
// Fetch. A profile that guise has derived of another one ([Files.Derive]) is removed; those
// that are derived of one that is released stay: see [Files.Derived].
func (f *Files) Release(names []string, o ReleaseOptions) error {
	if err := errors.Join(f.sourcesUnused(names), f.referred(names)); err != nil {
		return err
	}
	before := f.State()
	of := f.index()
	for _, name := range names {
		if err := f.releaseOne(name, of, o); err != nil {
			f.Set(before)
			return &ProfileError{name, err}
		}
	}
	return nil
}

// A SourceInUseError is that another profile has come to use the section that a profile's
// keys were moved to: it would be left without credentials.
type SourceInUseError struct{ Section, By, Profile string }

func (e *SourceInUseError) Error() string {
	return "the section [" + e.Section + "] of its keys is the source_profile of " + e.By + ": write source_profile = " + e.Profile + " there first"
}

// sourcesUnused returns a *SourceInUseError of the first profile whose section of keys is
// another's source.
func (f *Files) sourcesUnused(names []string) error {
	if !f.namesKept() {
		return nil // as almost always, and quicker to see
	}
	by := map[string]string{}
	for _, p := range f.all() {
		if source := p.Get("source_profile"); strings.HasSuffix(source, sourceSuffix) {
			by[strings.TrimSuffix(source, sourceSuffix)] = p.Name
		}
	}
	for _, name := range names {
		if user, used := by[name]; used {
			if p, err := f.Profile(name); err == nil && p.KeysIn() == KeysInSource {
				return &ProfileError{name, &SourceInUseError{name + sourceSuffix, user, name}}
			}
		}
	}
	return nil
}

// namesKept reports whether some setting may be the name of a section of keys.
func (f *Files) namesKept() bool {
	for _, one := range f.both() {
		for _, s := range one.parsed().sections {
			if slices.ContainsFunc(s.settings(), func(one setting) bool { return strings.HasSuffix(one.value, sourceSuffix) }) {
				return true
			}
		}
	}
	return false
}

func (f *Files) releaseOne(name string, of index, o ReleaseOptions) error {
	all := of.of(name)
	if len(all) == 0 {
		return &NoProfileError{Name: name}
	}
	hidden := hides(all...)
	managed := func(s *section) bool { _, ok := s.ownCommand(name, hidden); return ok }
	derived := func(s *section) bool { return s.isDerived("") }
	if !slices.ContainsFunc(all, managed) && !slices.ContainsFunc(all, derived) {
		return nil
	}
	for i, one := range f.both() {
		for _, s := range of[i][name] {
			if err := one.releaseSection(s, name, hidden, of[i], o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *file) releaseSection(s *section, name string, hidden bool, index map[string][]*section, o ReleaseOptions) error {
	if s.isDerived("") {
		f.document.remove(s)
		return nil
	}
	made := strings.HasPrefix(s.mark(), madeMark)
	if s.removeCommand(name, hidden); made {
		if len(s.lines) == 2+len(s.nextOnes()) {
			f.document.remove(s)
			return nil
		}
		s.splice(1, 2) // somebody has added to it: theirs stays
	}
	if err := f.giveKeysBack(s, name, index, o); err != nil {
		return err
	}
	for _, one := range s.settings() {
		if one.isHidden() {
			text := s.lines[one.first].text
			s.setText(one.first, text[:one.keyAt]+text[one.keyAt+len(own):])
		}
	}
	return nil
}

// removeCommand takes out the line by which guise manages the profile.
func (s *section) removeCommand(profile string, hidden bool) {
	one, ok := s.ownCommand(profile, hidden)
	if !ok {
		return
	}
	if s.lines[one.first].eol == "" {
		s.setEnd(one.first-1, "")
	}
	read := s.read
	s.splice(one.first, one.first+1)
	if one.first == one.last {
		s.read = withoutLine(read, one.first)
	}
}

// withoutLine are settings after one that was a line of its own is gone: what is indented
// below the one before it still is, and what stood beside it still does.
func withoutLine(read []setting, line int) []setting {
	left := make([]setting, 0, len(read))
	for _, one := range read {
		if one.first == line {
			continue
		}
		if one.first > line {
			one.first, one.last = one.first-1, one.last-1
		}
		left = append(left, one)
	}
	return left
}

// giveKeysBack puts each secret back in its place.
func (f *file) giveKeysBack(s *section, name string, index map[string][]*section, o ReleaseOptions) error {
	var kept *section
	for _, candidate := range index[name+sourceSuffix] {
		if isKept(candidate) {
			kept = candidate
			break
		}
	}
	for _, one := range s.settings() {
		switch one.value {
		case inSource:
			original, ok := kept.lineOf(strings.TrimPrefix(one.key, own))
			if !ok {
				return errors.New("the section [" + name + sourceSuffix + "] that its keys were moved to is gone")
			}
			s.setText(one.first, original[:one.keyAt]+own+original[one.keyAt:])
		case inStore, inOldStore:
			id := s.value(own + keyID)
			if o.Fetch == nil {
				return fmt.Errorf("the secret of %s is in the key store", id)
			}
			key, err := o.Fetch(name, id)
			if err != nil {
				return err
			}
			if _, err := settingLine(keySecret, key.Reveal()); err != nil {
				return err
			}
			s.setText(one.first, strings.Replace(s.lines[one.first].text, one.value, key.Reveal(), 1))
		}
	}
	if kept != nil {
		if kept.others() {
			return errors.New("there is more than the keys in the section [" + name + sourceSuffix + "]: move that elsewhere first")
		}
		f.document.remove(kept)
		index[name+sourceSuffix] = slices.DeleteFunc(index[name+sourceSuffix], func(x *section) bool { return x == kept })
	}
	return nil
}

// value returns the value of a key: of several, the last one counts, as in [Profile].
func (s *section) value(key string) (last string) {
	for _, one := range s.settings() {
		if one.key == key {
			last = one.value
		}
	}
	return last
}

// others reports whether a section of kept keys has had something added to it.
func (s *section) others() bool {
	for i, l := range s.lines[2 : len(s.lines)-len(s.nextOnes())] {
		key, _, _ := strings.Cut(strings.TrimSpace(l.text), "=")
		key = strings.ToLower(strings.TrimRight(key, " \t"))
		if sep := strings.IndexByte(key, ':'); sep > 0 {
			key = strings.TrimRight(key[:sep], " \t")
		}
		if i > 2 || key != keyID && key != keySecret && key != keyToken {
			return true
		}
	}
	return false
}

// lineOf returns the line of a setting. A nil section has none.
func (s *section) lineOf(key string) (string, bool) {
	if s == nil {
		return "", false
	}
	for _, one := range s.settings() {
		if one.key == key {
			return s.lines[one.first].text, true
		}
	}
	return "", false
}

// nextOnes are the empty lines and comments behind what guise has written into a
// section of its own making: whoever added a section after it has put them there.
func (s *section) nextOnes() []line {
	end := s.blankEnd()
	return end[max(0, 2-(len(s.lines)-len(end))):] // its header and mark are guise's
}

// remove takes out a section of guise's own making; what belongs to the next one
// stays. Where that was the last and
// the file had no newline at its end before, it has none again.
func (d *Document) remove(s *section) {
	last := d.sections[len(d.sections)-1] == s
	hadNone := strings.HasSuffix(s.mark(), noEOL)
	if at := slices.Index(d.sections, s); at > 0 {
		before := d.sections[at-1]
		before.splice(len(before.lines), len(before.lines), s.nextOnes()...)
	}
	d.sections = slices.DeleteFunc(d.sections, func(x *section) bool { return x == s })
	if !last || !hadNone {
		return
	}
	if end := d.lastLine(); end != nil && !strings.HasSuffix(d.sections[len(d.sections)-1].mark(), noEOL) {
		end.setEnd(len(end.lines)-1, "")
	}
}
