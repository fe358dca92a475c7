//go:build unix

package e2e

func changing() []screenplay {
	return []screenplay{
		{name: "adopt all, dry run", shell: "zsh", home: unmanaged, script: `
guise adopt --all --dry-run
guise list`},
		{name: "adopt one", shell: "bash", home: unmanaged, script: `
guise adopt dev
< \[Y/n\]
n
guise adopt dev staging --keep-keys
< \[Y/n\]
y
guise adopt dev
guise adopt nosuch
< profile>
{esc}\
guise adopt
< profile>
{esc}\
guise release dev
< \[Y/n\]
y
guise release dev`},
		{name: "use a profile that is not managed", shell: "fish", home: unmanaged, script: `
guise use dev
< \[Y/n\]
{esc}\
guise use --no-login dev
< \[Y/n\]
n`},
		{name: "release all", shell: "fish", script: `
guise release --all --dry-run
guise release --all --yes
guise release --all`},
		{name: "sso sync, dry run", shell: "bash", script: `
guise sso sync --dry-run
guise sso sync nosuch`},
		{name: "sso sync", shell: "zsh", script: `
guise sso sync
< add 90 profiles
y
guise sso sync --yes
guise list payments`},
		{name: "guards", shell: "zsh", home: guarded, script: `
guise list
guise use --no-login dev
guise use --no-login staging
< \[y/N\]
n
guise use --no-login staging
< \[y/N\]
{esc}\
guise use --no-login prod
< type prod to go on
prd
< that is not the name
prod
guise explain prod
guise config
guise use stag
< profile>
{esc}\
guise use pro
< profile>
{esc}\
export GUISE_LEASE=1000000000:prod
guise current`},
		{name: "the log", shell: "zsh", script: `
guise log
guise login operator
GUISE_LOG=all guise exec operator -- true
guise log
guise log operator --since yesterday
guise log --since soon
guise log nosuch
< profile>
{esc}\
guise log --help`},
		{name: "no profiles", shell: "zsh", home: func(w *world) { w.write(".aws/config", ""); w.write(".aws/credentials", "") }, script: `
guise list
guise use
guise use prod
guise adopt --all
guise sso sync
guise keys list
guise cache list
guise doctor`},
	}
}

func keysAndCodes() []screenplay {
	return []screenplay{
		{name: "keys", shell: "bash", script: `
guise keys list
guise keys list --online
guise keys import dev
guise keys import org-dev
guise keys remove ci
guise keys rotate ci
guise keys rotate org-dev`},
		{name: "keys import", shell: "zsh", home: unmanaged, script: `
guise keys import --dry-run
guise keys import ci
< \[Y/n\]
{esc}\
guise keys list`},
		{name: "keys add", shell: "fish", script: `
guise keys add bob
< (?i)access key
{esc}\
guise keys add
guise keys add bob --csv nosuch.csv`},
		{name: "mfa", shell: "bash", script: `
guise mfa list
guise mfa code
guise mfa code alice
guise mfa code org-dev
guise mfa add alice
< MFA secret
{esc}\
guise mfa remove alice
guise lock`},
	}
}

func trouble() []screenplay {
	return []screenplay{
		{name: "unknown words", shell: "zsh", script: `
guise nosuch
guise list --nosuch
guise sue prod
guise cache nosuch
guise waiting x
guise region a b
guise list --json=x
guise adopt --all=maybe
guise completion cmd
guise completion`},
		{name: "doctor", shell: "zsh", script: `
guise doctor
guise doctor --fix
guise doctor`},
		{name: "doctor in trouble", shell: "bash", home: func(w *world) {
			w.more(".aws/config", brokenProfiles)
			w.settings("pickr = \"list\"\n")
		}, script: `
export AWS_PROFILE=gone
guise doctor
guise list`},
		{name: "broken profiles", shell: "fish", home: func(w *world) { w.more(".aws/config", brokenProfiles) }, script: `
guise list
guise explain loop
guise explain lost
guise use lost
guise adopt lost`},
		{name: "a header that is not closed", shell: "zsh", home: func(w *world) { w.more(".aws/config", "\n[profile x\nregion = eu-west-1\n") }, script: `
guise list
guise doctor
guise adopt --all --dry-run
guise explain console`},
		{name: "settings that nobody can read", shell: "bash", home: func(w *world) { w.settings("picker = list\nmfa = [\n") }, script: `
guise list dev
guise doctor
guise use --no-login dev`},
		{name: "long names", shell: "bash", home: func(w *world) { w.more(".aws/config", longNames); w.adoptAll() }, script: `
guise list
guise use --no-login
< profile>
engine\
< engine
{esc}\
guise explain acme-engine
< profile>
{esc}\
guise use acme-engineering-platform-production-eu-central-1-administrator
< MFA code
{esc}\`},
		{name: "wide names", shell: "zsh", home: func(w *world) { w.more(".aws/config", wideNames); w.adoptAll() }, script: `
guise list
guise use --no-login
< profile>
{esc}\
guise explain wide
guise use --no-login wide
guise current`},
		{name: "hostile names", shell: "fish", home: func(w *world) { w.more(".aws/config", hostileNames); w.adoptAll() }, script: `
guise list
guise use --no-login touch
guise use touch
< MFA code for
{esc}\
guise current
guise explain touch
guise off
guise use --no-login
< profile>
{esc}\`},
		{name: "AWS cannot be reached", shell: "bash", home: func(w *world) { w.env = append(w.env, "AWS_ENDPOINT_URL=http://127.0.0.1:1") }, script: `
guise use deploy
guise whoami deploy
guise login org-dev`},
	}
}
