package awsconfig

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/files"
	"guise/internal/secret"
)

// AdoptOptions say how Adopt goes about it.
type AdoptOptions struct {
	// Executable is the path of guise to write: one that stays over upgrades.
	Executable string
	// KeepKeys moves access keys to a section [NAME.source] of the same file.
	KeepKeys bool
	// ForOlderClients writes the line into the credentials file too, but for the profiles
	// that [Profile.NotForOlderClients] names a reason for.
	ForOlderClients bool
	// Store puts the secret of an access key away otherwise. When it returns, the
	// secret must be safe and proven: the file is about to lose it.
	Store func(profile, accessKeyID string, key secret.Text) error
	// Made, if set, is told what the files become, before Adopt has released that again to see
	// whether they come back: the adoption may still fail.
	Made func(after State)
}

// A PlainKeysError is a profile with an access key in a file, where it may
// neither stay nor be moved.
type PlainKeysError struct{ Profile string }

func (e *PlainKeysError) Error() string {
	return "its access key is in the file and wins over credential_process"
}

// A TemporaryKeysError is a profile whose keys end by themselves.
type TemporaryKeysError struct{ Profile string }

func (e *TemporaryKeysError) Error() string {
	return "its keys are temporary (aws_session_token), so guise does not store them"
}

// A TwiceError is a profile with a setting of its access key twice in one section:
// botocore does not read such a file, and other SDKs differ on which counts.
type TwiceError struct{ Profile, Key string }

func (e *TwiceError) Error() string {
	return "it has " + e.Key + " twice in one section: remove one of them"
}

// An IrreversibleError is a profile that Adopt could not give back as it was.
type IrreversibleError struct {
	Profile string
	Key     string // it has this setting both as its own and hidden by guise's prefix; or ""
}

func (e *IrreversibleError) Error() string {
	if e.Key != "" {
		return "it has both " + e.Key + " and " + own + e.Key + ": remove the one that you do not want"
	}
	return "guise could not restore the file exactly afterwards (has it guise_ keys already, or a section " + e.Profile + sourceSuffix + "?)"
}

// Adopt has guise manage profiles, in memory. Of a profile that guise manages
// already, it updates what is stale, and puts back guise's line where that is lost. On an error nothing is changed. Its
// errors are *NoProfileError, *PathError, *PlainKeysError, *TemporaryKeysError,
// *TwiceError, *IrreversibleError, *SplitKeysError, *NameError, and those of Store, of
// profiles in [ProfileErrors]; and that of files.Fits.
func (f *Files) Adopt(names []string, o AdoptOptions) error {
	before, of := f.State(), f.index()
	var stale, fresh []string
	for _, name := range names {
		if of.managed(name) {
			stale = append(stale, name)
		} else {
			fresh = append(fresh, name)
		}
	}
	update := o
	update.ForOlderClients = false
	err := f.adoptAll(stale, of, update)
	if err == nil && o.ForOlderClients {
		err = f.alsoForOlderClients(stale, o)
	}
	if err == nil {
		updated := before
		if len(stale) > 0 {
			updated, of = f.State(), f.index()
		}
		if err = f.adoptAll(fresh, of, o); err == nil {
			after := f.State()
			f.Set(after) // what is tried is what is left
			if err = f.fit(); err == nil {
				if o.Made != nil {
					o.Made(after)
				}
				err = f.reversible(updated, fresh)
			}
		}
	}
	if err != nil {
		f.Set(before)
	}
	return err
}

// fit reports whether guise can read the files again as they are now. Its error is that of
// files.Fits.
func (f *Files) fit() error {
	return errors.Join(files.Fits(f.config.path, f.config.bytes(), files.ConfigLimit), files.Fits(f.credentials.path, f.credentials.bytes(), files.ConfigLimit))
}

func (f *Files) adoptAll(names []string, of index, o AdoptOptions) error {
	var failed ProfileErrors
	for _, name := range names {
		if err := f.adoptOne(name, of, o); err != nil {
			failed = append(failed, &ProfileError{name, err})
		}
		if len(failed) > 0 && o.Store != nil { // nothing is put away for a change that is not made
			o.Store = func(string, string, secret.Text) error { return nil }
		}
	}
	if len(failed) > 0 {
		return failed
	}
	return nil
}

