package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guise/internal/faults/inject"
)

// beside is another guise, which runs while a story's command does: two that are needed for
// one question.
type beside struct {
	args  []string
	typed []answer
	// waits: it is there first, and waits for what the command answers. Else it comes once
	// the command waits.
	waits bool
	// code is its exit code without a fault.
	code int
}

// What is typed to a question for approval.
const (
	yes = "y"
	no  = "n"
)

const (
	allowed = "asks for deploy: allow for 15m? [y/N]" // the question
	handOut = "credential-process --profile deploy"
)

func say(what string) []answer { return []answer{{allowed, what}} }

// answers is the window in which the user answers what a program waits for.
func answers(what string) *beside { return &beside{args: words("login"), typed: say(what)} }

// asks is a program that waits for what the user says in the window of the command.
func asks(code int) *beside { return &beside{args: words(handOut), waits: true, code: code} }

// guardedStories are requests for a profile that needs approval, with a yes, a no and
// nobody, by each way that hands credentials out; and the end of an approval.
func guardedStories() []story {
	nobody, agent := []string{"GUISE_WAIT_FOR_PERSON=0s"}, []string{"CLAUDECODE=1"}
	login, others := words("login deploy"), []string{"prod"} // named: where nothing waits, login alone would open the picker
	return []story{
		{name: "approve-yes", state: "guarded-cold", args: words(handOut), typed: say(yes), env: []string{patient}, works: others, serves: true, prints: true, needsYes: true},
		{name: "approve-no", state: "guarded", args: words(handOut), typed: say(no), env: []string{patient}, works: others, code: 1, needsYes: true},
		{name: "approve-nobody", state: "guarded", args: words(handOut), env: nobody, works: others, code: 3, needsYes: true},
		{name: "exec-nobody", state: "guarded", args: words("exec deploy -- sh -c 'env; guise " + handOut + "'"), env: nobody, works: others, code: 3, needsYes: true, variant: true},
		{name: "exec-serve-nobody", state: "guarded", args: words("exec deploy --serve -- sh -c " + askEndpoint), env: nobody, works: others, code: 3, needsYes: true, codes: []int{22}, variant: true},
		{name: "exec-export-nobody", state: "guarded", args: words("exec deploy --export -- env"), env: nobody, works: others, code: 3, needsYes: true, variant: true},
		{name: "export-nobody", state: "guarded", args: words("export deploy"), env: nobody, works: others, code: 3, needsYes: true, variant: true},
		{name: "console-nobody", state: "guarded", args: words("console deploy --print"), env: nobody, works: others, code: 3, needsYes: true, variant: true},
		{name: "one-off-nobody", state: "guarded", args: words("export " + deployRole), env: nobody, works: others, code: 3, needsYes: true, variant: true},
		{name: "waiting-yes", state: "guarded-cold", args: words(handOut), works: others, prints: true, needsYes: true, beside: answers(yes)},
		{name: "waiting-no", state: "guarded", args: words(handOut), works: others, code: 1, needsYes: true, beside: answers(no), variant: true},
		{name: "login-yes", state: "guarded", args: login, typed: say(yes), works: others, needsYes: true, beside: asks(0)},
		{name: "login-no", state: "guarded", args: login, typed: say(no), works: others, needsYes: true, beside: asks(1), variant: true},
		{name: "use-approved", state: "guarded", args: words("use deploy"), typed: terminal(), env: []string{"GUISE_SHELL=zsh"}, works: others, variant: true},
		{name: "logout-approved", state: "approved", args: words("logout deploy"), works: others, clears: true, variant: true},
		{name: "logout-all-approved", state: "approved", args: words("logout --all"), works: others, clears: true, variant: true},
		{name: "agent-denied", state: "agents-deny", args: words(handOut), env: agent, alsoWorks: own(), code: 1, needsYes: true},
		{name: "agent-read-only", state: "agents-read", args: words(handOut), env: agent, alsoWorks: own(), serves: true, prints: true, narrow: true},
	}
}

// deployRole is deploy's role without its name, which is as guarded.
const deployRole = "--role-arn arn:aws:iam::333333333333:role/Deploy --source carol"

// oneOffStories are sessions that no profile is for, those that become one, narrower ones,
// and the log that is full.
func oneOffStories() []story {
	saved := append(own(), "saved")
	return []story{
		{name: "exec-one-off", state: "keep", args: words("exec " + deployRole + " -- sh -c " + askEndpoint), works: own(), serves: true, prints: true, codes: []int{22}, variant: true},
		{name: "exec-narrow", state: "session", args: words("exec deploy --read-only -- sh -c " + askEndpoint), works: own(), serves: true, prints: true, narrow: true, codes: []int{22}},
		{name: "exec-save-as", state: "keep", args: words("exec " + deployRole + " --save-as saved --yes -- sh -c " + askEndpoint), works: saved, prints: true, codes: []int{22}, over: true},
		{name: "export-save-as", state: "keep", args: words("export " + deployRole + " --save-as saved --yes"), works: saved, prints: true, over: true, variant: true},
		{name: "save-as-narrow", state: "session", args: words("export deploy --read-only --save-as saved --yes"), works: saved, prints: true, narrow: true, over: true, variant: true},
		{name: "log-rotates", state: "full-log", args: words("login --force prod"), works: own(), logs: true},
	}
}

