package cmd

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"time"

	"guise/internal/files"
)

// history is what the picker goes by: how often and when each profile was
// taken, and which profiles the person did not want adopted. It is a
// convenience: what cannot be read or written is passed over.
type history struct {
	Uses     map[string]uses
	Declined []string `json:",omitempty"`
}

type uses struct {
	Count int
	Last  time.Time
}

// weight ranks profiles: by how often they were taken, halved for each week
// since the last time.
func (u uses) weight(now time.Time) float64 {
	weeks := now.Sub(u.Last).Hours() / (7 * 24)
	return float64(u.Count) * math.Exp2(-weeks)
}

func (a *app) historyFile() string { return filepath.Join(a.State, "history.json") }

func (a *app) history() history {
	var h history
	if data, err := files.Read(a.historyFile(), files.ConfigLimit); err == nil {
		_ = json.Unmarshal(data, &h)
	}
	if h.Uses == nil {
		h.Uses = map[string]uses{}
	}
	return h
}

func (a *app) keepHistory(h history) {
	data, err := json.Marshal(h)
	if err == nil && os.MkdirAll(a.State, 0o700) == nil {
		_ = files.Replace(a.historyFile(), data)
	}
}

func (a *app) noteUse(name string) {
	h := a.history()
	u := h.Uses[name]
	h.Uses[name] = uses{u.Count + 1, a.Now()}
	a.keepHistory(h)
}

func (a *app) declined(name string) bool {
	for _, d := range a.history().Declined {
		if d == name {
			return true
		}
	}
	return false
}

func (a *app) decline(name string) {
	h := a.history()
	h.Declined = append(h.Declined, name)
	a.keepHistory(h)
}
