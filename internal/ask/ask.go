// Package ask asks the user: for an MFA code, a yes or no, or a choice. It knows
// nothing of AWS.
//
// A process that needs a user may be anywhere: behind an SDK that holds its
// stdin, stdout and stderr, in a pipeline, in the background, in cron. So nothing
// here uses those three. What is asked goes to the controlling terminal itself,
// by the rules at the head of terminal.go; a [Command] may know the answer
// without a user. Where there is neither, that is said at once, by
// [ErrNoTerminal], and never waited for.
//
// # Security
//
// A code that is typed is a [secret.Text], is erased from the screen, and is
// part of no error. Whatever is shown, on the terminal, in a picker or in a dialog,
// passes [Sanitise] here: no caller need think of it.
package ask

import (
	"errors"
	"strings"

	"guise/internal/printable"
)

var (
	// ErrNoTerminal: there is no terminal, or it is not ours to ask on now.
	ErrNoTerminal = errors.New("there is no terminal to ask on")
	// ErrCancelled: the user said no, by Esc, Ctrl-C or Ctrl-D.
	ErrCancelled error = cancelled{}
)

type cancelled struct{}

func (cancelled) Error() string { return "cancelled" }

// Refused tells the log.
func (cancelled) Refused() bool { return true }

// Declined is the user's no to one question: a cancellation, unless what follows can do
// without.
type Declined struct{}

func (Declined) Error() string { return "you said no" }
func (Declined) Unwrap() error { return ErrCancelled }

// Sanitise makes data safe to show in one line: control characters, escape
// sequences, what turns the direction of text around, and bytes that are no text
// are each shown as "�", and line ends as spaces.
func Sanitise(s string) string { return printable.Line(s) }

// Unmarked makes data safe for programs that may read markup or escapes in what they
// are to show, some in one version and not in the next (zenity, kdialog, notification
// services): what both are made of is shown by characters that look alike.
func Unmarked(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "&", "＆", `\`, "＼").Replace(s)
}
