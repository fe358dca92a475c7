package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guise/internal/faults/inject"
)

// verdict is what was wrong with one fault; empty: nothing.
type verdict struct{ what, detail string }

func bad(what string, detail ...any) verdict { return verdict{what, fmt.Sprint(detail...)} }

// The ways in which a fault can go badly, as the table names them.
const (
	badHang      = "hangs"
	badPanic     = "panics"
	badHalf      = "half-written file"
	badUnsaid    = "exit 0, not done"
	badMessage   = "no clear line"
	badSecret    = "secret shown"
	badNoService = "no credentials"
	badAgain     = "cannot be run again"
	badEnd       = "next run does not end it"
	badLost      = "profile lost"
	badLeft      = "secret left"
	badWrites    = "changes a file"
	badLitter    = "temporary file left"
	badBare      = "open to others"
	badKept      = "sessions kept" // and exit 0
	badGiven     = "given without a yes"
	badWide      = "given the wide session"
	badLog       = "log lost"
)

// badCode is the name of an exit code that guise has not.
func badCode(code int) string { return fmt.Sprint("exit code ", code) }

// judge looks at one fault: at the run with it, then at the next run without.
func (w *world) judge(s *story, clean *cleanRun, f inject.Fault) (verdict, outcome, error) {
	if err := w.restore(clean.saved); err != nil {
		return verdict{}, outcome{}, err
	}
	r, err := w.run(s, s.args, f, nil)
	if err != nil {
		return verdict{}, r, err
	}
	if !r.Struck {
		return verdict{}, r, nil
	}
	w.sweep()
	now, err := w.look()
	if err != nil {
		return verdict{}, r, err
	}
	if v := w.firstRun(s, clean, f, r, now); v.what != "" {
		return v, r, nil
	}
	v, err := w.nextRun(s, clean, now, f.Kind == inject.Kill || f.Kind == inject.Torn)
	return v, r, err
}

// firstRun judges the run that the fault befell.
func (w *world) firstRun(s *story, clean *cleanRun, f inject.Fault, r outcome, now end) verdict {
	killed := f.Kind == inject.Kill || f.Kind == inject.Torn
	if v := w.handedOut(s, r); v.what != "" {
		return v
	}
	switch {
	case r.Hung:
		return bad(badHang, r.Err)
	case strings.Contains(r.Err, "goroutine ") || strings.Contains(r.Err, "panic:"):
		return bad(badPanic, r.Err)
	case !killed && !s.exits(r.Code):
		return bad(badCode(r.Code), r.Err)
	case now.barer(clean.before) != "":
		return bad(badBare, now.barer(clean.before))
	case !slices.Contains(clean.configs, now.config):
		return bad(badHalf, awsConfig, "\n", now.config)
	case !slices.Contains(clean.credentials, now.credentials):
		return bad(badHalf, awsCredentials, "\n", now.credentials)
	case !slices.Contains(clean.starts, now.start):
		return bad(badHalf, startFile, "\n", now.start)
	case !killed && r.Code == clean.code && now.differs(clean.end) != "" && !s.said(r):
		return bad(badUnsaid, now.differs(clean.end), "\n", r.Err)
	case s.logs && !w.logWhole():
		return bad(badLog, "a line of it is not there any more")
	case !killed && r.Code == 0 && s.clears && now.sessions > clean.end.sessions:
		return bad(badKept, now.sessions, ", not ", clean.end.sessions, "\n", r.Err)
	case !killed && r.Code != clean.code && !hasLine(r.Err) && !s.said(r):
		return bad(badMessage, r.Code, " ", r.Err)
	case !killed && s.serves && !strings.Contains(r.Out, "AccessKeyId"):
		return bad(badNoService, r.Err)
	}
	return verdict{}
}

// said: what went wrong is in the report that the command prints.
func (s *story) said(r outcome) bool {
	return s.reports && (strings.Contains(r.Out, "fixing it failed") || strings.Contains(r.Out, "serious: "))
}

func hasLine(text string) bool {
	return strings.HasPrefix(text, "guise: ") || strings.Contains(text, "\nguise: ")
}

