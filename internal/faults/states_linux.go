package main

import (
	"encoding/base32"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/loopback"
)

// state prepares a world for stories: its commands run without faults.
type state struct {
	from    string // another state; empty: a fresh world
	keyring bool   // an OS keyring is there; so it is in states from this one
	before  func(w *world) error
	steps   []story
	after   func(w *world) error
}

const (
	passphrase   = "correct horse battery"
	addDevice    = "mfa add " + carolSerial + " --unchecked"
	removeDevice = "mfa remove --yes " + carolSerial
)

func newPassphrase() []answer {
	return []answer{{"new passphrase", passphrase}, {"once more", passphrase}}
}

func mfaSecret() []answer {
	return []answer{{"carol", base32.StdEncoding.EncodeToString([]byte(carolSeed))}}
}

// terminal: one is there, and nothing is typed.
func terminal() []answer { return []answer{{"\x00", ""}} }

func otherFiles() []string {
	return []string{"AWS_CONFIG_FILE=WORLD_HOME/" + otherConfig, "AWS_SHARED_CREDENTIALS_FILE=WORLD_HOME/" + otherCredentials}
}

// ownEndpoints leaves the address of AWS to the profiles.
func ownEndpoints() []string { return []string{"AWS_ENDPOINT_URL"} }

func do(args string, typed ...answer) story {
	return story{name: args, args: words(args), typed: typed}
}

func (s story) in(env []string) story {
	s.env = env
	return s
}

func states() map[string]state {
	const add, remove = "keys add bob --csv home/bob.csv", "keys remove bob -y"
	return map[string]state{
		"plain":         {},
		"keep":          {steps: []story{do("adopt --all -y --keep-keys")}},
		"vault":         {steps: []story{do(add, newPassphrase()...)}, after: (*world).forgetCSV},
		"imported":      {from: "vault", steps: []story{do("keys import -y")}},
		"older-clients": {from: "vault", steps: []story{do("adopt --all -y --for-older-clients")}},
		"older":         {from: "vault", after: (*world).olderVersions},
		"removed":       {from: "imported", steps: []story{do(remove)}, after: (*world).csvAgain},
		"mfa":           {from: "imported", steps: []story{do(addDevice, mfaSecret()...)}},

		"keyring":          {keyring: true, steps: []story{do(add)}, after: (*world).forgetCSV},
		"keyring-imported": {from: "keyring", steps: []story{do("keys import -y")}},
		"keyring-removed":  {from: "keyring-imported", steps: []story{do(remove)}, after: (*world).csvAgain},
		"keyring-mfa":      {from: "keyring-imported", steps: []story{do(addDevice, mfaSecret()...)}},
		"keyring-session":  {from: "keyring-imported", steps: []story{do("login prod deploy")}},

		"two-files":           {from: "imported", after: (*world).secondPair},
		"two-imported":        {from: "two-files", steps: []story{do("keys import -y").in(otherFiles())}},
		"two-endpoints":       {before: (*world).twoEndpoints, steps: []story{do(add, newPassphrase()...).in(ownEndpoints())}},
		"two-endpoints-added": {from: "two-endpoints", steps: []story{do("keys add twin --csv home/bob.csv").in(ownEndpoints())}, after: (*world).forgetCSV},

		"exported":     {from: "keep", steps: []story{do("export deploy --format credentials-file --to tool")}},
		"narrowed":     {from: "keep", steps: []story{do("use deploy --read-only").in([]string{"GUISE_SHELL=zsh", "GUISE_ADOPT=always"})}},
		"guarded":      {from: "session", after: (*world).guardDeploy},
		"guarded-cold": {from: "keep", after: (*world).guardDeploy},
		"approved":     {from: "guarded", steps: []story{do("use deploy", terminal()...).in([]string{"GUISE_SHELL=zsh"})}},
		"agents-deny":  {from: "session", after: agents("deny")},
		"agents-read":  {from: "session", after: agents("read-only")},
		"full-log":     {from: "session", after: (*world).fullLog},

		"session": {from: "keep", steps: []story{do("login prod deploy")}},
		"signed":  {from: "session", steps: []story{do("login corp-dev", terminal()...)}},
		"synced":  {from: "signed", steps: []story{do("sso sync corp")}},
		"fewer":   {from: "synced", after: (*world).fewerAccounts},
		"shell":   {from: "keep", after: (*world).startFile},
		"set-up":  {from: "shell", steps: []story{do("setup --shell zsh -y").in(zshHome())}},
		"broken":  {from: "session", after: (*world).breakThings},
	}
}

