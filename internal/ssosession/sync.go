package ssosession

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/naming"
	"guise/session"
	"guise/shell"
)

// NameTemplate is how synced profiles are named unless the user says otherwise.
const NameTemplate = "{{.AccountName}}.{{.RoleName}}"

// A Sync writes the profiles of what a session grants.
type Sync struct {
	Template   string // of their names; empty: as the last time, the first time NameTemplate
	Region     string // of new ones; empty: the session's
	Prune      bool   // remove what is not granted any more
	DryRun     bool   // only tell what would change
	Executable string // the path of guise, which they call
	// Agree asks the user about a change, whose diff it is given; nil: it is made unasked. A
	// change that somebody else makes meanwhile is not asked about again.
	Agree func(diff string, would Synced) error
	// Rewrite edits the user's files: see awsconfig.Rewrite.
	Rewrite func(edit func(*awsconfig.Files) error) (changed bool, err error)
}

// Synced is what a sync has changed, or would change.
type Synced struct {
	awsconfig.SyncChanges
	Written bool   `json:"written"`
	Diff    string `json:"-"` // of a dry run

	again bool // there was a sync before
}

// Sync reads what a session grants, signing in where that is needed, and writes a profile
// for each account and role. Its errors are *naming.Misuse for the template, those of
// Granted, of awsconfig.Files.Sync and of Rewrite; a *awsconfig.SyntaxError where a dry
// run finds files that could not be written.
func (x Sessions) Sync(ctx context.Context, l session.Link, s Sync) (Synced, error) {
	remembered, err := x.Files.SyncTemplate(l.Session)
	if err != nil {
		return Synced{}, err
	}
	s.Template = cmp.Or(s.Template, remembered, NameTemplate)
	names, err := awsconfig.NewNamer(s.Template)
	if err != nil {
		return Synced{}, &naming.Misuse{What: "--template", Why: err.Error(), Hint: shell.Guise("sso sync --template '"+NameTemplate+"'", l.Session)}
	}
	granted, region, err := x.Granted(ctx, l, false)
	if err != nil {
		return Synced{}, err
	}
	want, err := names.Profiles(l.Session, cmp.Or(s.Region, region), granted)
	if err != nil {
		return Synced{}, &naming.Misuse{What: "--template", Why: err.Error()}
	}
	var done Synced
	edit := func(f *awsconfig.Files) (err error) {
		done.SyncChanges, err = f.Sync(l.Session, s.Template, s.Executable, want, s.Prune)
		return err
	}
	done.again = remembered != ""
	if s.DryRun || s.Agree != nil {
		if err = x.Files.Check(); err == nil {
			done.Diff, err = x.Files.Try(edit)
		}
		if err != nil || s.DryRun {
			return done, err
		}
		if done.Diff != "" {
			err = s.Agree(done.Diff, done)
		}
		done.Diff = ""
	}
	if err != nil {
		return done, err
	}
	if done.Written, err = s.Rewrite(edit); err == nil {
		x.Reminder.Synced(l.Session)
	}
	return done, err
}

// News says what came and went since the sync before, a line for each; nothing of the first.
func (s Synced) News(session string) (lines []string) {
	if !s.again {
		return nil
	}
	for _, line := range []string{moved("came: ", s.Added), moved("went: ", s.Removed)} {
		if line != "" {
			lines = append(lines, session+": "+line)
		}
	}
	return lines
}

// Question asks whether to write what a sync would.
func (s Synced) Question(file string) string {
	if len(s.Added)+len(s.Removed)+len(s.Renamed) == 0 {
		return "update the profiles in " + file
	}
	return strings.TrimPrefix(s.Would(), "would ") + ", in " + file
}

// shownLines is how many lines of a diff stand above the question.
const shownLines = 20

// Shown is what stands above the question: the diff, or its beginning.
func (s Synced) Shown(diff, session string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(diff, "\n"), "\n")
	if more := len(lines) - shownLines; more > shownLines/4 { // the rest is worth a command
		return strings.Join(lines[:shownLines], "") + fmt.Sprintf("… and %d more lines (%s shows all)\n", more, shell.Guise("sso sync --dry-run", session))
	}
	return diff
}

// Notes say which profiles were left as they are, and why, a line for each.
func (s Synced) Notes(session string) (lines []string) {
	for _, taken := range s.Taken {
		lines = append(lines, fmt.Sprintf("%s: there is a profile of this name already, which %s's sync did not write: skipped", taken, session))
	}
	for _, stale := range s.Stale {
		lines = append(lines, stale+" is no longer granted (--prune removes it)")
	}
	return lines
}
