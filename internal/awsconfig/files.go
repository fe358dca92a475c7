package awsconfig

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"guise/internal/parallel"
)

// Paths returns the places of the two files, as the SDKs do: from
// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or in ~/.aws.
func Paths(getenv func(string) string, home string) (config, credentials string) {
	at := func(variable, name string) string {
		path := getenv(variable)
		if path == "" {
			return filepath.Join(home, ".aws", name)
		}
		if rest, ok := strings.CutPrefix(path, "~/"); ok {
			return filepath.Join(home, rest)
		}
		return path
	}
	return at("AWS_CONFIG_FILE", "config"), at("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}

// Files are the two files of one user, as they were when they were read, and
// with the changes made since.
type Files struct {
	config, credentials file
	added               *file // profiles that stand in neither, and are never written; nil: none

	listed *atomic.Pointer[listing] // to list all profiles takes long where there are many
	found  *atomic.Pointer[finding] // those that were asked for one by one
}

// A file is its text as it was read, its text as it is now, and where that is being changed
// a document to change.
type file struct {
	path          string
	inCredentials bool
	was, now      *text
	document      *Document // a copy of now's; nil while now is all
	absent        bool      // there was no such file
}

// newFiles are two empty files.
func newFiles(configPath, credentialsPath string) *Files {
	f := &Files{config: file{path: configPath}, credentials: file{path: credentialsPath, inCredentials: true}, listed: &atomic.Pointer[listing]{}, found: &atomic.Pointer[finding]{}}
	for _, one := range f.both() {
		one.set(nil)
	}
	return f
}

// set gives a file the bytes that were read.
func (f *file) set(data []byte) { f.was = &text{data: data}; f.now = f.was }

// edited is the file as it is now, to be changed.
func (f *file) edited() *Document {
	if f.document == nil {
		f.document = f.now.parsed().clone()
	}
	return f.document
}

// parsed is the file as it is now, which is not to be changed.
func (f *file) parsed() *Document {
	if f.document != nil {
		return f.document
	}
	return f.now.parsed()
}

// before is the file as it was read, which is not to be changed.
func (f *file) before() *Document { return f.was.parsed() }

// bytes are the file's as it is now.
func (f *file) bytes() []byte {
	if f.document != nil {
		return f.document.Bytes()
	}
	return f.now.data
}

// state is the file's text as it is now: that which it was, where nothing is changed.
func (f *file) state() *text {
	if f.document == nil {
		return f.now
	}
	data := f.document.Bytes()
	if bytes.Equal(data, f.now.data) {
		return f.now
	}
	return &text{data: data}
}

// Bytes returns both files as they are now, with the changes made: config, credentials.
func (f *Files) Bytes() [2][]byte { return [2][]byte{f.config.bytes(), f.credentials.bytes()} }

// State returns both files as they are now, with the changes made.
func (f *Files) State() State { return State{f.config.state(), f.credentials.state()} }

// Set makes both files, in memory, as they were or are to be at another time.
func (f *Files) Set(s State) {
	f.config.now, f.config.document = s.config, nil
	f.credentials.now, f.credentials.document = s.credentials, nil
}

func (f *Files) both() [2]*file { return [2]*file{&f.config, &f.credentials} }

// ReadOnlySuffix is what the name of a profile that guise derives for --read-only ends in.
const ReadOnlySuffix = "@read-only"

// A NoProfileError is a name that neither file defines.
type NoProfileError struct {
	Name    string
	Nearest []string // names that were perhaps meant, the best first
	// ReadOnlyOf is the profile of which Name would be the read-only one (see
	// [ReadOnlySuffix]), which guise has not written; empty: there is none. It must not be
	// taken in the place of Name, since it can do more.
	ReadOnlyOf string
}

func (e *NoProfileError) Error() string {
	if e.ReadOnlyOf != "" {
		return e.ReadOnlyOf + " has no read-only profile yet"
	}
	if len(e.Nearest) == 0 {
		return "no such profile"
	}
	return "no such profile; did you mean " + strings.Join(e.Nearest, ", ") + "?"
}

// Profile returns one profile. Its error is a *NoProfileError.
//
// It looks for the name in the raw bytes and reads only the sections that it
// finds so: among ten thousand profiles this takes hardly longer than among ten.
func (f *Files) Profile(name string) (Profile, error) {
	if p, known := f.foundBefore(name); known {
		return p, nil
	}
	p, found := f.read(name)
	if !found {
		return Profile{}, f.without(name)
	}
	p.include(f.read)
	f.remember(p)
	return p, nil
}

// without is the error of a name that neither file defines.
func (f *Files) without(name string) *NoProfileError {
	names := f.Names()
	if of, _, whole := AsReadOnly(name); whole && slices.Contains(names, of) {
		return NoReadOnly(name, of, slices.Contains(names, of+ReadOnlySuffix))
	}
	near := Nearest(name, names)
	if of := name[:max(0, strings.LastIndex(name, "@"))]; slices.Contains(names, of) { // of a session for one command: NAME@policy
		near = append([]string{of}, slices.DeleteFunc(near, func(other string) bool { return other == of })...)
	}
	return &NoProfileError{Name: name, Nearest: near[:min(3, len(near))]}
}

// read returns what the sections of a profile say.
func (f *Files) read(name string) (p Profile, found bool) {
	p = Profile{Name: name}
	if sections := f.addedAs(name); len(sections) > 0 {
		p.take(f.added, sections[0])
		return p, true
	}
	for _, one := range f.both() {
		sections := one.find(name)
		found = found || len(sections) > 0
		if !one.inCredentials {
			sections = precedence(sections)
		}
		for _, s := range sections {
			p.take(one, s)
		}
	}
	p.follow()
	return p, found && name != ""
}

// precedence keeps those sections of the config file that define a profile in
// botocore: of several spellings of a header ([default] and [profile default], or
// with quotes) the last one.
func precedence(sections []*section) []*section {
	last := len(sections) - 1
	for _, s := range sections {
		if s.header.inside != sections[last].header.inside {
			return slices.DeleteFunc(slices.Clone(sections), func(s *section) bool { return s.header.inside != sections[last].header.inside })
		}
	}
	return sections
}

// find returns the sections that define a profile.
func (f *file) find(name string) []*section {
	return f.named(name, func(h header) bool { return h.isProfile(name, f.inCredentials) })
}

// named returns the sections whose headers fit, of those that have a name in it. Where the
// file was not taken apart yet, it looks for the name in the raw bytes.
func (f *file) named(name string, fits func(header) bool) []*section {
	if f.document != nil { // it may have been changed
		return f.document.named(fits)
	}
	var found []*section
	for from, needle := 0, contiguous(name); name != ""; {
		i := bytes.Index(f.now.data[from:], needle)
		if i < 0 {
			break
		}
		start := bytes.LastIndexByte(f.now.data[:from+i], '\n') + 1
		end := len(f.now.data)
		if j := bytes.IndexByte(f.now.data[from+i:], '\n'); j >= 0 {
			end = from + i + j
		}
		text := f.now.data[start:end]
		if start == 0 {
			text = bytes.TrimPrefix(text, []byte(bom))
		}
		from = min(end+1, len(f.now.data)) // behind the line's end, which a name may begin with
		if h, ok := parseHeaderOf(text); ok && fits(h) {
			found = append(found, f.sectionAt(start))
		}
	}
	return found
}

// contiguous is the part of a name that stands as it is in each header that has the
// name: behind the first word there may be more spaces than one, or quotes.
func contiguous(name string) []byte {
	if _, rest, ok := strings.Cut(name, " "); ok && rest != "" {
		return []byte(rest)
	}
	return []byte(name)
}

// sectionAt reads the section whose header begins at a byte of the file.
func (f *file) sectionAt(start int) *section {
	s := Parse(f.now.data[start:nextHeader(f.now.data, start)]).sections
	s[1].offset = start
	return s[1]
}

func (d *Document) sectionsOf(name string, inCredentials bool) []*section {
	return d.named(func(h header) bool { return h.isProfile(name, inCredentials) })
}

func (d *Document) named(fits func(header) bool) []*section {
	var found []*section
	for _, s := range d.sections {
		if fits(s.header) {
			found = append(found, s)
		}
	}
	return found
}

// Profiles returns all profiles in the order of the files: those of the config
// file first. The sections that adopt made to keep keys in are left out. The slice is
// everybody's: whoever wants to change it takes a copy.
func (f *Files) Profiles() []Profile { return slices.Clip(f.all()) }

// all is Profiles, in a slice that is not to be changed. It is kept while the files stay
// as they are.
func (f *Files) all() []Profile {
	if f.config.document != nil || f.credentials.document != nil || f.added != nil {
		return f.list()
	}
	now := f.State()
	if known := f.listed.Load(); known != nil && known.of == now {
		return known.all
	}
	all := f.list()
	f.listed.Store(&listing{now, all})
	return all
}

// list puts the profiles together of their sections.
func (f *Files) list() []Profile {
	n := len(f.config.parsed().sections) + len(f.credentials.parsed().sections)
	of := make([][2][]*section, 0, n) // the sections of each
	names, at := make([]string, 0, n), make(map[string]int, n)
	for i, one := range f.both() {
		sections := one.parsed().sections
		for k, s := range sections {
			name, ok := s.header.profile(one.inCredentials)
			if !ok || isKept(s) {
				continue
			}
			place, known := at[name]
			if !known {
				place = len(names)
				at[name], names, of = place, append(names, name), append(of, [2][]*section{})
			}
			if its := &of[place][i]; len(*its) == 0 {
				*its = sections[k : k+1 : k+1] // almost always all
			} else {
				*its = append(*its, s)
			}
		}
	}
	out := make([]Profile, len(names))
	put := func(from, to int) {
		settings := 0
		for _, its := range of[from:to] {
			for _, sections := range its {
				for _, s := range sections {
					settings += len(s.settings())
				}
			}
		}
		room := make([]placed, settings) // one place for the settings of all
		for i := from; i < to; i++ {
			p := &out[i]
			p.Name, p.settings = names[i], room[:0]
			f.fill(p, precedence(of[i][0]), of[i][1])
			n := len(p.settings)
			p.settings, room = p.settings[:n:n], room[n:]
			p.follow()
		}
	}
	if f.config.document == nil && f.credentials.document == nil {
		parallel.Spans(len(names), 256, func() func(int, int) { return put })
	} else {
		put(0, len(names)) // a section that has changed is read as it is looked at
	}
	out = f.withAdded(out, at)
	includeAll(out)
	return out
}

// Names returns the names of all profiles, in the order of the files.
func (f *Files) Names() []string {
	profiles := f.all()
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.Name
	}
	return names
}

// Services returns a [services NAME] section.
func (f *Files) Services(name string) (Profile, bool) { return f.other("services", name) }

// SSOSession returns an [sso-session NAME] section.
func (f *Files) SSOSession(name string) (Profile, bool) { return f.other("sso-session", name) }

// SSOSessions returns the names of all [sso-session] sections.
func (f *Files) SSOSessions() []string {
	var names []string
	for _, s := range f.config.parsed().sections {
		if s.header.kind == "sso-session" && !slices.Contains(names, s.header.name) {
			names = append(names, s.header.name)
		}
	}
	return names
}

func (f *Files) other(kind, name string) (Profile, bool) {
	sections := f.config.named(name, func(h header) bool { return h.kind == kind && h.name == name })
	p := Profile{Name: name}
	for _, s := range sections {
		p.take(&f.config, s)
	}
	return p, len(sections) > 0
}
