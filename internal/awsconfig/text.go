package awsconfig

import (
	"bytes"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"

	"guise/internal/files"
)

// A text is what a file holds: raw bytes for the quick look at one profile, and what they
// say for all else, which is found out when it is first needed and never changed. It is
// safe for concurrent use.
type text struct {
	data []byte
	once sync.Once
	read *Document
}

func (t *text) parsed() *Document {
	t.once.Do(func() { t.read = Parse(t.data) })
	return t.read
}

// A State is the two files as they are at one time.
type State struct{ config, credentials *text }

// Bytes returns both files: config, credentials.
func (s State) Bytes() [2][]byte { return [2][]byte{s.config.data, s.credentials.data} }

// Same reports whether two states have the same bytes.
func (s State) Same(other State) bool {
	return bytes.Equal(s.config.data, other.config.data) && bytes.Equal(s.credentials.data, other.credentials.data)
}

// A listing is the profiles of a state.
type listing struct {
	of  State
	all []Profile
}

// A Reader reads the two files as often as somebody wants to know what they say now. Bytes
// that it has seen are not taken apart again: of ten thousand profiles that takes longer
// than everything else. The zero value is ready, and it is safe for concurrent use.
type Reader struct {
	mu     sync.Mutex
	seen   []*text // those read or written last
	spare  []byte  // where the bytes were that had been seen: the next ones go there
	listed atomic.Pointer[listing]
}

// remembered is how many texts a Reader knows: two files, before a change and after it.
const remembered = 4

// Read reads both files. One that is not there is empty. Its errors wrap *fs.PathError.
func (r *Reader) Read(configPath, credentialsPath string) (*Files, error) {
	f, problems := r.ReadSome(configPath, credentialsPath)
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return f, nil
}

// ReadSome is Read for who shows what there is: a file that cannot be read is as if
// it were empty, and its error, an *fs.PathError, is among the problems.
func (r *Reader) ReadSome(configPath, credentialsPath string) (f *Files, problems []error) {
	f = newFiles(configPath, credentialsPath)
	f.listed = &r.listed
	for _, one := range f.both() {
		place := r.place()
		data, err := files.ReadInto(one.path, files.ConfigLimit, place)
		if err != nil {
			r.keepPlace(place)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
			continue
		}
		one.absent = err != nil
		t := &text{data: data}
		one.was = r.know(t)
		one.now = one.was
		if one.was != t {
			r.keepPlace(data)
		}
	}
	return f, problems
}

// place is where bytes may go that are read; whoever has it has it alone.
func (r *Reader) place() (spare []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	spare, r.spare = r.spare, nil
	return spare
}

// keepPlace takes back the place of bytes that nobody uses.
func (r *Reader) keepPlace(data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if cap(data) > cap(r.spare) {
		r.spare = data
	}
}

// know remembers a text, and gives the one that is used for its bytes.
func (r *Reader) know(t *text) *text {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range r.seen {
		if bytes.Equal(known.data, t.data) {
			return known
		}
	}
	r.seen = append(r.seen, t)
	r.seen = r.seen[max(0, len(r.seen)-remembered):]
	return t
}

// Read is that of a [Reader] that nothing else is read with.
func Read(configPath, credentialsPath string) (*Files, error) {
	return new(Reader).Read(configPath, credentialsPath)
}

// ReadSome is that of a [Reader] that nothing else is read with.
func ReadSome(configPath, credentialsPath string) (f *Files, problems []error) {
	return new(Reader).ReadSome(configPath, credentialsPath)
}

// Rewrite is that of a [Reader] that nothing else is read with.
func Rewrite(configPath, credentialsPath, backupDir string, edit func(*Files) error) (changed bool, err error) {
	return new(Reader).Rewrite(configPath, credentialsPath, backupDir, edit)
}
