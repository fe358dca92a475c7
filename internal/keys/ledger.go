package keys

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"guise/internal/files"
)

// The ledger is a file of ids, serials and places. A store cannot be relied on to
// answer when it is asked what it has: the ledger knows which store may have a
// secret, what is to be removed, and which change was interrupted.
type ledger struct {
	Version   int                  `json:"version"`
	Secrets   map[string]*record   `json:"secrets"` // by the name that the stores have it under
	Rotations map[string]*rotation `json:"rotations,omitempty"`
}

const (
	ledgerVersion = 1
	ledgerFile    = "keys.json"
	ledgerLimit   = 1 << 20 // bytes: thousands of keys

	// devicesFile is what guise had before the ledger: a list of serials.
	devicesFile = "devices.json"
)

// A record is what is known of one secret.
type record struct {
	// In are the stores that have it, or may: it was being put there.
	In []Place `json:"in,omitempty"`
	// RemoveFrom are the stores that may have a copy which is to be removed.
	RemoveFrom []Place `json:"remove_from,omitempty"`
	// Begun: it was being stored when this was written.
	Begun bool `json:"begun,omitempty"`
	// Profile is the one that it was stored for, for words.
	Profile string `json:"profile,omitempty"`
	// Files are the AWS files whose profiles use it.
	Files []filePair `json:"files,omitempty"`
	// Endpoints are where it is known by: empty is AWS itself. A key of before this
	// was noted is AWS's.
	Endpoints []string `json:"endpoints,omitempty"`

	unknown bool // the ledger has no word of it
}

// A rotation is where one stands that was not finished.
type rotation struct {
	Old string `json:"old"`
	New string `json:"new,omitempty"` // an id that AWS gave as the answer to our call
	// Deleting: New is being deleted at AWS again, since it could not be stored.
	Deleting bool `json:"deleting,omitempty"`
	// Making is when the call began that makes the new key; zero after an answer.
	Making time.Time `json:"making,omitzero"`
	// Before: an earlier guise began it, which noted the new key after storing it.
	Before bool `json:"before,omitempty"`
}

// A NewerError is a ledger that a later version of guise wrote. It is left as it is.
type NewerError struct {
	Path    string
	Version int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s has format version %d, of a newer guise; this one reads up to %d", e.Path, e.Version, ledgerVersion)
}

func (k *Keeper) ledgerPath() string { return filepath.Join(k.Dir, ledgerFile) }

func (k *Keeper) load() (*ledger, error) {
	l := &ledger{Version: ledgerVersion}
	data, err := files.Read(k.ledgerPath(), ledgerLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		k.addDevicesOfBefore(l)
		return l, nil
	case err != nil:
		return nil, err
	}
	l.Version = 0
	err = json.Unmarshal(data, l)
	switch {
	case l.Version > ledgerVersion:
		return nil, &NewerError{k.ledgerPath(), l.Version}
	case err != nil || l.Version < 1 || !l.whole():
		return nil, fmt.Errorf("%s cannot be read: move it away; guise then asks both stores for each secret", k.ledgerPath())
	}
	return l, nil
}

// whole reports whether a ledger says of each secret and rotation that it names what
// guise writes of them.
func (l *ledger) whole() bool {
	for _, r := range l.Secrets {
		if r == nil || slices.ContainsFunc(slices.Concat(r.In, r.RemoveFrom), func(place Place) bool { return !slices.Contains(both(), place) }) {
			return false
		}
	}
	for _, r := range l.Rotations {
		if r == nil || r.Old == "" {
			return false
		}
	}
	return true
}

// peek is the ledger for those who only look: without one, nothing is known.
func (k *Keeper) peek() *ledger {
	l, err := k.load()
	if err != nil {
		return &ledger{}
	}
	return l
}

func (k *Keeper) addDevicesOfBefore(l *ledger) {
	data, err := files.Read(filepath.Join(k.Dir, devicesFile), ledgerLimit)
	var serials []string
	if err != nil || json.Unmarshal(data, &serials) != nil {
		return
	}
	for _, serial := range serials {
		l.at(devicePrefix + serial).In = both() // one of them
	}
}

// save writes the ledger. The caller holds the lock, in whose folder it is.
func (k *Keeper) save(l *ledger) error {
	maps.DeleteFunc(l.Secrets, func(_ string, r *record) bool { return len(r.In)+len(r.RemoveFrom) == 0 })
	data, _ := json.MarshalIndent(l, "", "  ") // text, numbers and times of our own: it never fails
	return k.Write(k.ledgerPath(), append(data, '\n'))
}

// record is what is known of a secret, to look at.
func (l *ledger) record(name string) record {
	if r, ok := l.Secrets[name]; ok {
		return *r
	}
	return record{unknown: true}
}

// at is the record of a secret, to change.
func (l *ledger) at(name string) *record {
	if l.Secrets == nil {
		l.Secrets = map[string]*record{}
	}
	if l.Secrets[name] == nil {
		l.Secrets[name] = &record{}
	}
	return l.Secrets[name]
}

// names returns the names of all secrets, sorted.
func (l *ledger) names() []string { return slices.Sorted(maps.Keys(l.Secrets)) }

// mayBeIn reports whether a store that does not answer may have the secret.
func (r record) mayBeIn(place Place) bool {
	return r.unknown || slices.Contains(r.In, place) || slices.Contains(r.RemoveFrom, place)
}

// rank orders stores for reading.
func (r record) rank(place Place) int {
	rank := 1
	switch {
	case slices.Contains(r.In, place):
		rank = 0
	case slices.Contains(r.RemoveFrom, place):
		rank = 2
	}
	return 2*rank + slices.Index(both(), place)
}

func (r *record) addIn(place Place) {
	if !slices.Contains(r.In, place) {
		r.In = append(r.In, place)
	}
}

// usedIn notes the AWS files, as they are now. These three take a pair by its real
// names.
func (r *record) usedIn(pair filePair) {
	r.notUsedIn(pair)
	r.Files = append(r.Files, pair.noted())
}

func (r *record) notUsedIn(pair filePair) {
	r.Files = slices.DeleteFunc(r.Files, func(noted filePair) bool { return pair.is(noted.resolved()) })
}

func (r *record) notes(pair filePair) bool {
	return slices.ContainsFunc(r.Files, func(noted filePair) bool { return pair.is(noted.resolved()) })
}
