// Package history remembers how often and when each profile was taken, for the order of
// the picker, and which profiles the user did not want managed.
//
// It is a convenience. A file that cannot be read counts as empty, and a failure to write
// it is ignored: no switch fails for it.
package history

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guise/internal/files"
)

// A History is what its file held when it was read, and what was noted since.
type History struct {
	path string
	kept kept
}

// kept is the file's JSON.
type kept struct {
	Uses     map[string]use
	Declined []string `json:",omitempty"`
}

type use struct {
	Count int
	Last  time.Time
}

// Read reads the history in a folder, which need not exist.
func Read(dir string) *History {
	h := &History{path: filepath.Join(dir, "history.json")}
	if data, err := files.Read(h.path, files.ConfigLimit); err == nil {
		_ = json.Unmarshal(data, &h.kept)
	}
	if h.kept.Uses == nil {
		h.kept.Uses = map[string]use{}
	}
	return h
}

// Take notes that a profile is taken now.
func (h *History) Take(profile string, now time.Time) {
	h.kept.Uses[profile] = use{h.kept.Uses[profile].Count + 1, now}
	h.write()
}

// Decline notes that the user did not want a profile managed.
func (h *History) Decline(profile string) {
	h.kept.Declined = append(h.kept.Declined, profile)
	h.write()
}

// Declined reports whether Decline has noted a profile.
func (h *History) Declined(profile string) bool { return slices.Contains(h.kept.Declined, profile) }

// Last returns when a profile was last taken; zero if never.
func (h *History) Last(profile string) time.Time { return h.kept.Uses[profile].Last }

// Weight ranks a profile: how often it was taken, halved for each week since the last
// time.
func (h *History) Weight(profile string, now time.Time) float64 {
	u := h.kept.Uses[profile]
	weeks := now.Sub(u.Last).Hours() / (7 * 24)
	return float64(u.Count) * math.Exp2(-weeks)
}

func (h *History) write() {
	data, err := json.Marshal(h.kept)
	if err == nil && os.MkdirAll(filepath.Dir(h.path), 0o700) == nil {
		_ = files.Replace(h.path, data)
	}
}