// ProfileErrors are of each of some profiles the first thing that stands in the way of a
// change. They are told, and wrap, the first.
type ProfileErrors []*ProfileError

func (e ProfileErrors) Error() string { return e[0].Error() }
func (e ProfileErrors) Unwrap() error { return e[0] }

// A ProfileError says which of several profiles an error is about.
type ProfileError struct {
	Profile string
	Err     error
}

func (e *ProfileError) Error() string { return e.Profile + ": " + e.Err.Error() }
func (e *ProfileError) Unwrap() error { return e.Err }

func (f *Files) adoptOne(name string, of index, o AdoptOptions) error {
	command, err := Command(o.Executable, name)
	if err != nil {
		return err
	}
	inConfig, inCredentials := notKept(of[0][name]), notKept(of[1][name])
	if len(inConfig)+len(inCredentials) == 0 {
		return &NoProfileError{Name: name}
	}
	all, older := together(inConfig, inCredentials), o.ForOlderClients
	if older || slices.ContainsFunc(all, (*section).hasKeys) {
		p := f.profileOf(name, precedence(inConfig), inCredentials)
		if err := p.SplitKeys(); err != nil {
			return err
		}
		older = older && p.NotForOlderClients(o.KeepKeys) == ""
	}
	for _, s := range all {
		if key := s.hasTwice(); key != "" {
			return &IrreversibleError{name, key}
		}
	}
	hidden := hides(all...)
	for i, sections := range [][]*section{inConfig, inCredentials} {
		for _, s := range sections {
			if s.hasKeys() {
				taken := len(of[i][name+sourceSuffix]) > 0
				if err := moveKeys(f.both()[i], s, name, o, taken); err != nil {
					return err
				}
			}
			s.hide(name, hidden)
		}
	}
	return f.putCommand(name, command, hidden, older, inConfig, inCredentials)
}

