package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"guise/internal/faults/inject"
)

// moment is something that takes place while a command is held at one of its calls.
type moment struct {
	name  string
	clock string                // how far the clock is off from then on
	other func(s *story) *story // another guise that runs meanwhile
}

func moments() []moment {
	exports := story{args: words("export prod --format credentials-file --to other")}
	return []moment{
		{name: "clock set back a day", clock: "-24h"},
		{name: "clock set ahead a day", clock: "24h"},
		{name: "the same command meanwhile", other: func(s *story) *story { return s }},
		{name: "an export meanwhile", other: func(*story) *story { return &exports }},
	}
}

// fits reports whether it can take place beside a command: the export needs its profile, and
// beside a command that has another one beside it there is no third.
func (m moment) fits(s *story) bool {
	if s.beside != nil {
		return m.other == nil
	}
	return m.other == nil || m.other(s) == s || !strings.HasPrefix(s.state, "two-endpoints")
}

// setClock sets guise's clock in one step: guise may look at it just now.
func (w *world) setClock(off string) error {
	return errors.Join(os.WriteFile(w.clockFile()+".new", []byte(off), 0o644), os.Rename(w.clockFile()+".new", w.clockFile())) //nolint:gosec // the user reads it
}

// patience is how long a command is held for another one, which may wait for it.
const patience = 700 * time.Millisecond

// ends are the ends that are right: those of the command and the other one, one after
// the other in either order.
func (m moment) ends(w *world, s *story, clean *cleanRun) ([]end, error) {
	if m.other == nil {
		return []end{clean.end}, nil
	}
	var ends []end
	other := m.other(s)
	for _, pair := range [][2]*story{{s, other}, {other, s}} {
		if err := w.restore(clean.saved); err != nil {
			return nil, err
		}
		for _, one := range pair {
			if _, err := w.run(one, one.args, inject.Fault{}, nil); err != nil {
				return nil, err
			}
		}
		w.sweep()
		e, err := w.look()
		if err != nil {
			return nil, err
		}
		ends = append(ends, e)
	}
	return ends, nil
}

// judgeMoment looks at one command in the middle of which something takes place.
func (w *world) judgeMoment(s *story, clean *cleanRun, m moment, at int, allowed []end) (v verdict, struck bool, err error) {
	if err := w.restore(clean.saved); err != nil {
		return v, false, err
	}
	var meanwhile outcome
	var failed error
	ended := make(chan struct{})
	n := 0
	mine, err := w.run(s, s.args, inject.Fault{}, func(inject.Call) {
		if n++; n != at {
			return
		}
		struck = true
		if m.other == nil {
			failed = w.setClock(m.clock)
			return
		}
		go func() {
			defer close(ended)
			other := m.other(s)
			meanwhile, failed = w.run(other, other.args, inject.Fault{}, nil)
		}()
		select {
		case <-ended:
		case <-time.After(patience):
		}
	})
	if err != nil || !struck {
		return v, struck, err
	}
	if m.other != nil {
		<-ended
	}
	if failed != nil {
		return v, true, failed
	}
	v, err = w.judgeBoth(s, clean, m, mine, meanwhile, allowed)
	return v, true, errors.Join(err, os.RemoveAll(w.clockFile()))
}

// differsFromEach says how an end differs from the last of those that are allowed; "" where
// it is one of them.
func (e end) differsFromEach(allowed []end) (differs string) {
	for _, one := range allowed {
		if differs = e.differs(one); differs == "" {
			break
		}
	}
	return differs
}

// judgeBoth judges the ends of the two together. Who could not do its work said so,
// and its next run does it.
func (w *world) judgeBoth(s *story, clean *cleanRun, m moment, mine, meanwhile outcome, allowed []end) (v verdict, err error) {
	for _, r := range []outcome{mine, meanwhile} {
		if v := w.handedOut(s, r); v.what != "" && !(v.what == badUnsaid && m.clock != "") { // a day later a yes is over
			return v, nil
		}
	}
	again := map[*story]outcome{s: mine}
	if m.other != nil && m.other(s) != s {
		again[m.other(s)] = meanwhile
	} else if m.other != nil && meanwhile.Code != s.code {
		again[s] = meanwhile
	}
	for one, r := range again {
		switch {
		case r.Hung || meanwhile.Hung:
			return bad(badHang), nil
		case !one.exits(r.Code):
			return bad(badCode(r.Code), r.Err), nil
		case r.Code != one.code && !hasLine(r.Err) && !one.reports:
			return bad(badMessage, r.Code, " ", r.Err), nil
		case r.Code == one.code:
			continue
		}
		next, err := w.run(one, one.args, inject.Fault{}, nil)
		if err != nil {
			return v, err
		}
		if v := w.handedOut(one, next); v.what != "" {
			return v, nil
		}
		// A sign-in of `aws login` is kept as the AWS CLI keeps it, by this computer's
		// clock; and doctor reports a clock that is off.
		unkept := m.clock != "" && strings.Contains(next.Err, "the session is not kept")
		if next.Code != one.code && !one.over && !unkept && !one.said(next) {
			return bad(badAgain, next.Code, " ", next.Err, "\nat first: ", r.Err), nil
		}
	}
	w.sweep()
	now, err := w.look()
	if err != nil {
		return v, err
	}
	if differs := now.differsFromEach(allowed); differs != "" {
		return bad(badEnd, differs, "\n", mine.Err, meanwhile.Err), nil
	}
	alone := m.other == nil || m.other(s) == s
	switch {
	case now.barer(clean.before) != "":
		return bad(badBare, now.barer(clean.before)), nil
	case s.clears && alone && mine.Code == 0 && now.sessions > clean.end.sessions:
		return bad(badKept, now.sessions, ", not ", clean.end.sessions), nil
	}
	if v := leftBehind(clean, now); v.what != "" && m.other == nil {
		return v, nil
	}
	return w.allWork(s)
}
