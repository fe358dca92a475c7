//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
)

// The homes that plays of screenplays begin in, other than that of the demo.

const brokenProfiles = `
[profile loop]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = loop
[profile lost]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = doesnotexist
[profile nosession]
sso_session = nope
sso_account_id = 600000000001
sso_role_name = Developer
`

const longNames = `
[profile acme-engineering-platform-production-eu-central-1-administrator]
role_arn = arn:aws:iam::333333333333:role/engineering/platform/production/eu-central-1/TheAdministratorOfThePlatform
source_profile = alice
region = eu-central-1
[profile acme-engineering-platform-production-eu-central-1-readonly]
role_arn = arn:aws:iam::333333333333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_ReadOnly_0123456789abcdef
source_profile = alice
region = ap-southeast-2
guise_alias = aeppec1r
guise_description = what everybody may look at, at any time of the day, on any continent
`

const wideNames = `
[profile 本番環境]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
guise_alias = wide
guise_description = 本番環境の管理者、東京リージョン
region = ap-northeast-1
[profile übung-prüfung]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
region = eu-central-1
[profile 개발자-계정-서울]
role_arn = arn:aws:iam::444444444444:role/Developer
source_profile = alice
region = ap-northeast-2
`

const hostileNames = "\n[profile $(touch x)`y`'\"& é]\nrole_arn = arn:aws:iam::333333333333:role/Developer\nsource_profile = alice\n" +
	"[profile esc\x1b[31mred]\nregion = eu-west-1\n" +
	"[profile bell]\nregion = eu-\x07west-1\nguise_description = two\ttabs \u202eand back\n"

// more writes a text behind what a file has.
func (w *world) more(name, text string) { w.write(name, w.read(name)+text) }

// settings writes the file of settings.
func (w *world) settings(text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.home, ".config", "guise"), 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.write(".config/guise/config.toml", text)
}

// newHome has no profile, and a shell that does not load the hook.
func newHome(w *world) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.home, ".aws")); err != nil {
		w.t.Fatal(err)
	}
	w.write(".zshrc", "unsetopt PROMPT_SP\nPROMPT='"+prompt+"'\n")
}

// unmanaged gives the profiles back what they had.
func unmanaged(w *world) {
	w.t.Helper()
	if got := w.guise("release", "--all", "--yes"); got.code != 0 {
		w.t.Fatalf("%+v", got)
	}
}

// synced writes the profiles of the organisation, too.
func synced(w *world) {
	w.t.Helper()
	s := w.open(nil, "guise", "sso", "sync", "--yes")
	if code := s.Exit(); code != 0 {
		w.t.Fatal(s.Everything())
	}
}

func helpOf(commands ...string) string {
	return "guise " + strings.Join(commands, " --help\nguise ") + " --help"
}

// guarded has rules for profiles that need care.
func guarded(w *world) {
	w.settings(`[guard.profiles]
"*prod*" = { color = "red", confirm = "name", lease = "1h" }
"stag*" = { color = "yellow", confirm = "yes" }
dev = { color = "green", lease = "8h" }
prdo = { color = "blue" }
`)
}

// fasterAWS is an AWS CLI that starts at once.
func fasterAWS(w *world) {
	tools := filepath.Join(w.dir, "tools")
	w.program(filepath.Join(tools, "aws"), "#!/bin/sh\necho aws-cli/2.9.19 \"$@\"\n")
	for i, pair := range w.env {
		if rest, is := strings.CutPrefix(pair, "PATH="); is {
			w.env[i] = "PATH=" + tools + ":" + rest
		}
	}
}