// putCommand adds the line that runs guise where each SDK sees it, or brings it up
// to date: once for each spelling of the header in the config file, since SDKs
// take another of several each; in the credentials file too, for older clients, or where
// the Go SDK sees the profile there alone.
func (f *Files) putCommand(name, command string, hidden, older bool, inConfig, inCredentials []*section) error {
	inFile, inOther := map[string]bool{}, map[string]bool{}
	for _, s := range inConfig {
		inFile[s.header.inside] = s.setCommand(name, command, hidden) || inFile[s.header.inside]
	}
	had := false
	for _, s := range inCredentials {
		inOther[s.header.inside] = s.setCommand(name, command, hidden) || inOther[s.header.inside]
		had = had || inOther[s.header.inside]
	}
	if len(inConfig) == 0 && !had {
		made, err := f.config.makeSection(name)
		if err != nil {
			return err
		}
		inConfig = []*section{made}
	}
	inGo := false
	for _, s := range inConfig {
		if inGo = inGo || !strings.ContainsAny(s.header.inside, `"'\`); !inFile[s.header.inside] {
			s.addCommand(command, f.config.parsed().eol())
			inFile[s.header.inside] = true
		}
	}
	switch {
	case older:
		return f.putForOlderClients(name, command, inCredentials, inOther)
	case !inGo && !had && len(inCredentials) > 0:
		inCredentials[0].addCommand(command, f.credentials.parsed().eol())
	}
	return nil
}

// profileOf puts together a profile of its sections in each file.
func (f *Files) profileOf(name string, inConfig, inCredentials []*section) Profile {
	p := Profile{Name: name}
	f.fill(&p, inConfig, inCredentials)
	return p
}

func (f *Files) fill(p *Profile, inConfig, inCredentials []*section) {
	for _, s := range inConfig {
		p.take(&f.config, s)
	}
	for _, s := range inCredentials {
		p.take(&f.credentials, s)
	}
}

func notKept(sections []*section) []*section {
	if !slices.ContainsFunc(sections, isKept) {
		return sections
	}
	return slices.DeleteFunc(slices.Clone(sections), isKept)
}

// hide puts the prefix before every key that SDKs prefer to credential_process.
func (s *section) hide(profile string, hidden bool) {
	read := slices.Clone(s.settings())
	for i, one := range read {
		if slices.Contains(hiddenKeys, one.key) && !(one.key == keyCommand && isOwn(one.value, profile, hidden)) {
			text := s.lines[one.first].text
			s.setText(one.first, text[:one.keyAt]+own+text[one.keyAt:])
			read[i].key = own + one.key // all else of it reads as before
		}
	}
	s.read = read
}

// hasTwice is a setting that the section has both as its own and hidden, so that hiding it
// would leave nobody able to tell which was which; "" where there is none.
func (s *section) hasTwice() string {
	for _, one := range s.settings() {
		key, hidden := strings.CutPrefix(one.key, own)
		if hidden && key != keyCommand && slices.Contains(hiddenKeys, key) && s.has(key) {
			return key
		}
	}
	return ""
}

// has reports whether a key is set, whatever to.
func (s *section) has(key string) bool {
	return slices.ContainsFunc(s.settings(), func(one setting) bool { return one.key == key })
}

// setCommand brings the line by which guise manages the profile up to date, if the
// section has one.
func (s *section) setCommand(profile, command string, hidden bool) bool {
	one, ok := s.ownCommand(profile, hidden)
	if ok {
		s.setText(one.first, strings.Replace(s.lines[one.first].text, one.value, command, 1))
	}
	return ok
}

// addCommand adds the line that runs guise.
func (s *section) addCommand(command, eol string) { s.addLast(keyCommand+" = "+command, eol) }

// addLast adds a setting behind the section's last one. It is not indented: before
// others that are, or behind one that is, it would take in what follows or be taken in.
func (s *section) addLast(text, eol string) {
	at := 0
	if s.mark() != "" {
		at = 1
	}
	for _, one := range s.settings() {
		at = one.last
	}
	added := line{text, s.lines[at].eol}
	if added.eol == "" { // the last line of the file: the new one ends it as it did
		s.setEnd(at, eol)
	}
	s.splice(at+1, at+1, added)
}

// reversible releases what was adopted and compares it with what was.
func (f *Files) reversible(before State, names []string) error {
	trial := newFiles("", "")
	trial.Set(f.State())
	secrets := secretsIn(before)
	fetch := func(_, id string) (secret.Text, error) {
		if key, ok := secrets[id]; ok {
			return key, nil
		}
		return secret.Text{}, fmt.Errorf("the secret of %s is not here", id)
	}
	if err := trial.Release(names, ReleaseOptions{Fetch: fetch}); err != nil {
		return err
	}
	was, is := before.Bytes(), trial.Bytes()
	for i, one := range trial.both() {
		if !bytes.Equal(is[i], was[i]) {
			name := one.differs(Parse(was[i]), names)
			return &ProfileError{name, &IrreversibleError{Profile: name}}
		}
	}
	return nil
}

// differs names the profile, of some, in whose sections a file is not as it was; all of
// them, where it is in others.
func (f *file) differs(was *Document, names []string) string {
	is := f.parsed().sections
	for i, s := range was.sections {
		name, _ := s.header.profile(f.inCredentials)
		if i < len(is) && !slices.Equal(s.lines, is[i].lines) && slices.Contains(names, name) {
			return name
		}
	}
	return strings.Join(names, ", ")
}

// secretsIn returns the secret of every access key in the files.
func secretsIn(files State) map[string]secret.Text {
	secrets := map[string]secret.Text{}
	for _, one := range []*text{files.config, files.credentials} {
		for _, s := range one.parsed().sections {
			if id, key := s.value(keyID), s.value(keySecret); key != "" {
				secrets[id] = secret.New(key)
			}
		}
	}
	return secrets
}

// Trial makes a change of a copy in memory, and gives both files before and after it. The
// files themselves stay as they are all the time.
func (f *Files) Trial(edit func(*Files) error) (before, after State, err error) {
	c := f.copy()
	before = c.State()
	err = edit(c)
	return before, c.State(), err
}

// copy returns the files as they are now, to be changed apart from these.
func (f *Files) copy() *Files {
	c := newFiles(f.config.path, f.credentials.path)
	for i, one := range c.both() {
		from := f.both()[i]
		one.was, one.absent = from.was, from.absent
	}
	c.Set(f.State())
	c.added = f.added
	c.listed.Store(f.listed.Load())
	return c
}

// shows reports whether a section has a setting that SDKs prefer to credential_process.
func (s *section) shows() bool {
	return slices.ContainsFunc(s.settings(), func(one setting) bool { return slices.Contains(hiddenKeys, one.key) })
}
