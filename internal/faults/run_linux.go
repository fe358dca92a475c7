package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/creack/pty"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// limit is how long a command may take: more than guise's own limits for one answer
// of AWS together.
const limit = 90 * time.Second

// answer is what a person does at the terminal when a text is shown. It is typed, but
// for two.
type answer struct{ shown, typed string }

const (
	theCode = "the code that the device shows; the one after it, where that was typed"
	visit   = "the person opens the page on another device, and allows it"
)

// command is guise with words, as a person or a program calls it.
func (w *world) command(args ...string) inject.Command {
	return inject.Command{Program: w.program, Args: args, Dir: w.dir(), Env: w.env(), Limit: limit, User: w.user}
}

// run runs guise with one fault; with answers, at a terminal.
func (w *world) run(s *story, args []string, f inject.Fault, before func(inject.Call)) (inject.Result, error) {
	c := w.command(args...)
	c.Env = changed(c.Env, s.env)
	for i := range c.Env {
		c.Env[i] = strings.ReplaceAll(c.Env[i], "WORLD_HOME", w.home())
	}
	c.Before = before
	if len(s.typed) == 0 {
		return inject.Run(c, f)
	}
	ours, theirs, err := pty.Open()
	if err != nil {
		return inject.Result{}, err
	}
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	go w.typeAt(ours, s.typed)
	c.Stdin, c.Terminal = theirs, true
	return inject.Run(c, f)
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

// typeAt answers as a person does, and throws away what is shown.
func (w *world) typeAt(terminal *os.File, answers []answer) {
	address := regexp.MustCompile(`(http://\S+)\s`)
	var shown strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := terminal.Read(buf)
		if err != nil {
			return
		}
		shown.Write(buf[:n])
		if strings.Contains(shown.String(), "passphrase of the vault") { // an earlier run has made it
			shown.Reset()
			_, _ = terminal.WriteString(passphrase + "\r")
			continue
		}
		if len(answers) == 0 || !strings.Contains(shown.String(), answers[0].shown) {
			continue
		}
		_, text, _ := strings.Cut(shown.String(), answers[0].shown)
		switch page := address.FindStringSubmatch(text); answers[0].typed {
		case visit:
			if page == nil {
				continue // not yet
			}
			_, _ = loopback.Click(context.Background(), page[1], "allow")
		case theCode:
			code := w.aws.CodeAt(carolSerial, time.Now().Add(time.Duration(w.codes)*30*time.Second))
			_, _ = terminal.WriteString(code + "\r")
			w.codes++
			shown.Reset()
			continue // it may be asked for again
		default:
			_, _ = terminal.WriteString(answers[0].typed + "\r")
		}
		shown.Reset()
		answers = answers[1:]
	}
}

// must runs guise without a fault, and fails where that does.
func (w *world) must(s *story, args ...string) error {
	r, err := w.run(s, args, inject.Fault{}, nil)
	if err == nil && r.Code != 0 {
		err = fmt.Errorf("guise %s: %d: %s%s", strings.Join(args, " "), r.Code, r.Out, r.Err)
	}
	return err
}
