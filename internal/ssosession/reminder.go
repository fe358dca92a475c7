package ssosession

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// A Reminder remembers when the profiles of each session were last synced, and reminds the
// user where that is long ago: once a day at most. It is a convenience: a note that cannot
// be read counts as empty, and one that cannot be written is written the next time.
type Reminder struct {
	Path  string        // of the note, which need not exist
	After time.Duration // that a sync is old; 0: nobody is reminded
	Now   func() time.Time
	There func() bool // whether somebody is there to read it
}

// Old is a session that was synced long ago.
type Old struct {
	Session string
	Line    string // what to tell the user
	Hint    string // what to type
}

// syncNotes is the note's JSON. A later version is left alone.
type syncNotes struct {
	Version  int                 `json:"version"`
	Sessions map[string]syncNote `json:"sessions"`
}

type syncNote struct {
	Synced time.Time `json:"synced,omitzero"` // zero: there is nothing that was synced
	Looked time.Time `json:"looked"`          // when the user was last reminded
}

const (
	syncNotesVersion = 1
	aDay             = 24 * time.Hour
)

// Synced notes that a session was synced now.
func (r Reminder) Synced(session string) {
	notes, ok := r.read()
	if notes.Sessions[session] = (syncNote{r.Now(), r.Now()}); ok {
		r.write(notes)
	}
}

// Due returns the sessions whose sync is old, and notes that the user is reminded of them. A
// session that was synced by an earlier version of guise counts as synced when it is first
// looked at. Where nobody is there to read it, or nothing was synced, nothing is written.
func (r Reminder) Due(f *awsconfig.Files, sessions ...string) (due []Old) {
	notes, ok := r.read()
	if !ok || r.After <= 0 || len(sessions) == 0 {
		return nil
	}
	now, changed := r.Now(), false
	for _, name := range sessions {
		note := notes.Sessions[name]
		if since := now.Sub(note.Looked); since >= 0 && since < aDay || !r.There() {
			continue // a list changes no file for nothing
		}
		template, err := f.SyncTemplate(name)
		switch {
		case err != nil || template == "":
			continue
		case note.Synced.IsZero() || note.Synced.After(now):
			note.Synced = now
		case now.Sub(note.Synced) <= r.After:
			continue
		default:
			due = append(due, Old{name, name + ": last synced " + printable.Ago(note.Synced, now), shell.Guise("sso sync", name)})
		}
		note.Looked = now
		notes.Sessions[name], changed = note, true
	}
	if changed {
		r.write(notes)
	}
	return due
}

func (r Reminder) read() (notes syncNotes, ok bool) {
	if data, err := files.Read(r.Path, files.ConfigLimit); err == nil {
		_ = json.Unmarshal(data, &notes)
	}
	if notes.Sessions == nil {
		notes.Sessions = map[string]syncNote{}
	}
	return notes, notes.Version <= syncNotesVersion
}

func (r Reminder) write(notes syncNotes) {
	notes.Version = syncNotesVersion
	if data, err := json.Marshal(notes); err == nil && os.MkdirAll(filepath.Dir(r.Path), 0o700) == nil {
		_ = files.Replace(r.Path, data)
	}
}

// remind is the reminder of one session, where the portal has just told what it grants:
// with what came and went since the sync.
func (x Sessions) remind(l session.Link, granted []awsconfig.Grant) (due []Old) {
	for _, old := range x.Reminder.Due(x.Files, l.Session) {
		came, went, err := x.news(l, granted)
		switch {
		case err != nil:
		case len(came)+len(went) == 0:
			x.Reminder.Synced(l.Session) // a sync would change nothing
			continue
		default:
			old.Line += moved("; came: ", came) + moved("; went: ", went)
		}
		due = append(due, old)
	}
	return due
}

// moved names profiles behind a word; empty where there is none.
func moved(word string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return word + printable.Some(names)
}

// news is what a sync would add, and what it would find no longer granted.
func (x Sessions) news(l session.Link, granted []awsconfig.Grant) (came, went []string, err error) {
	template, err := x.Files.SyncTemplate(l.Session)
	if err != nil {
		return nil, nil, err
	}
	names, err := awsconfig.NewNamer(template)
	if err != nil {
		return nil, nil, err
	}
	want, err := names.Profiles(l.Session, "", granted)
	if err != nil {
		return nil, nil, err
	}
	_, err = x.Files.Try(func(f *awsconfig.Files) error {
		changes, err := f.Sync(l.Session, template, "guise", want, false)
		came, went = changes.Added, changes.Stale
		return err
	})
	return came, went, err
}
