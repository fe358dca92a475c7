package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// limit is how long a command may take: more than guise's own limits for one answer
// of AWS together.
const limit = 90 * time.Second

// answer is what a user does at the terminal when a text is shown. It is typed, but
// for two.
type answer struct{ shown, typed string }

const (
	theCode = "the code that the device shows; the one after it, where that was typed"
	visit   = "the user opens the page on another device, and allows it"
)

// command is guise with words, as a user or a program calls it.
func (w *world) command(args ...string) inject.Command {
	return inject.Command{Program: w.program, Args: args, Dir: w.dir(), Env: w.env(), Limit: limit, User: w.user}
}

// outcome is how a run went.
type outcome struct {
	inject.Result
	yes    bool     // the user typed it, here or to the other guise
	beside *outcome // of the other guise; nil: there was none
}

// run runs guise with one fault; with answers, at a terminal; beside another one, where the
// story has one.
func (w *world) run(s *story, args []string, f inject.Fault, before func(inject.Call)) (outcome, error) {
	if s.beside != nil {
		return w.runBeside(s, args, f, before)
	}
	return w.runAlone(s, args, f, before)
}

func (w *world) runAlone(s *story, args []string, f inject.Fault, before func(inject.Call)) (outcome, error) {
	c := w.command(args...)
	c.Env = changed(c.Env, s.env)
	for i := range c.Env {
		c.Env[i] = strings.ReplaceAll(c.Env[i], "WORLD_HOME", w.home())
	}
	wronged := f.Kind != inject.None || before != nil
	if !s.odd && !(wronged && s.beside != nil) && slices.Contains(c.Env, patient) {
		c.Env = changed(c.Env, []string{unhurried})
	}
	c.Before = before
	if len(s.typed) == 0 {
		r, err := inject.Run(c, f)
		return outcome{Result: r}, err
	}
	ours, theirs, err := pty.Open()
	if err != nil {
		return outcome{}, err
	}
	defer func() { _ = ours.Close() }()
	person := &typist{world: w, terminal: ours, answers: slices.Clone(s.typed)}
	left := make(chan struct{})
	go func() { defer close(left); person.sit() }()
	c.Stdin, c.Terminal = theirs, true
	r, err := inject.Run(c, f)
	_ = theirs.Close()
	select {
	case <-left: // all that was shown is read
	case <-time.After(200 * time.Millisecond): // a process in the background has the terminal
	}
	r.Shown = person.text()
	if r.Hung {
		r.Err += "\non the terminal: " + r.Shown
	}
	return outcome{Result: r, yes: person.saidYes()}, err
}

// changed is an environment with some variables set, and those without "=" unset.
func changed(env, with []string) []string {
	for _, one := range with {
		name, _, _ := strings.Cut(one, "=")
		env = slices.DeleteFunc(env, func(pair string) bool { return strings.HasPrefix(pair, name+"=") })
		if strings.Contains(one, "=") {
			env = append(env, one)
		}
	}
	return env
}

// typist is the user at a terminal.
type typist struct {
	*world
	terminal *os.File
	answers  []answer

	mu  sync.Mutex
	all strings.Builder // what was shown
	yes bool            // was typed
}

func (t *typist) saidYes() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.yes
}

func (t *typist) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.String()
}

// sit reads and answers until the terminal is closed.
func (t *typist) sit() {
	shown := "" // since the last answer
	buf := make([]byte, 4096)
	for {
		n, err := t.terminal.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.all.Write(buf[:n])
		t.mu.Unlock()
		if shown += string(buf[:n]); t.answer(shown) {
			shown = ""
		}
	}
}

// answer does what is to be done about what is shown, if anything is.
func (t *typist) answer(shown string) bool {
	typed := ""
	switch {
	case strings.Contains(shown, "passphrase of the vault"): // an earlier run has made it
		typed = passphrase
	case len(t.answers) == 0 || !strings.Contains(shown, t.answers[0].shown):
		return false
	case t.answers[0].typed == theCode: // it may be asked for again
		typed = t.aws.CodeAt(carolSerial, time.Now().Add(time.Duration(t.codes)*30*time.Second))
		t.codes++
	case t.answers[0].typed == visit:
		_, after, _ := strings.Cut(shown, t.answers[0].shown)
		page := regexp.MustCompile(`(http://\S+)\s`).FindStringSubmatch(after)
		if page == nil {
			return false // not yet
		}
		_, _ = loopback.Click(context.Background(), page[1], "allow")
		t.answers = t.answers[1:]
		return true
	default:
		typed = t.answers[0].typed
		t.answers = t.answers[1:]
	}
	t.mu.Lock()
	t.yes = t.yes || typed == yes
	t.mu.Unlock()
	_, _ = t.terminal.WriteString(typed + "\r")
	return true
}

// must runs guise without a fault, and fails where that does.
func (w *world) must(s *story, args ...string) error {
	r, err := w.run(s, args, inject.Fault{}, nil)
	if err == nil && r.Code != 0 {
		err = fmt.Errorf("guise %s: %d: %s%s", strings.Join(args, " "), r.Code, r.Out, r.Err)
	}
	return err
}
