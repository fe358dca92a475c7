package awsconfig

import "fmt"

// A HasKeysError is a profile that has credentials already.
type HasKeysError struct{ Profile, Key string }

func (e *HasKeysError) Error() string {
	return fmt.Sprintf("it has a %s already: keys beside it would never be used", e.Key)
}

// AddStoredKey returns a profile, which need not exist yet, an access key whose secret
// is in the key store, and has guise manage it, in memory. Its errors are
// *HasKeysError, *PathError, *NameError and *ValueError.
func (f *Files) AddStoredKey(name, id, executable string) error {
	command, err := Command(executable, name)
	if err != nil {
		return err
	}
	if p, err := f.Profile(name); err == nil {
		for _, key := range hiddenKeys {
			if key != keyCommand && p.get(key) != "" || key == keyCommand && p.Get(key) != "" {
				return &HasKeysError{name, key}
			}
		}
	}
	d := f.config.edited()
	eol := d.eol()
	b := builder{eol: eol}
	b.header(name, false)
	b.set(own+keyID, id)
	b.set(own+keySecret, inStore)
	b.set(keyCommand, command)
	if sections := d.sectionsOf(name, false); len(sections) > 0 {
		_, idErr := settingLine(keyID, id) // the header, which is there, may be one that guise would not write
		if idErr != nil {
			return idErr
		}
		s := sections[len(sections)-1]
		s.addLast(b.lines[1].text, eol)
		s.addLast(b.lines[2].text, eol)
		if !s.setCommand(name, command, true) {
			s.addLast(b.lines[3].text, eol)
		}
		return nil
	}
	if b.err != nil {
		return b.err
	}
	d.add(b.lines)
	return nil
}

// ReplaceStoredKey puts another key id in the place of one whose secret is in the
// key store, in some profiles, in memory, and gives in how many places. An id that
// cannot be in the file replaces none.
func (f *Files) ReplaceStoredKey(old, id string, in func(profile string) bool) int {
	n := 0
	if _, err := settingLine(keyID, id); err != nil {
		return 0
	}
	for _, one := range f.both() {
		for _, s := range one.edited().sections {
			if name, ok := s.header.profile(one.inCredentials); !ok || !in(name) {
				continue
			}
			for _, setting := range s.settings() {
				if setting.key == own+keyID && setting.value == old && isStored(s.value(own+keySecret)) {
					if text, ok := setting.withValue(s.lines[setting.first].text, id); ok {
						s.setText(setting.first, text)
						n++
					}
				}
			}
		}
	}
	return n
}

// RemoveStoredKey takes a profile's key, whose secret is in the key store, out of
// the files, in memory. Its other settings stay; where they leave guise nothing to give, what
// guise has written for the profile elsewhere goes too.
func (f *Files) RemoveStoredKey(name string) {
	defer f.leaveIfUndefined(name)
	for _, one := range f.both() {
		for _, s := range one.edited().sectionsOf(name, one.inCredentials) {
			if !isStored(s.value(own + keySecret)) {
				continue
			}
			s.removeCommand(name, true)
			for _, key := range []string{own + keyID, own + keySecret} {
				for _, setting := range s.settings() {
					if setting.key == key {
						s.splice(setting.first, setting.last+1)
						break
					}
				}
			}
		}
	}
}
