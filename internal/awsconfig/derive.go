package awsconfig

import (
	"slices"
	"strings"
)

// A derived profile is another one, narrowed, which guise has written into a section of its
// own making: with a mark, as that of an adopted profile without a section in the config
// file. guise_of says which profile it is of.

// keyOf says of which profile a profile is a narrower form.
const keyOf = own + "of"

// Derive writes a profile, in memory, that is another one with settings of its own: guise_of
// first, then what SDKs go by of the other profile ([Profile.Shared]), and the line that
// runs guise. Where the section is there already, and guise's, what is stale of it is
// updated, and what somebody has added stays. Its errors are *NoProfileError,
// *DerivedError, *PathError, *NameError and *ValueError.
func (f *Files) Derive(name, from, executable string, settings ...Setting) error {
	p, err := f.Profile(from)
	if err != nil {
		return err
	}
	command, err := Command(executable, name)
	if err != nil {
		return err
	}
	sections := slices.Concat(f.config.edited().sectionsOf(name, false), f.credentials.parsed().sectionsOf(name, true))
	if len(sections) > 1 || len(sections) == 1 && !sections[0].isDerived(from) {
		return &DerivedError{Profile: name, Of: from}
	}
	b := builder{eol: f.config.parsed().eol()}
	b.header(name, false)
	b.lines = nil // appendSection makes the header's line
	b.set(keyOf, from)
	wanted := []string{keyOf, keyCommand}
	for _, one := range settings {
		b.set(one.Key, one.Value)
		wanted = append(wanted, one.Key)
	}
	for _, one := range p.settings {
		if last, _ := p.at("", one.key); last.setting == one.setting && isShared(one.key) {
			for i, l := range one.section.lines[one.first : one.last+1] {
				if i == 0 {
					l.text = strings.TrimSpace(l.text)
				}
				b.line(l.text)
			}
			wanted = append(wanted, one.key)
		}
	}
	b.set(keyCommand, command)
	if b.err != nil {
		return b.err
	}
	if len(sections) == 1 {
		return sections[0].derive(b.lines, wanted)
	}
	header, err := headerLine(name, false)
	if err != nil {
		return err
	}
	f.config.edited().appendSection(header, madeMark+"to remove it: "+releaseOf(name), b.lines)
	return nil
}

// derive brings the section of a derived profile up to date: the lines of guise, the last of
// which runs it, then those of others. What stands before that one and is not wanted any more
// was of the other profile, and goes; comments stay.
func (s *section) derive(lines []line, wanted []string) error {
	end := s.blankEnd()
	others := map[int]bool{}
	for i := 2; i < len(s.lines)-len(end); i++ {
		others[i] = true
	}
	all := s.settings()
	command := slices.IndexFunc(all, func(one setting) bool { return one.key == keyCommand })
	for at, one := range all {
		gone := at < command && isShared(one.key) // from the profile that it is of
		if gone || slices.Contains(wanted, one.key) {
			for i := one.first; i <= one.last; i++ {
				others[i] = false
			}
		}
	}
	now := slices.Clone(lines)
	for i := 2; i < len(s.lines)-len(end); i++ {
		if others[i] {
			now = append(now, s.lines[i])
		}
	}
	last := len(s.lines) - len(end)
	now[len(now)-1].eol = s.lines[last-1].eol // it may be the file's last
	if !slices.Equal(now, s.lines[2:last]) {
		s.splice(2, last, now...)
	}
	return nil
}

// A DerivedError is a name that is to be a derived profile's and is of another one.
type DerivedError struct{ Profile, Of string }

func (e *DerivedError) Error() string {
	return "there is a profile " + e.Profile + " already, which guise has not made of " + e.Of
}

// isDerived reports whether guise has made the section of a profile; of any, where the name
// is empty.
func (s *section) isDerived(from string) bool {
	if !strings.HasPrefix(s.mark(), madeMark) { // as of almost all, and quicker to see
		return false
	}
	of := s.value(keyOf)
	return of != "" && (from == "" || from == of)
}

// Derived returns the profiles that guise has made of some, in the order of the file.
func (f *Files) Derived(from ...string) []string {
	var names []string
	of, seen := map[string]bool{}, map[string]bool{}
	for _, name := range from {
		of[name] = true
	}
	for _, s := range f.config.parsed().sections {
		if name, ok := s.header.profile(false); ok && s.isDerived("") && of[s.value(keyOf)] && !seen[name] {
			names, seen[name] = append(names, name), true
		}
	}
	return names
}

// A ReferredError is that a profile cannot be removed since another one names it.
type ReferredError struct{ Profile, By, Key string }

func (e *ReferredError) Error() string {
	return "it is the " + e.Key + " of " + e.By + ": change that first"
}

// referred returns a *ReferredError of the first derived profile among some that a profile
// which stays names.
func (f *Files) referred(names []string) error {
	derived := map[string]bool{}
	for _, s := range f.config.parsed().sections {
		if name, ok := s.header.profile(false); ok && s.isDerived("") {
			derived[name] = true
		}
	}
	if len(derived) == 0 {
		return nil // as almost always, and quicker to see
	}
	gone := map[string]bool{}
	for _, name := range names {
		gone[name] = derived[name]
	}
	for _, p := range f.all() {
		for _, key := range []string{"source_profile", "of", "read_only"} {
			name := p.Get(key)
			if key != "source_profile" {
				name, key = p.Own(key), own+key
			}
			if gone[name] && !gone[p.Name] {
				return &ProfileError{name, &ReferredError{name, p.Name, key}}
			}
		}
	}
	return nil
}