// nextRun runs the command again, a while later, and judges what has come of it. In
// doubt: the first run may not know what AWS did.
func (w *world) nextRun(s *story, clean *cleanRun, before end, inDoubt bool) (verdict, error) {
	if err := w.age(); err != nil {
		return verdict{}, err
	}
	r, err := w.run(s, s.args, inject.Fault{}, nil)
	if err != nil {
		return verdict{}, err
	}
	if v := w.handedOut(s, r); v.what != "" {
		return v, nil
	}
	if inDoubt {
		if r, err = w.inDoubt(s, r); err != nil {
			return verdict{}, err
		}
		if v := w.shown(s, r); v.what != "" {
			return v, nil
		}
	}
	w.sweep()
	now, err := w.look()
	if err != nil {
		return verdict{}, err
	}
	done := before.differs(clean.end) == ""
	switch {
	case r.Hung:
		return bad(badHang, "the next run: ", r.Err), nil
	case !s.exits(r.Code):
		return bad(badCode(r.Code), "the next run: ", r.Err), nil
	case now.barer(clean.before) != "":
		return bad(badBare, "the next run: ", now.barer(clean.before)), nil
	case s.clears && r.Code == 0 && now.sessions > clean.end.sessions:
		return bad(badKept, "the next run: ", now.sessions, ", not ", clean.end.sessions), nil
	case r.Code != clean.code && !(s.over && done):
		return bad(badAgain, r.Code, " ", r.Err), nil
	case now.differs(clean.end) != "":
		return bad(badEnd, now.differs(clean.end), "\n", r.Err), nil
	}
	if v := leftBehind(clean, now); v.what != "" && !(v.what == badLitter && r.Code != clean.code) { // one that refuses clears nothing away
		return v, nil
	}
	if s.logs && w.lastLogged() != "renewed" {
		return bad(badLog, "the next run is not in it: ", w.lastLogged()), nil
	}
	return w.allWork(s)
}

// allWork asks AWS who the profiles are that must have credentials, and has a guarded one
// given out after a yes.
func (w *world) allWork(s *story) (verdict, error) {
	if s.needsYes {
		if v, err := w.givenAfterYes(); v.what != "" || err != nil {
			return v, err
		}
	}
	for _, some := range []struct{ profiles, env []string }{{s.works, s.env}, {s.alsoWorks, nil}} {
		for _, profile := range some.profiles {
			asks := &story{env: some.env, typed: s.typed}
			who, err := w.run(asks, []string{"whoami", profile}, inject.Fault{}, nil)
			if v := w.shown(asks, who); err == nil && v.what != "" {
				return v, nil
			}
			if err != nil || who.Code != 0 {
				return bad(badLost, profile, ": ", who.Err), err
			}
		}
	}
	return verdict{}, nil
}

// inDoubt does what guise asks for where it cannot know: a key that AWS may have made
// for a rotation which did not see the answer is the user's to delete.
func (w *world) inDoubt(s *story, r outcome) (outcome, error) {
	_, rest, asks := strings.Cut(r.Err, "hint: aws iam delete-access-key --profile bob --access-key-id ")
	if !asks {
		return r, nil
	}
	w.aws.RemoveKey(strings.Fields(rest)[0])
	return w.run(s, s.args, inject.Fault{}, nil)
}

// age makes temporary files look as old as they are when the next run comes later.
func (w *world) age() error {
	long := time.Now().Add(-time.Hour)
	return filepath.WalkDir(w.dir(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && (d.Type().IsRegular() && isTemp(path) || strings.HasPrefix(d.Name(), "guise-demo-")) {
			err = os.Chtimes(path, long, long)
		}
		return err
	})
}

// leftBehind looks for what no run may leave: a secret, a temporary file.
func leftBehind(clean *cleanRun, now end) verdict {
	for user, in := range now.secrets {
		for _, name := range in {
			if !slices.Contains(clean.end.secrets[user], name) {
				return bad(badLeft, user, " in ", name)
			}
		}
	}
	for _, name := range now.files {
		if !slices.Contains(clean.end.files, name) && !slices.Contains(clean.before.files, name) {
			return bad(badLitter, name)
		}
	}
	return verdict{}
}
