package ask

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"guise/internal/secret"
)

// ErrNoDialog: no dialog can be shown here.
var ErrNoDialog = errors.New("no dialog can be shown here")

// Dialog asks in a window, by a program that the desktop has.
type Dialog struct {
	// Program is the one to use: a pinentry of any flavour, zenity or kdialog.
	// Empty: what is there.
	Program string
	Getenv  func(string) string
	Environ func() []string
	// TTY is the terminal that a pinentry without windows may use; empty: none.
	TTY string
}

// Words are what a dialog shows.
type Words struct {
	Title, Text, Error string
	hidden             bool // what is typed is not shown
	confirm            bool // there are two buttons, and nothing is typed
}

// Available reports whether there is a dialog, and a screen for it.
func (d Dialog) Available() bool { return d.program() != "" }

func (d Dialog) program() string {
	if d.Program != "" && has(d.Program) && (d.hasScreen() || d.TTY != "") {
		return d.Program
	}
	if d.Program != "" || !d.hasScreen() {
		return ""
	}
	switch runtime.GOOS {
	case "darwin":
		return "osascript"
	case "windows":
		return "powershell.exe"
	}
	for _, name := range []string{"pinentry-gnome3", "pinentry-qt", "pinentry-qt5", "pinentry-gtk-2", "pinentry-x11", "zenity", "kdialog"} {
		if has(name) {
			return name
		}
	}
	return ""
}

// OnTerminal reports whether a dialog is drawn on the terminal: a pinentry without
// windows.
func (d Dialog) OnTerminal() bool {
	name := filepath.Base(d.program())
	return name == "pinentry-curses" || name == "pinentry-tty" || !d.hasScreen()
}

func (d Dialog) hasScreen() bool {
	remote := d.Getenv("SSH_CONNECTION") != ""
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return !remote
	}
	return d.Getenv("DISPLAY") != "" || d.Getenv("WAYLAND_DISPLAY") != ""
}

// Code asks for an MFA code until one is typed that looks like it. Its errors are
// ErrCancelled and ErrNoDialog.
func (d Dialog) Code(ctx context.Context, w Words) (secret.Text, error) {
	program := d.program()
	if program == "" {
		return secret.Text{}, ErrNoDialog
	}
	for {
		text, err := d.entry(ctx, program, w)
		if err != nil {
			return secret.Text{}, err
		}
		if code := strip(strings.TrimSpace(text.Reveal())); isCode(code) {
			return secret.New(code), nil
		}
		w.Error = "six digits, as the device shows them"
	}
}

// Passphrase asks for one, which is not shown. Errors are as of Code.
func (d Dialog) Passphrase(ctx context.Context, w Words) (secret.Text, error) {
	program := d.program()
	if program == "" {
		return secret.Text{}, ErrNoDialog
	}
	w.hidden = true
	text, err := d.entry(ctx, program, w)
	return secret.New(strings.TrimRight(text.Reveal(), "\r\n")), err
}

// Confirm asks for yes or no. A window that is closed says no. Its error is ErrNoDialog, or
// that of ctx.
func (d Dialog) Confirm(ctx context.Context, w Words) (yes bool, err error) {
	program := d.program()
	if program == "" {
		return false, ErrNoDialog
	}
	w.confirm = true
	text, err := d.entry(ctx, program, w)
	if errors.Is(err, ErrCancelled) {
		return false, nil
	}
	switch filepath.Base(program) {
	case "osascript", "powershell.exe": // they print the button: without one nobody has said yes
		yes = strings.TrimSpace(text.Reveal()) == "Yes"
	default:
		yes = true
	}
	return yes && err == nil, err
}

// entry shows one dialog.
func (d Dialog) entry(ctx context.Context, program string, w Words) (secret.Text, error) {
	w.Title, w.Text, w.Error = Sanitise(w.Title), sanitiseLines(w.Text), Sanitise(w.Error)
	if name := filepath.Base(program); strings.HasPrefix(name, "pinentry") {
		return d.pinentry(ctx, program, w)
	}
	text := w.Text
	if w.Error != "" {
		text = w.Error + "\n\n" + text
	}
	var args []string
	env := d.Environ()
	switch filepath.Base(program) {
	case "kdialog":
		args = []string{"--title", Unmarked(w.Title), map[bool]string{false: "--inputbox", true: "--password"}[w.hidden], Unmarked(text)}
	case "osascript":
		args = []string{
			"-e", "on run argv", "-e", `display dialog (item 1 of argv) default answer "" with title (item 2 of argv)` + map[bool]string{true: " with hidden answer"}[w.hidden],
			"-e", "text returned of result", "-e", "end run", text, w.Title,
		}
	case "powershell.exe":
		env = append(env, "GUISE_DIALOG_TEXT="+text, "GUISE_DIALOG_TITLE="+w.Title)
		args = []string{"-NoProfile", "-Command", "Add-Type -AssemblyName Microsoft.VisualBasic; [Microsoft.VisualBasic.Interaction]::InputBox($env:GUISE_DIALOG_TEXT, $env:GUISE_DIALOG_TITLE)"}
	default: // zenity
		args = []string{"--entry", "--title=" + Unmarked(w.Title), "--text=" + Unmarked(text)}
		if w.hidden {
			args = append(args, "--hide-text")
		}
	}
	if w.confirm {
		args = confirming(filepath.Base(program), w.Title, text)
	}
	c := exec.CommandContext(ctx, program, args...) //nolint:gosec // the desktop's own dialogs
	c.Env, c.WaitDelay = env, killedAfter
	var out bytes.Buffer
	c.Stdout = &out
	err := c.Run()
	switch status, exited := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return secret.Text{}, ctx.Err()
	case exited && status.ExitCode() == 1, err == nil && strings.TrimSpace(out.String()) == "" && program == "powershell.exe" && !w.confirm:
		return secret.Text{}, ErrCancelled // closed, or Cancel
	case err != nil:
		return secret.Text{}, ErrNoDialog // it could not open its window
	}
	return secret.New(out.String()), nil
}

// confirming are the words with which the desktop's dialogs ask for yes or no. They print Yes
// or No, or exit with 0 or 1.
func confirming(program, title, text string) []string {
	switch program {
	case "kdialog":
		return []string{"--title", Unmarked(title), "--yesno", Unmarked(text)}
	case "osascript":
		return []string{
			"-e", "on run argv", "-e", `display dialog (item 1 of argv) with title (item 2 of argv) buttons {"No", "Yes"} default button "No"`,
			"-e", "button returned of result", "-e", "end run", text, title,
		}
	case "powershell.exe": // text and title are in its environment
		return []string{"-NoProfile", "-Command", "Add-Type -AssemblyName System.Windows.Forms; [System.Windows.Forms.MessageBox]::Show($env:GUISE_DIALOG_TEXT, $env:GUISE_DIALOG_TITLE, 'YesNo', 'Question', 'Button2')"}
	}
	return []string{"--question", "--default-cancel", "--title=" + Unmarked(title), "--text=" + Unmarked(text)}
}

// sanitiseLines is Sanitise for text of several lines.
func sanitiseLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Sanitise(line)
	}
	return strings.Join(lines, "\n")
}
