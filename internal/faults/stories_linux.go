package main

import "strings"

// story is a command that writes, in a state that it is run in.
type story struct {
	name  string
	state string // a key of states()
	args  []string
	typed []answer // by a user, at a terminal
	env   []string
	// works are the profiles that must have credentials after the next run, in the
	// story's environment; alsoWorks are those without it.
	works, alsoWorks []string
	// gone are the users whose secrets are in no file after the next run.
	gone []string
	// serves: credentials are printed whatever goes wrong with a file, a kill aside.
	serves bool
	// over: the next run may refuse, if there is nothing left for it to do.
	over bool
	// prints: what is printed holds a session by its nature.
	prints bool
	// clears: after exit 0 the cache holds no more sessions than after a run without a fault.
	clears bool
	// codes are those that the command which guise runs may exit with: curl -f has 22.
	codes []int
	// reports: what went wrong is said on stdout.
	reports bool
	// code is the exit code without a fault.
	code int
	// odd: something is wrong around it.
	odd bool
	// needsYes: credentials are given out only after a yes, which is typed.
	needsYes bool
	// narrow: of the credentials that are given out a session policy says what they may do.
	narrow bool
	// logs: the log has what it had, and a line about the last run.
	logs bool
	// beside is another guise, which runs while this one does.
	beside *beside
	// variant: the same command as another story, on other files; AWS is asked the same.
	variant bool
}

