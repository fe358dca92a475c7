package ask

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"time"

	"guise/internal/secret"
)

// YubiKey is an OATH account on a YubiKey, read by Yubico's ykman.
type YubiKey struct {
	Label  string // of the account
	Device string // the key's serial number, where there are several; empty: the one there
	Env    []string
}

// A YubiKeyError is a code that could not be had; its words are ykman's own.
type YubiKeyError struct{ Why string }

func (e *YubiKeyError) Error() string { return "YubiKey: " + e.Why }

// touchWithin is how long a key may wait to be touched.
const touchWithin = 30 * time.Second

// HasYubiKeys reports whether ykman is there.
func HasYubiKeys() bool { return has("ykman") }

// Code gets a code. Where the account wants the key to be touched, ykman says so
// on the terminal, if there is one. Its errors are *YubiKeyError and ErrCancelled.
func (y YubiKey) Code(ctx context.Context) (secret.Text, error) {
	args := []string{"oath", "accounts", "code", "--single", y.Label}
	if strings.HasPrefix(y.Label, "-") {
		return secret.Text{}, &YubiKeyError{"no account is called " + y.Label}
	}
	if y.Device != "" {
		args = append([]string{"--device", y.Device}, args...)
	}
	limited, cancel := context.WithTimeout(ctx, touchWithin)
	defer cancel()
	c := exec.CommandContext(limited, "ykman", args...) //nolint:gosec // words, and no shell
	var out, complaint bytes.Buffer
	c.Env, c.Stdout, c.Stderr, c.WaitDelay = y.Env, &out, &complaint, killedAfter
	if t, err := Open(); err == nil {
		defer func() { _ = t.Close() }()
		c.Stderr = &both{t, &complaint}
	}
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return secret.Text{}, ErrCancelled
	case limited.Err() != nil:
		return secret.Text{}, &YubiKeyError{"nobody touched it"}
	case err != nil:
		why := strings.TrimSpace(complaint.String())
		if why == "" {
			why = err.Error()
		}
		lines := strings.Split(why, "\n")
		return secret.Text{}, &YubiKeyError{Sanitise(strings.TrimPrefix(lines[len(lines)-1], "Error: "))}
	}
	code := strings.TrimSpace(out.String())
	if !isCode(code) {
		return secret.Text{}, &YubiKeyError{"what ykman printed is not a code"}
	}
	return secret.New(code), nil
}

// both shows what a program says on the terminal, a line at a time, and keeps it.
type both struct {
	t    *Terminal
	kept *bytes.Buffer
}

func (b *both) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "Error:") {
			b.t.Say(line)
		}
	}
	return b.kept.Write(p)
}
