package awsconfig

import (
	"bytes"
	"slices"
	"strings"

	"guise/internal/secret"
)

// Older clients know credential_process, and read the credentials file alone: restic and
// others on minio-go, and the JavaScript SDK v2 and the Go SDK v1 with their default
// options. For them Adopt writes the line there too.

// ForOlderClients reports whether the credentials file has the line, too, by which guise
// manages the profile.
func (p Profile) ForOlderClients() bool {
	for _, s := range p.settings {
		if s.key == keyCommand && s.file.inCredentials && p.isOwn(s.value) {
			return true
		}
	}
	return false
}

// NotForOlderClients says why Adopt does not write that line for the profile; empty where it
// does. With keepKeys, its access key is to stay in the file that it is in.
func (p Profile) NotForOlderClients(keepKeys bool) string {
	switch place := p.KeysIn(); {
	case p.KeysInCredentials() && (place == KeysInSource || place == KeysPlain && keepKeys):
		return "its access key stays in the credentials file"
	case !olderSee(p.Name):
		return "older clients do not all see this name"
	}
	return ""
}

// olderSee reports whether a header of the credentials file with this name is one for every
// reader. configparser takes [DEFAULT] for settings of all sections; other characters end
// the name for some, or the header, and the line would be another profile's.
func olderSee(name string) bool {
	if strings.EqualFold(name, kindDefault) {
		return name == kindDefault
	}
	return name != "" && name != "__proto__" && onlyOf(name, "-_./+@:%")
}

// putForOlderClients adds the line to the profile's sections of the credentials file, once
// for each spelling of the header, or to a section of its own. Those of has have it.
func (f *Files) putForOlderClients(name, command string, sections []*section, has map[string]bool) error {
	eol := f.credentials.parsed().eol()
	for _, s := range sections {
		if !has[s.header.inside] {
			s.addCommand(command, eol)
			has[s.header.inside] = true
		}
	}
	if len(sections) > 0 {
		return nil
	}
	s, err := f.credentials.makeSection(name)
	if err == nil {
		s.addCommand(command, eol)
	}
	return err
}

// makeSection adds a section for a profile that has none in the file.
func (f *file) makeSection(name string) (*section, error) {
	header, err := headerLine(name, f.inCredentials)
	if err != nil {
		return nil, err
	}
	f.appendSection(header, madeMark+"to remove it: "+releaseOf(name), nil)
	return f.document.sections[len(f.document.sections)-1], nil
}

// alsoForOlderClients adds the line for profiles that guise manages already, if releasing
// them gives the same files as without it.
func (f *Files) alsoForOlderClients(names []string, o AdoptOptions) error {
	without, failed := f.ifReleased(names)
	if err := f.adoptAll(names, f.index(), o); err != nil {
		return err
	}
	with, err := f.ifReleased(names)
	if failed != nil || err != nil { // a key's section is gone, or is another's source: that stays as it is
		return nil
	}
	was, is := without.Bytes(), with.Bytes()
	for i, one := range f.both() {
		if !bytes.Equal(was[i], is[i]) {
			name := one.differs(Parse(was[i]), names)
			return &ProfileError{name, &IrreversibleError{Profile: name}}
		}
	}
	return nil
}

// ifReleased are the files as releasing profiles would leave them, but for the secrets.
func (f *Files) ifReleased(names []string) (State, error) {
	trial := newFiles("", "")
	trial.Set(f.State())
	some := func(_, _ string) (secret.Text, error) { return secret.New("secret"), nil }
	err := trial.Release(names, ReleaseOptions{Fetch: some})
	return trial.State(), err
}

// leaveIfUndefined removes what guise has written for a profile of which nothing but that is
// left: the line in the credentials file, and sections of guise's own making.
func (f *Files) leaveIfUndefined(name string) {
	for _, one := range f.both() {
		for _, s := range one.parsed().sectionsOf(name, one.inCredentials) {
			if s.hasIdentity(name) {
				return
			}
		}
	}
	for _, one := range f.both() {
		for _, s := range one.edited().sectionsOf(name, one.inCredentials) {
			made := strings.HasPrefix(s.mark(), madeMark)
			if made || one.inCredentials {
				s.removeCommand(name, false)
			}
			if made && len(s.lines) == 2+len(s.nextOnes()) {
				one.document.remove(s)
			}
		}
	}
}

// forOlderClients returns the names of the profiles of which the credentials file has nothing
// but the line, and settings that say nothing of who they are.
func (f *Files) forOlderClients() map[string]bool {
	names := map[string]bool{}
	for _, s := range f.credentials.parsed().sections {
		if name, ok := s.header.profile(true); ok {
			if _, ok := s.ownCommand(name, false); ok && !s.hasIdentity(name) {
				names[name] = true
			}
		}
	}
	return names
}

// followSync keeps the lines in the credentials file true to what Sync has made of the
// profiles of some names.
func (f *Files) followSync(changes SyncChanges, executable string, older map[string]bool) error {
	renamed := map[string]string{}
	gone := slices.Clone(changes.Removed)
	for _, pair := range changes.Renamed {
		renamed[pair[0]] = pair[1]
		gone = append(gone, pair[0])
	}
	for _, name := range gone {
		if !older[name] {
			continue
		}
		f.leaveIfUndefined(name)
		if to := renamed[name]; to != "" && olderSee(to) {
			command, err := Command(executable, to)
			if err != nil {
				return err
			}
			if err := f.putForOlderClients(to, command, f.credentials.edited().sectionsOf(to, true), map[string]bool{}); err != nil {
				return err
			}
		}
	}
	return nil
}
