//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// TestFirstRun: what is bad is noticed, under its name, and only that.
func TestFirstRun(t *testing.T) {
	w := &world{aws: loopback.New(time.Now)}
	clean := &cleanRun{starts: []string{""}, configs: []string{""}, credentials: []string{""}}
	_, hers := secretOf("alice")
	for name, c := range map[string]struct {
		s    story
		kind inject.Kind
		r    inject.Result
		now  end
		want string
	}{
		"as it should be":         {},
		"fails, and says so":      {r: inject.Result{Code: 1, Err: "guise: a: b"}},
		"a code of no meaning":    {r: inject.Result{Code: 7, Err: "guise: a: b"}, want: "exit code 7"},
		"ended by a signal":       {r: inject.Result{Code: -1, Err: "guise: a: b"}, want: "exit code -1"},
		"killed":                  {kind: inject.Kill, r: inject.Result{Code: -1}},
		"the command's code":      {s: story{codes: []int{22}}, r: inject.Result{Code: 22, Err: "guise: a: b"}},
		"shown on stdout":         {r: inject.Result{Out: hers}, want: badSecret},
		"shown at the terminal":   {r: inject.Result{Shown: hers}, want: badSecret},
		"shown by what prints":    {s: story{prints: true}, r: inject.Result{Out: hers}, want: badSecret},
		"open to others":          {now: end{bare: []string{"home/.local/x"}}, want: badBare},
		"open after a kill":       {kind: inject.Kill, now: end{bare: []string{"home/.local/x"}}, want: badBare},
		"sessions left, exit 0":   {s: story{clears: true}, now: end{sessions: 1}, want: badKept},
		"sessions left, exit 1":   {s: story{clears: true}, r: inject.Result{Code: 1, Err: "guise: a: b"}, now: end{sessions: 1}},
		"sessions of no business": {now: end{sessions: 1}},
	} {
		if v := w.firstRun(&c.s, clean, inject.Fault{Kind: c.kind}, outcome{Result: c.r}, c.now); v.what != c.want {
			t.Errorf("%s: %q, not %q", name, v.what, c.want)
		}
	}
}

// TestBare: files and folders that others may use are seen, links are not.
func TestBare(t *testing.T) {
	w := &world{root: t.TempDir(), aws: loopback.New(time.Now)}
	if err := os.MkdirAll(filepath.Join(w.home(), ".local"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(w.dir(), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{"open": 0o640, "closed": 0o600} {
		path := filepath.Join(w.home(), name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("closed", filepath.Join(w.home(), "link")); err != nil {
		t.Fatal(err)
	}
	e, err := w.look()
	if got := strings.Join(e.bare, " "); err != nil || got != "home/open" {
		t.Errorf("%q, %v", got, err)
	}
	if e.barer(end{}) != "home/open" || e.barer(e) != "" {
		t.Errorf("%q, %q", e.barer(end{}), e.barer(e))
	}
}

// TestUntried: that nothing was tried is no success.
func TestUntried(t *testing.T) {
	r := newRow(&story{name: "one"})
	if r.untried(0) != nil || r.untried(3) == nil {
		t.Error("nothing was tried")
	}
	r.count("kill", verdict{})
	if err := r.untried(3); err != nil {
		t.Error(err)
	}
}

// TestHandedOut: what is given out without a yes is noticed, of both programs; and that a yes
// gives nothing.
func TestHandedOut(t *testing.T) {
	w := &world{aws: loopback.New(time.Now)}
	const creds = `{"Version":1,"AccessKeyId":"ASIA"}`
	gave, refused := outcome{Result: inject.Result{Out: creds}}, outcome{Result: inject.Result{Code: 1, Err: "guise: a: b"}}
	silent := outcome{Result: inject.Result{Code: 1}}
	for name, c := range map[string]struct {
		s      story
		r      outcome
		beside *outcome
		want   string
	}{
		"after a yes":              {s: story{needsYes: true}, r: outcome{Result: gave.Result, yes: true}},
		"without":                  {s: story{needsYes: true}, r: gave, want: badGiven},
		"of no guarded profile":    {r: gave},
		"the other, after a yes":   {s: story{needsYes: true, beside: asks(0)}, r: outcome{yes: true}, beside: &gave},
		"the other, without":       {s: story{needsYes: true, beside: asks(0)}, beside: &gave, want: badGiven},
		"the other, after a no":    {s: story{needsYes: true, beside: asks(1)}, beside: &refused},
		"a yes that gives nothing": {s: story{needsYes: true, beside: asks(0)}, r: outcome{yes: true}, beside: &refused, want: badUnsaid},
		"the other says nothing":   {s: story{code: 3, beside: asks(0)}, beside: &silent, want: badMessage},
		"the other hangs":          {s: story{beside: asks(0)}, beside: &outcome{Result: inject.Result{Hung: true}}, want: badHang},
	} {
		c.r.beside = c.beside
		if v := w.handedOut(&c.s, c.r); v.what != c.want {
			t.Errorf("%s: %q, not %q", name, v.what, c.want)
		}
	}
}
