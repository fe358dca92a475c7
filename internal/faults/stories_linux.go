package main

import (
	"encoding/base32"
	"strings"
)

// story is a command that writes, in a state that it is run in.
type story struct {
	name  string
	state string // a key of states()
	args  []string
	typed []answer // by a person, at a terminal
	env   []string
	// works are the profiles that must have credentials after the next run.
	works []string
	// gone are the users whose secrets are in no file after the next run.
	gone []string
	// serves: credentials are printed whatever goes wrong with a file, a kill aside.
	serves bool
	// over: the next run may refuse, if there is nothing left for it to do.
	over bool
	// prints: what is printed holds secrets by its nature.
	prints bool
}

const passphrase = "correct horse battery"

func newPassphrase() []answer {
	return []answer{{"new passphrase", passphrase}, {"once more", passphrase}}
}

// state prepares a world for stories: its commands run without faults.
type state struct {
	from  string // another state; empty: a fresh world
	steps []story
	after func(w *world) error
}

func do(args string, typed ...answer) story {
	return story{name: args, args: strings.Fields(args), typed: typed}
}

func states() map[string]state {
	return map[string]state{
		"plain":    {},
		"keep":     {steps: []story{do("adopt --all -y --keep-keys")}},
		"vault":    {steps: []story{do("keys add bob --csv home/bob.csv", newPassphrase()...)}, after: (*world).forgetCSV},
		"imported": {from: "vault", steps: []story{do("keys import -y")}},
		"older":    {from: "vault", after: (*world).olderVersions},
		"removed":  {from: "imported", steps: []story{do("keys remove bob -y")}, after: (*world).csvAgain},
		"mfa":      {from: "imported", steps: []story{do("mfa add arn:aws:iam::111111111111:mfa/carol --unchecked", answer{"carol", base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))})}},
		"exported": {from: "keep", steps: []story{do("export deploy --format credentials-file --to tool")}},
		"session":  {from: "keep", steps: []story{do("login prod deploy")}},
		"signed":   {from: "session", steps: []story{do("login corp-dev", answer{"\x00", ""})}},
		"synced":   {from: "signed", steps: []story{do("sso sync corp")}},
		"fewer":    {from: "synced", after: (*world).fewerAccounts},
	}
}

func stories() []story {
	all := []string{"alice", "prod", "deploy"}
	terminal := []answer{{"\x00", ""}} // a terminal is there, and nothing is typed
	return []story{
		{name: "adopt-keep", state: "plain", args: words("adopt --all -y --keep-keys"), works: all},
		{name: "release-keep", state: "keep", args: words("release --all -y"), works: all},
		{name: "adopt-vault", state: "vault", args: words("adopt --all -y"), works: append(all, "bob"), gone: []string{"alice", "carol"}},
		{name: "import-vault", state: "vault", args: words("keys import -y"), works: append(all, "bob"), gone: []string{"alice", "carol"}},
		{name: "import-newvault", state: "plain", args: words("keys import -y"), typed: newPassphrase(), works: all, gone: []string{"alice", "carol"}},
		{name: "import-backup", state: "vault", args: words("keys import -y --backup home/copy"), works: append(all, "bob")},
		{name: "import-older", state: "older", args: words("keys import -y"), works: append(all, "bob"), gone: []string{"alice", "carol"}},
		{name: "release-vault", state: "imported", args: words("release --all -y"), works: all},
		{name: "add-vault", state: "removed", args: words("keys add bob --csv home/bob.csv"), works: append(all, "bob")},
		{name: "add-newvault", state: "plain", args: words("keys add bob --csv home/bob.csv"), typed: newPassphrase(), works: append(all, "bob")},
		{name: "remove-vault", state: "vault", args: words("keys remove bob -y"), works: all, gone: []string{"bob"}, over: true},
		{name: "rotate-vault", state: "vault", args: words("keys rotate bob"), works: append(all, "bob"), gone: []string{"bob"}},
		{name: "mfa-add", state: "imported", args: words("mfa add arn:aws:iam::111111111111:mfa/carol --unchecked"), typed: states()["mfa"].steps[0].typed, works: all},
		{name: "mfa-remove", state: "mfa", args: words("mfa remove arn:aws:iam::111111111111:mfa/carol"), works: all, over: true},
		{name: "export-new", state: "keep", args: words("export deploy --format credentials-file --to tool"), works: all},
		{name: "export-again", state: "exported", args: words("export deploy --format credentials-file --to tool"), works: all},
		{name: "login", state: "keep", args: words("login prod"), works: all},
		{name: "login-force", state: "session", args: words("login --force prod"), works: all},
		{name: "login-sso", state: "keep", args: words("login corp-dev"), typed: terminal, works: all},
		{name: "login-sso-shared", state: "keep", args: words("login corp-dev"), typed: terminal, env: []string{"GUISE_SSO_SHARE_TOKEN=true"}, works: all},
		{name: "process-cold", state: "keep", args: words("credential-process --profile prod"), works: all, serves: true, prints: true},
		{name: "use", state: "keep", args: words("use prod"), env: []string{"GUISE_SHELL=zsh"}, works: all},
		{name: "sync-cold", state: "signed", args: words("sso sync corp"), works: append(all, "corp-dev")},
		{name: "sync-warm", state: "synced", args: words("sso sync corp"), works: append(all, "corp-dev")},
		{name: "sync-prune", state: "fewer", args: words("sso sync corp --prune"), works: append(all, "corp-dev")},
		{name: "logout", state: "session", args: words("logout prod"), works: all},
		{name: "logout-all", state: "signed", args: words("logout --all"), works: all},
		{name: "cache-clear", state: "session", args: words("cache clear"), works: all},
		{name: "doctor-fix", state: "keep", args: words("doctor --fix"), works: all, over: true},
	}
}

func words(text string) []string { return strings.Fields(text) }
