package cmd

// Where guise's words go, in all commands:
//
//   - stdout carries the answer and nothing else: JSON, shell code, a table. It
//     is written by [streams.answer] and the writers made over it; what is for eyes
//     by [streams.show] and [streams.answerTable], which sanitise it.
//   - What is said to a user goes to stderr, a line at a time, lower case, no full
//     stop: by [streams.say] with the name of the program before it; what the command
//     was for ("prod: …") by [streams.result], and what to type next by [streams.hint].
//     Whatever comes from a file or from AWS is sanitised there, so that data cannot
//     steer a terminal.
//   - What is asked goes to the terminal itself, by package ask.

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"guise/internal/ask"
	"guise/internal/display"
	"guise/internal/ssosession"
)

// streams are what a command writes to, and the terminal that it asks on.
type streams struct {
	out, err io.Writer
	open     func() (*ask.Terminal, error)
	getenv   func(string) string
	forShell func(command string) string // as the user types it here: [shell.CommandLine.Typed]
	noColor  bool                        // --no-color
}

// say tells the user a line.
func (s *streams) say(line string) { s.result("guise: " + line) }

func (s *streams) sayf(format string, args ...any) { s.say(fmt.Sprintf(format, args...)) }

// tell says lines, and passes an error on.
func (s *streams) tell(lines []string, err error) error {
	for _, line := range lines {
		s.say(line)
	}
	return err
}

// result says what the command was for: what it has done, to what.
func (s *streams) result(line string) { _, _ = io.WriteString(s.err, s.look(s.err).Text(line)) }

func (s *streams) resultf(format string, args ...any) { s.result(fmt.Sprintf(format, args...)) }

// hint says what to type next.
func (s *streams) hint(command string) {
	_, _ = io.WriteString(s.err, s.look(s.err).Under("hint: ", s.forShell(command)))
}

// atTerminal reports whether somebody can be asked at a terminal here.
func (s *streams) atTerminal() bool {
	t, err := s.open()
	if err != nil {
		return false
	}
	_ = t.Close()
	return true
}

// remind says which SSO sessions were synced long ago.
func (s *streams) remind(all []ssosession.Old) {
	for _, old := range all {
		s.say(old.Line)
		s.hint(old.Hint)
	}
}

// answer writes to stdout. What it writes may be data for programs, and is
// left as it is.
func (s *streams) answer(text string) error {
	_, err := io.WriteString(s.out, text)
	return err
}

// show writes lines for eyes to stdout, each sanitised.
func (s *streams) show(lines ...string) error { return s.answer(s.look(s.out).Text(lines...)) }

// answerJSON writes a value as JSON, for programs.
func (s *streams) answerJSON(v any) error {
	text, err := display.JSON(v)
	if err != nil {
		return err
	}
	return s.answer(text)
}

// answerTable writes rows for eyes.
func (s *streams) answerTable(t display.Table) error { return s.answer(s.look(s.out).Table(t)) }

// answerDiff writes a diff for eyes.
func (s *streams) answerDiff(diff string) error { return s.answer(s.look(s.out).Diff(diff)) }

// sayDiff shows a diff above a question.
func (s *streams) sayDiff(diff string) { _, _ = io.WriteString(s.err, s.look(s.err).Diff(diff)) }

// look is how what goes to w is to look: at a terminal, or in the preview of a picker.
func (s *streams) look(w io.Writer) display.Look {
	if columns, err := strconv.Atoi(s.getenv("FZF_PREVIEW_COLUMNS")); err == nil && w == s.out {
		return display.Look{Width: columns, Colour: !s.plain()}
	}
	return display.On(w, s.plain())
}

// plain reports whether the user wants no colours anywhere.
func (s *streams) plain() bool {
	return s.noColor || s.getenv("NO_COLOR") != "" || s.getenv("TERM") == "dumb"
}

// terminal opens the user's terminal for questions.
func (s *streams) terminal() (*ask.Terminal, error) {
	t, err := s.open()
	if err == nil {
		t.Plain = s.plain()
	}
	return t, err
}

// consent is confirm whose error is [ask.Declined] where the answer is no.
func (s *streams) consent(ctx context.Context, question string, byDefault bool, show func()) error {
	yes, err := s.confirm(ctx, question, byDefault, show)
	if err == nil && !yes {
		err = ask.Declined{}
	}
	return err
}

// confirm asks whether to go on, below what show shows; nil: nothing. Its error is
// ask.ErrNoTerminal where there is nobody to ask.
func (s *streams) confirm(ctx context.Context, question string, byDefault bool, show func()) (bool, error) {
	terminal, err := s.terminal()
	if err != nil {
		return false, err
	}
	defer func() { _ = terminal.Close() }()
	if show != nil {
		show()
	}
	return terminal.Confirm(ctx, question, byDefault)
}
