package ask

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guise/internal/files"
	"guise/internal/secret"
)

// Find returns the request that waits for a session.
func (r Room) Find(id string) (Request, bool) {
	all := r.List()
	i := slices.IndexFunc(all, func(q Request) bool { return q.ID == id })
	if i < 0 {
		return Request{}, false
	}
	return all[i], true
}

// List returns the requests that wait, the oldest first, and clears away those whose
// process is gone.
func (r Room) List() []Request {
	var all []Request
	for _, dir := range r.ours() {
		found, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range found {
			if q, ok := read(filepath.Join(dir, entry.Name()), entry); ok {
				all = append(all, q)
			}
		}
	}
	slices.SortFunc(all, func(a, b Request) int { return a.Since.Compare(b.Since) })
	return all
}

// Profiles returns the profiles that requests wait for, each once, the longest first.
func (r Room) Profiles() (names []string) {
	for _, q := range r.List() {
		if !slices.Contains(names, q.Profile) {
			names = append(names, q.Profile)
		}
	}
	return names
}

// read reads a request that waits. A file of another user is none, and none is one whose
// name has more than letters and digits: other notices for shells are there too.
func read(path string, entry fs.DirEntry) (q Request, ok bool) {
	if strings.ContainsAny(entry.Name(), "-.") {
		return q, false
	}
	if info, err := entry.Info(); err != nil || !info.Mode().IsRegular() || !files.Ours(info) {
		return q, false
	}
	if f, err := claim(path); err == nil { // nobody holds it: its process is gone
		let(f)
		return q, false
	}
	data, ok := files.ReadOwn(path, requestLimit)
	if !ok {
		return q, false
	}
	return parse(data, entry.Name())
}

// parse reads a request's file: see tell. One of another name is none.
func parse(data []byte, name string) (q Request, ok bool) {
	lines := strings.SplitN(string(data), "\n", 4)
	ok = len(lines) == 4 && json.Unmarshal([]byte(lines[2]), &q) == nil && q.ID == name
	return q, ok
}

// requestLimit is the size that no request comes near.
const requestLimit = 64 << 10

// Answer hands a code over. That nobody waits for it any more is an error that
// wraps fs.ErrNotExist.
func (r Room) Answer(q Request, code secret.Text) error {
	return r.send(q, string(yes)+code.Reveal()+"\n")
}

// Refuse says no to a request.
func (r Room) Refuse(q Request) error { return r.send(q, string(no)+"\n") }

func (r Room) send(q Request, text string) error {
	for _, dir := range r.ours() {
		pipe, err := writePipe(filepath.Join(dir, q.ID) + pipeSuffix)
		if err != nil {
			continue
		}
		_, err = pipe.WriteString(text)
		return errors.Join(err, pipe.Close())
	}
	return fmt.Errorf("nobody waits any more: %w", fs.ErrNotExist)
}