// guardDeploy has programs get deploy's credentials only after a yes.
func (w *world) guardDeploy() error {
	return w.settings("[guard.profiles]\ndeploy = { approve = \"15m\" }\n")
}

// agents says what agents get.
func agents(what string) func(w *world) error {
	return func(w *world) error { return w.settings("[guard]\nagents = \"" + what + "\"\n") }
}

func (w *world) settings(text string) error {
	const folder = ".config/guise"
	return errors.Join(os.MkdirAll(filepath.Join(w.home(), folder), 0o700), w.write(folder+"/config.toml", text), w.giveAway())
}

// A program that waits for an answer does so for as long as a computer with far too much to do
// may need to give it: else it would be guise's failure that nobody was quick enough. It is
// patient alone where the answer may never come: something goes wrong around it, or with it
// while the other is to answer.
const (
	patient   = "GUISE_WAIT_FOR_PERSON=10s"
	unhurried = "GUISE_WAIT_FOR_PERSON=75s"
)

// grace is how long the other guise has to notice what the command has done for it.
const grace = time.Second

// runBeside runs the story's command and the other guise, one of which waits for the other.
// Where the command ends otherwise than without a fault, the one that waits is ended.
func (w *world) runBeside(s *story, args []string, f inject.Fault, before func(inject.Call)) (mine outcome, err error) {
	b := s.beside
	other := &story{args: b.args, typed: b.typed, env: append([]string{patient}, s.env...), odd: s.odd}
	var theirs outcome
	var failed error
	known := w.pending()
	ended, mineEnded := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		if b.waits || w.isAsked(known, mineEnded) {
			theirs, failed = w.runAlone(other, other.args, inject.Fault{}, nil)
		}
	}()
	if b.waits {
		w.isAsked(known, ended) // where it has ended instead, it is judged by what it gave out
	}
	it := *s
	it.env = append([]string{patient}, s.env...)
	mine, err = w.runAlone(&it, args, f, before)
	close(mineEnded)
	if mine.Code != s.code {
		select {
		case <-ended:
		case <-time.After(grace):
			w.sweep()
		}
	}
	<-ended
	mine.beside, mine.yes = &theirs, mine.yes || theirs.yes
	return mine, errors.Join(err, failed)
}

// pending are the requests for approval that are written down, also of who is not there any
// more.
func (w *world) pending() (all []string) {
	for _, folder := range []string{"run/guise/waiting", "home/" + cacheFolder + "run/waiting"} {
		found, _ := filepath.Glob(filepath.Join(w.dir(), folder, strings.Repeat("?", 64)))
		for _, path := range found {
			if data, err := os.ReadFile(path); err == nil && strings.Contains(string(data), `"kind":"approval"`) {
				all = append(all, path)
			}
		}
	}
	return all
}

// isAsked waits until a request for approval is pending that is none of those that are known;
// it is not, where that is over which would ask.
func (w *world) isAsked(known []string, over <-chan struct{}) bool {
	for {
		if slices.ContainsFunc(w.pending(), func(path string) bool { return !slices.Contains(known, path) }) {
			return true
		}
		select {
		case <-over:
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// handedOut judges what a run, and the other guise beside it, gave out and showed.
func (w *world) handedOut(s *story, r outcome) verdict {
	for _, one := range []*outcome{&r, r.beside} {
		if one == nil {
			continue
		}
		all := one.Out + one.Err + one.Shown
		given := strings.Contains(all, "AccessKeyId\":") || strings.Contains(all, "SigninToken=") || holdsAny(all, w.aws.Secrets())
		switch {
		case s.needsYes && given && !r.yes:
			return bad(badGiven, all)
		case s.narrow && holdsAny(one.Out, w.aws.WideSessions()):
			return bad(badWide, all)
		}
	}
	if r.beside == nil {
		return w.shown(s, r)
	}
	b := s.beside
	switch theirs := *r.beside; {
	case theirs.Hung:
		return bad(badHang, "the other: ", theirs.Err)
	case b.waits && r.Code == s.code && theirs.Code != b.code:
		return bad(badUnsaid, "the other: ", theirs.Code, " ", theirs.Err, "\n", r.Err)
	case theirs.Code != b.code && theirs.Code > 0 && !hasLine(theirs.Err):
		return bad(badMessage, "the other: ", theirs.Code, " ", theirs.Err)
	}
	if v := w.shown(&story{prints: b.waits}, *r.beside); v.what != "" {
		return v
	}
	return w.shown(s, r)
}

// givenAfterYes looks that the guarded profile can be had: with a yes.
func (w *world) givenAfterYes() (verdict, error) {
	r, err := w.run(&story{typed: say(yes), env: []string{patient}}, words(handOut), inject.Fault{}, nil)
	if strings.Contains(w.read(".config/guise/config.toml"), "deny") { // no yes is enough
		r, err = w.run(&story{}, words(handOut), inject.Fault{}, nil)
	}
	if err == nil && (r.Code != 0 || !strings.Contains(r.Out, "AccessKeyId")) {
		return bad(badLost, "deploy, after a yes: ", r.Code, " ", r.Err, r.Shown), nil
	}
	return verdict{}, err
}
