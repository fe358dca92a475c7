package awsconfig

import (
	"slices"
	"strings"
	"sync/atomic"
)

// A Setting is a key of a profile with its value, or with the settings below it ("s3 =").
type Setting struct {
	Key, Value string
	Nested     map[string]string
}

// With returns the files with one profile more, which stands in neither of them: a session
// for one command, say, or one that is narrower than its profile. The profile is the one
// that its name leads to, whatever the files say of that name. The settings are as AWS and
// guise name them (role_arn, guise_of), their values any text; one without a value is left
// out.
//
// f stays as it is. Nothing of the profile is ever written: to [Files.Bytes], and to all
// that reads the two files again, it is not there. So it must not be handed to anything
// that goes by a profile's name alone, as a session.Shortcut does.
func (f *Files) With(name string, settings ...Setting) *Files {
	s := &section{header: header{kind: kindProfile, name: name}, read: []setting{}}
	for _, one := range settings {
		if one.Value != "" || one.Nested != nil {
			s.read = append(s.read, setting{key: strings.ToLower(one.Key), value: one.Value, nested: one.Nested})
		}
	}
	with := *f
	for _, one := range with.both() {
		if one.document != nil {
			one.document = one.document.clone()
		}
	}
	with.listed = &atomic.Pointer[listing]{}
	with.added = &file{document: &Document{}}
	with.added.set(nil)
	if f.added != nil {
		with.added.document.sections = slices.Clone(f.added.document.sections)
	}
	with.added.document.sections = slices.DeleteFunc(with.added.document.sections, func(s *section) bool { return s.header.name == name })
	with.added.document.sections = append(with.added.document.sections, s)
	return &with
}

// Standing returns the files without what was added to them by [Files.With].
func (f *Files) Standing() *Files {
	if f.added == nil {
		return f
	}
	standing := *f
	standing.added, standing.listed = nil, &atomic.Pointer[listing]{}
	return &standing
}

// IsAdded reports whether a profile is one of [Files.With], and stands in no file.
func (f *Files) IsAdded(name string) bool { return len(f.addedAs(name)) > 0 }

// Added reports whether the profile is one of [Files.With].
func (p Profile) Added() bool { return len(p.settings) > 0 && p.settings[0].file.path == "" }

func (f *Files) addedAs(name string) []*section {
	if f.added == nil {
		return nil
	}
	return f.added.find(name)
}

// withAdded puts the added profiles into the list of all, each in its place (at) or behind.
func (f *Files) withAdded(all []Profile, at map[string]int) []Profile {
	if f.added == nil {
		return all
	}
	for _, s := range f.added.document.sections {
		p := Profile{Name: s.header.name}
		p.take(f.added, s)
		if place, known := at[p.Name]; known {
			all[place] = p
		} else {
			all = append(all, p)
		}
	}
	return all
}

// Shared returns the settings that another way to the same account has too: those by which
// SDKs and tools go whoever they are, a region, an endpoint, a number of retries, and none
// that says who the profile is, or that is guise's own.
func (p Profile) Shared() []Setting {
	var all []Setting
	for i, one := range p.settings {
		if last, _ := p.at("", one.key); last != nil && last.setting == p.settings[i].setting && isShared(one.key) {
			all = append(all, Setting{one.key, one.value, one.nested})
		}
	}
	return all
}

// isShared reports whether a setting does not say who a profile is. Of keys that guise does
// not know it supposes that.
func isShared(key string) bool {
	for _, prefix := range []string{own, "granted_", "vegas_", "sso_", "aws_"} {
		if strings.HasPrefix(key, prefix) {
			return false
		}
	}
	return !slices.Contains(hiddenKeys, key) && !slices.Contains(IncludedKeys(), key) &&
		!slices.Contains([]string{Include, "session_duration", "destination_profile"}, key)
}