// startFile writes what zsh reads at its start.
func (w *world) startFile() error {
	return errors.Join(w.write(startFile, "alias ll='ls -l'\nsetopt no_beep"), w.giveAway())
}

// zshHome leaves nothing to ask zsh.
func zshHome() []string { return []string{"ZDOTDIR=WORLD_HOME"} }

// forgetCSV removes the file that a key came from, as the hint says.
func (w *world) forgetCSV() error { return os.Remove(filepath.Join(w.home(), "bob.csv")) }

func (w *world) csvAgain() error {
	return errors.Join(w.write("bob.csv", w.filled("Access key ID,Secret access key\nBOB_ID,BOB_SECRET\n")), w.giveAway())
}

// olderVersions puts versions of the credentials file into the backups, as guises of
// before have left them.
func (w *world) olderVersions() error {
	text := w.read(awsCredentials)
	if err := os.MkdirAll(filepath.Join(w.home(), backups), 0o700); err != nil {
		return err
	}
	for _, at := range []string{"20250101T000000.000000000", "20250102T000000.000000000"} {
		if err := w.write(backups+"credentials."+at, "# "+at+"\n"+text); err != nil {
			return err
		}
	}
	return w.giveAway()
}

// fewerAccounts takes half of the organisation away.
func (w *world) fewerAccounts() error {
	w.aws.SetOrganisation(loopback.DemoOrganisation(2))
	return nil
}

// secondPair are other AWS files of the same person, with a key of the first pair's.
func (w *world) secondPair() error {
	first, _, _ := strings.Cut(w.filled(credentialsFile), "\n\n")
	return errors.Join(
		os.MkdirAll(filepath.Join(w.home(), filepath.Dir(otherConfig)), 0o700),
		w.write(otherConfig, "[profile alice]\nregion = us-east-1\n"),
		w.write(otherCredentials, first+"\n"),
		w.giveAway(),
	)
}

// twoEndpoints are two profiles with one key, each for another AWS.
func (w *world) twoEndpoints() error {
	return w.write(awsConfig, w.filled("[profile bob]\nendpoint_url = AWS_URL\n[profile twin]\nendpoint_url = ELSEWHERE_URL\n"))
}

// breakThings makes what doctor can fix: files that others may read and write, a
// program that is not there any more, a version of a file that holds a session, an
// entry of the cache that no profile has.
func (w *world) breakThings() error {
	config := strings.Replace(w.read(awsConfig), "= "+w.program+" credential-process --profile prod", "= /opt/old/guise credential-process --profile prod", 1)
	if config == w.read(awsConfig) {
		return errors.New("the config does not name " + w.program)
	}
	exported := w.read(awsCredentials) + "\n[tool]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\naws_session_token = x\nguise_expires = " + time.Now().Add(time.Hour).UTC().Format(time.RFC3339) + "\n"
	return errors.Join(
		os.MkdirAll(filepath.Join(w.home(), backups), 0o700),
		w.write(backups+"credentials.20250101T000000.000000000", exported),
		w.write(awsConfig, strings.Replace(config, "guise_role_arn = arn:aws:iam::333333333333:role/Deploy", "guise_role_arn = arn:aws:iam::333333333333:role/Deploy\nguise_role_session_name = other", 1)),
		os.Chmod(filepath.Join(w.home(), awsConfig), 0o666),
		os.Chmod(filepath.Join(w.home(), awsCredentials), 0o644),
		w.giveAway(),
	)
}
