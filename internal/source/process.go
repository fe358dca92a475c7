// Package source reads sources of credentials that another program provides: the output
// of a credential_process or a SAML command, a web identity token in a file. It checks
// them as answers that do not come from AWS (package answer).
package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/internal/printable"
	"guise/internal/sdk"
	"guise/internal/secret"
	"guise/session"
)

// Output is what a credential process prints: "Sourcing credentials with an
// external process" in the AWS SDKs and Tools reference.
type Output struct {
	Version         int
	AccessKeyId     string //nolint:revive // AWS's spelling
	SecretAccessKey string
	SessionToken    string `json:",omitempty"`
	Expiration      string `json:",omitempty"` // RFC 3339, UTC
	AccountId       string `json:",omitempty"` //nolint:revive // AWS's spelling
	Region          string `json:",omitempty"`
}

// Print returns credentials as a credential process prints them, with a line's end. A
// region, which SDKs do not look for there, is added unless it is empty.
func Print(c session.Credentials, region string) (string, error) {
	out := Output{
		Region: region, Version: 1, AccessKeyId: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey.Reveal(),
		SessionToken: c.SessionToken.Reveal(), AccountId: c.AccountID,
	}
	if !c.Expires.IsZero() {
		out.Expiration = c.Expires.UTC().Format(time.RFC3339)
	}
	data, err := json.Marshal(out)
	return string(data) + "\n", err
}

// ErrNoCredentials: a credential process printed something else.
var ErrNoCredentials = errors.New("its credential_process printed no credentials")

// Process reads the output of a credential process. Its errors name a field, and
// never a value.
func Process(data []byte, now time.Time) (session.Credentials, error) {
	var out Output
	if err := json.Unmarshal(data, &out); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			return session.Credentials{}, ofProcess(answer.Malformed(wrong.Field))
		}
		return session.Credentials{}, ErrNoCredentials
	}
	switch {
	case out == Output{}:
		return session.Credentials{}, ErrNoCredentials
	case out.Version != 1:
		return session.Credentials{}, fmt.Errorf("its credential_process answered with Version %d; only 1 exists", out.Version)
	}
	expires, err := answer.Time("Expiration", out.Expiration)
	if err != nil {
		return session.Credentials{}, ofProcess(err)
	}
	keys, err := answer.Elsewhere.Keys(answer.Keys{
		ID: out.AccessKeyId, Secret: secret.New(out.SecretAccessKey), Token: secret.New(out.SessionToken), Expires: expires, Account: out.AccountId,
	}, now)
	if err != nil {
		return session.Credentials{}, ofProcess(err)
	}
	got := session.FromAnswer(keys)
	got.Issued = now
	return got, nil
}

func ofProcess(err error) error { return fmt.Errorf("its credential_process: %w", err) }

// Limit is how long a command may take: the Go SDK's own limit for a credential
// process, as other guises and SDKs wait meanwhile.
const Limit = time.Minute

// largestOutput is the most that is taken from a command, in bytes.
const largestOutput = 1 << 20

// longestComplaint is how much of what a command complains of is shown, in bytes.
const longestComplaint = 1000

// Run runs a command of the user's, as SDKs run a credential process, and gives
// what it prints: at most 1 MiB. What it complains of is part of the error.
func Run(ctx context.Context, command string, env []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	return run(ctx, Command(ctx, command), env)
}

// FromProcess runs a credential_process and gives the credentials that it prints.
//
// botocore splits the value into words and starts the first; other SDKs hand it
// to a shell, without a comment or quotes around it. Where these are not the same,
// botocore's way is tried first, and the shell if nothing comes of it.
func FromProcess(ctx context.Context, command string, env []string, now func() time.Time) (session.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	words, ok := sdk.Words(command)
	inShell := sdk.GoValue(command)
	if ok && runtime.GOOS != "windows" && (inShell != command || sdk.ForShell(command)) {
		if out, err := run(ctx, exec.CommandContext(ctx, words[0], words[1:]...), env); err == nil { //nolint:gosec // the user's own configuration
			if got, err := Process(out, now()); err == nil {
				return got, nil
			}
		}
	}
	out, err := run(ctx, Command(ctx, inShell), env)
	if err != nil {
		return session.Credentials{}, ofProcess(err)
	}
	return Process(out, now())
}

func run(ctx context.Context, c *exec.Cmd, env []string) ([]byte, error) {
	out, complaint := &bounded{}, &bounded{}
	c.Env, c.Stdout, c.Stderr, c.WaitDelay = env, out, complaint, 2*time.Second
	err := c.Run()
	switch {
	case out.over:
		return nil, errors.New("it prints more than 1 MiB")
	case err == nil:
		return out.kept.Bytes(), nil
	}
	why := err.Error()
	if ctx.Err() == context.DeadlineExceeded { //nolint:errorlint // it is that very value
		why = "it took longer than " + Limit.String()
	}
	if said := strings.TrimSpace(complaint.kept.String()); said != "" {
		why += ": " + said[max(0, len(said)-longestComplaint):]
	}
	return nil, errors.New(printable.Line(why))
}

// bounded keeps the first 1 MiB of what is written. The rest is dropped, so that
// who writes does not wait.
type bounded struct {
	kept bytes.Buffer // not embedded: its ReadFrom would take all that there is
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	room := largestOutput - b.kept.Len()
	b.over = b.over || len(p) > room
	b.kept.Write(p[:min(len(p), room)])
	return len(p), nil
}

// Command is a credential process as the Go SDK starts it.
func Command(ctx context.Context, command string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		return exec.CommandContext(ctx, "cmd.exe", "/C", command) //nolint:gosec // the user's own configuration
	}
	return exec.CommandContext(ctx, "sh", "-c", command) //nolint:gosec // the user's own configuration
}
