package main

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Whose a secret is, where it is none of the users' first ones.
const (
	ofMade    = "a key that AWS made meanwhile"
	ofSession = "a session"
)

// secrets are all that are secret in a world now, by whose they are: the users' access
// keys, those that AWS made meanwhile, and what it handed out for a while.
func (w *world) secrets() map[string][]string {
	all := map[string][]string{ofMade: w.aws.MadeSecrets(), ofSession: w.aws.Secrets()}
	for _, user := range users() {
		_, secret := secretOf(user)
		all[user] = []string{secret}
	}
	return all
}

func holdsAny(text string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return s != "" && strings.Contains(text, s) })
}

// shown looks for a secret in what a run printed, or showed at its terminal. Only
// sessions may be there, and only if the command is for that.
func (w *world) shown(s *story, r outcome) verdict {
	for whose, secrets := range w.secrets() {
		if holdsAny(r.Out+r.Err+r.Shown, secrets) && !(s.prints && whose == ofSession) {
			return bad(badSecret, whose)
		}
	}
	return verdict{}
}

// bared adds a file or folder to the names of those that others may use, if they may.
func bared(names []string, root, path string, d fs.DirEntry) ([]string, error) {
	info, err := d.Info()
	if err != nil || d.Type()&fs.ModeSymlink != 0 || info.Mode().Perm()&0o077 == 0 || path == root {
		return names, err
	}
	name, err := filepath.Rel(root, path)
	return append(names, name), err
}

// barer returns the first that others may use now, and could not at first.
func (e end) barer(before end) string {
	for _, name := range e.bare {
		if !slices.Contains(before.bare, name) {
			return name
		}
	}
	return ""
}

// exits reports whether a code is one of guise's, or of the command that exec runs.
func (s *story) exits(code int) bool {
	return slices.Contains([]int{0, 1, 2, 3, 130}, code) || slices.Contains(s.codes, code)
}
