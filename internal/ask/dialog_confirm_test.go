//go:build unix

package ask

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfirmInADialog: with stand-ins for the desktops' programs, which say what those do: a
// button that says yes is a yes, and nothing else is.
func TestConfirmInADialog(t *testing.T) {
	pinentry := func(answer string) string {
		return `echo OK ready; while read -r word rest; do echo "$word $rest" >>"$SEEN"; case $word in CONFIRM) echo "` + answer + `";; *) echo OK;; esac; done`
	}
	for _, c := range []struct {
		program, script string
		yes             bool
		err             error
		asks            string // among its words
	}{
		{"zenity", "exit 0", true, nil, "--default-cancel"},
		{"zenity", "exit 1", false, nil, "--question"},
		{"zenity", "exit 5", false, ErrNoDialog, ""},
		{"kdialog", "exit 0", true, nil, "--yesno"},
		{"kdialog", "exit 1", false, nil, ""},
		{"kdialog", "exit 254", false, ErrNoDialog, ""},
		{"osascript", "echo Yes", true, nil, `default button "No"`},
		{"osascript", "echo No", false, nil, ""},
		{"osascript", "exit 0", false, nil, ""},
		{"osascript", "exit 1", false, nil, ""},
		{"powershell.exe", `printf 'Yes\r\n'`, true, nil, "'Button2'"},
		{"powershell.exe", `printf 'No\r\n'`, false, nil, ""},
		{"powershell.exe", "exit 0", false, nil, ""},
		{"pinentry-qt", pinentry("OK"), true, nil, "SETCANCEL No"},
		{"pinentry-qt", pinentry("ERR 83886179 Operation cancelled"), false, nil, "CONFIRM"},
		{"pinentry-qt", pinentry("ERR 83886194 Not confirmed"), false, nil, "SETOK Yes"},
	} {
		t.Run(c.program+" "+c.script, func(t *testing.T) {
			dir := t.TempDir()
			seen, program := filepath.Join(dir, "seen"), filepath.Join(dir, c.program)
			if err := os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$SEEN\"\n"+c.script+"\n"), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
			environ := append(os.Environ(), "DISPLAY=:99", "SEEN="+seen)
			getenv := func(name string) string { return map[string]string{"DISPLAY": ":99"}[name] }
			d := Dialog{Program: program, Getenv: getenv, Environ: func() []string { return environ }}
			yes, err := d.Confirm(t.Context(), Words{Title: "guise: prod", Text: "claude (pid 1) asks for prod:\nallow for 15m?"})
			if yes != c.yes || !errors.Is(err, c.err) {
				t.Errorf("%v, %v", yes, err)
			}
			if said, _ := os.ReadFile(seen); !strings.Contains(string(said), c.asks) {
				t.Errorf("it was asked %s", said)
			}
		})
	}
}