// words splits a command; a part in single quotes is one word.
func words(text string) (all []string) {
	for i, part := range strings.Split(text, "'") {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// stories are all commands that write. Those that do not are in quiet().
func stories() []story {
	var all []story
	for _, some := range [][]story{adoptions(), keyStories(), keyringStories(), severalFiles(), signIns(), credentialStories(), guardedStories(), oneOffStories(), upkeep()} {
		all = append(all, some...)
	}
	return all
}

// own are the profiles that go through the keys that are there at first: alice's and
// carol's.
func own() []string { return []string{"prod", "deploy"} }

func withBob() []string { return append(own(), "bob") }

func adoptions() []story {
	return []story{
		{name: "adopt-keep", state: "plain", args: words("adopt --all -y --keep-keys"), works: own()},
		{name: "adopt-vault", state: "vault", args: words("adopt --all -y"), works: withBob(), gone: []string{"alice", "carol"}},
		{name: "adopt-older-clients", state: "vault", args: words("adopt --all -y --for-older-clients"), works: withBob(), gone: []string{"alice", "carol"}, variant: true},
		{name: "release-older-clients", state: "older-clients", args: words("release --all -y"), works: own(), variant: true},
		{name: "release-keep", state: "keep", args: words("release --all -y"), works: own()},
		{name: "release-vault", state: "imported", args: words("release --all -y"), works: own()},
	}
}

func keyStories() []story {
	moved := []string{"alice", "carol"}
	return []story{
		{name: "import-vault", state: "vault", args: words("keys import -y"), works: withBob(), gone: moved},
		{name: "import-newvault", state: "plain", args: words("keys import -y"), typed: newPassphrase(), works: own(), gone: moved, variant: true},
		{name: "import-backup", state: "vault", args: words("keys import -y --backup home/copy"), works: withBob(), variant: true},
		{name: "import-older", state: "older", args: words("keys import -y"), works: withBob(), gone: moved, variant: true},
		{name: "add-vault", state: "removed", args: words("keys add bob --csv home/bob.csv"), works: withBob()},
		{name: "add-newvault", state: "plain", args: words("keys add bob --csv home/bob.csv"), typed: newPassphrase(), works: withBob(), variant: true},
		{name: "remove-vault", state: "vault", args: words("keys remove bob -y"), works: own(), gone: []string{"bob"}, over: true},
		{name: "rotate-vault", state: "vault", args: words("keys rotate bob"), works: withBob(), gone: []string{"bob"}},
		{name: "mfa-add", state: "imported", args: words(addDevice), typed: mfaSecret(), works: own()},
		{name: "mfa-remove", state: "mfa", args: words(removeDevice), works: own(), over: true},
		{name: "lock", state: "imported", args: words("lock")},
	}
}

// keyringStories are those of the key store, with a real OS keyring.
func keyringStories() []story {
	moved := []string{"alice", "carol"}
	return []story{
		{name: "adopt-keyring", state: "keyring", args: words("adopt --all -y"), works: withBob(), gone: moved, variant: true},
		{name: "release-keyring", state: "keyring-imported", args: words("release --all -y"), works: own(), variant: true},
		{name: "import-keyring", state: "keyring", args: words("keys import -y"), works: withBob(), gone: moved, variant: true},
		{name: "add-keyring", state: "keyring-removed", args: words("keys add bob --csv home/bob.csv"), works: withBob(), variant: true},
		{name: "remove-keyring", state: "keyring", args: words("keys remove bob -y"), works: own(), gone: []string{"bob"}, over: true, variant: true},
		{name: "rotate-keyring", state: "keyring", args: words("keys rotate bob"), works: withBob(), gone: []string{"bob"}, variant: true},
		{name: "mfa-add-keyring", state: "keyring-imported", args: words(addDevice), typed: mfaSecret(), works: own(), variant: true},
		{name: "mfa-remove-keyring", state: "keyring-mfa", args: words(removeDevice), works: own(), over: true, variant: true},
		{name: "logout-all-keyring", state: "keyring-session", args: words("logout --all"), works: own(), clears: true, variant: true},
	}
}

// severalFiles are stories with a second pair of AWS files, or a second endpoint.
func severalFiles() []story {
	return []story{
		{name: "import-two-files", state: "two-files", args: words("keys import -y"), env: otherFiles(), works: []string{"alice"}, alsoWorks: withBob(), variant: true},
		{name: "release-two-files", state: "two-imported", args: words("release --all -y"), env: otherFiles(), works: []string{"alice"}, alsoWorks: withBob(), variant: true},
		{name: "remove-two-files", state: "two-imported", args: words("keys remove alice -y"), env: otherFiles(), alsoWorks: withBob(), over: true, variant: true},
		{name: "add-two-endpoints", state: "two-endpoints", args: words("keys add twin --csv home/bob.csv"), env: ownEndpoints(), works: []string{"bob", "twin"}, variant: true},
		{name: "remove-two-endpoints", state: "two-endpoints-added", args: words("keys remove twin -y"), env: ownEndpoints(), works: []string{"bob"}, over: true, variant: true},
	}
}

// signIns are logins of each kind, and their end.
func signIns() []story {
	return []story{
		{name: "login-role", state: "keep", args: words("login prod"), works: own()},
		{name: "login-force", state: "session", args: words("login --force prod"), works: own(), variant: true},
		{name: "login-mfa", state: "keep", args: words("login ops"), typed: []answer{{"MFA code for ops", theCode}}, works: append(own(), "ops")},
		{name: "login-sso", state: "keep", args: words("login corp-dev"), typed: terminal(), works: append(own(), "corp-dev")},
		{name: "login-sso-shared", state: "keep", args: words("login corp-dev"), typed: terminal(), env: []string{"GUISE_SSO_SHARE_TOKEN=true"}, works: own(), variant: true},
		{name: "login-sso-device", state: "keep", args: words("login --device corp-dev"), typed: []answer{{"any device", visit}}, works: append(own(), "corp-dev")},
		{name: "login-console", state: "keep", args: words("login console"), typed: terminal(), works: append(own(), "console")},
		{name: "login-saml", state: "keep", args: words("login saml"), works: append(own(), "saml")},
		{name: "login-web-identity", state: "keep", args: words("login runner"), works: append(own(), "runner")},
		{name: "sso-add", state: "keep", args: words("sso add https://ssoins-1.portal.eu-west-1.app.aws"), works: own()},
		{name: "sso-login", state: "keep", args: words("sso login corp"), typed: terminal(), works: append(own(), "corp-dev")},
		{name: "sso-logout", state: "signed", args: words("sso logout corp"), works: own(), clears: true},
		{name: "logout", state: "session", args: words("logout prod"), works: own(), clears: true},
		{name: "logout-all", state: "signed", args: words("logout --all"), works: own(), clears: true},
	}
}

// askEndpoint asks the endpoint of exec --serve, as an SDK does.
const askEndpoint = `'curl -sf -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"'`

func credentialStories() []story {
	return []story{
		{name: "process-cold", state: "keep", args: words("credential-process --profile prod"), works: own(), serves: true, prints: true},
		{name: "process-keyring", state: "keyring-imported", args: words("credential-process --profile prod"), works: own(), serves: true, prints: true, variant: true},
		{name: "use", state: "keep", args: words("use prod"), env: []string{"GUISE_SHELL=zsh"}, works: own()},
		{name: "use-read-only", state: "keep", args: words("use deploy --read-only"), env: []string{"GUISE_SHELL=zsh", "GUISE_ADOPT=always"}, works: append(own(), "deploy@read-only"), variant: true},
		{name: "release-read-only", state: "narrowed", args: words("release deploy@read-only -y"), works: own(), over: true, variant: true},
		{name: "whoami", state: "keep", args: words("whoami prod"), works: own()},
		{name: "console", state: "keep", args: words("console prod --print"), works: own()},
		{name: "exec-serve", state: "keep", args: words("exec prod --serve -- sh -c " + askEndpoint), works: own(), serves: true, prints: true, codes: []int{22}},
		{name: "exec-export", state: "keep", args: words("exec prod --export -- sh -c 'echo AccessKeyId $AWS_ACCESS_KEY_ID'"), works: own(), serves: true, variant: true},
		{name: "export-env", state: "keep", args: words("export prod"), works: own(), prints: true, variant: true},
		{name: "export-new", state: "keep", args: words("export deploy --format credentials-file --to tool"), works: own()},
		{name: "export-again", state: "exported", args: words("export deploy --format credentials-file --to tool"), works: own(), variant: true},
	}
}

func upkeep() []story {
	synced := append(own(), "corp-dev")
	return []story{
		{name: "sync-cold", state: "signed", args: words("sso sync corp"), works: synced},
		{name: "sync-warm", state: "synced", args: words("sso sync corp"), works: synced, variant: true},
		{name: "sync-prune", state: "fewer", args: words("sso sync corp --prune"), works: synced},
		{name: "cache-clear", state: "session", args: words("cache clear"), works: own(), clears: true},
		{name: "doctor-fix", state: "broken", args: words("doctor --fix"), works: own(), reports: true},
		{name: "setup", state: "shell", args: words("setup --shell zsh -y"), env: zshHome(), works: own()},
		{name: "setup-undo", state: "set-up", args: words("setup --undo -y"), env: zshHome(), works: own(), variant: true},
		{name: "demo", state: "plain", args: words("demo -- guise list"), works: own()},
	}
}

// quiet are the commands that change no file: the harness counts their calls.
func quiet() []story {
	var all []story
	for _, text := range []string{
		"adopt --all --dry-run", "cache dir", "cache list", "completion zsh", "config", "credential-process --profile prod", "current", "log", "exec prod -- true", "explain prod",
		"init zsh", "keys list", "list", "mfa list", "off", "prompt", "region eu-west-1", "release --all --dry-run", "sso list", "version", "waiting",
	} {
		all = append(all, story{
			name: text, state: "session", args: words(text), env: []string{"GUISE_SHELL=zsh", "AWS_PROFILE=prod"},
			prints: strings.HasPrefix(text, "credential-process"),
		})
	}
	all = append(all, story{name: "cache list (approved)", state: "approved", args: words("cache list")})
	return append(all, story{name: "mfa code", state: "mfa", args: words("mfa code " + carolSerial)})
}
