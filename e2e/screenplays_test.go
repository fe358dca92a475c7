//go:build unix

package e2e

import "slices"

// screenplays are what people do every day, and what goes wrong then.
func screenplays() []screenplay {
	return slices.Concat(switching(), looking(), changing(), keysAndCodes(), trouble())
}

func switching() []screenplay {
	return []screenplay{
		{name: "the hook is missing", shell: "bash", home: func(w *world) { w.write(".bashrc", "PS1='"+prompt+"'\n") }, script: `
guise use prod
guise init --help
guise init cmd
guise region eu-west-1`},
		{name: "the first run", shell: "zsh", home: newHome, script: `
guise setup --dry-run
guise setup
< load guise in each new zsh
y
< how do you sign in
{esc}\
guise setup
< how do you sign in
/not now
guise setup --yes
guise setup --undo
< take guise's lines out
y`},
		{name: "a set-up with profiles", shell: "bash", home: func(w *world) { unmanaged(w); w.write(".bashrc", "PS1='"+prompt+"'\n") }, script: `
guise setup
< load guise in each new bash
n
< have guise manage
n
guise setup --shell fish --yes
guise setup --undo --dry-run`},
		{name: "use by name, a wrong code first", shell: "zsh", script: `
guise use prod
< MFA code for prod
000000
< (?s)(wrong|again|refused|denied).*MFA code for prod
{code}
guise current
guise current --json
guise use staging
guise use -
guise use -r us-east-1 dev
guise current
guise off
guise current
guise use -
guise off`, forPrograms: `^(\{|\}|  ")`},
		{name: "use by part", shell: "bash", script: `
guise use --no-login bill
guise use --no-login team ops
guise use --no-login sta
< staging-us
{esc}\
guise use --no-login prd
< prod
{esc}\`},
		{name: "use by a name that nobody has", shell: "fish", script: `
guise use --no-login nosuch
< profile>
{esc}\
guise use --no-login prodd
< profile>
{esc}\
guise whoami nosuch
< profile>

guise current`},
		{name: "the picker", shell: "zsh", script: `
guise use --no-login
< profile>
stag\
< stag +2/
{esc}\
guise use --no-login
< profile>
zzz\
< 0/
{ctrl-c}\
guise use --no-login
< profile>
?\
< show fewer
{esc}\`},
		{name: "the picker with a query that has no answer", shell: "bash", script: `
guise use --no-login
< profile>
zzz
guise use --no-login
< profile>
audit
guise current`},
		{name: "the picker with details", shell: "fish", script: `
guise use --no-login
< profile>
audit\
< audit +1/
{ctrl-/}\
< MFA device
{esc}\`},
		{name: "the picker of an organisation", shell: "bash", home: synced, script: `
guise use --no-login
< profile>
pay prod\
< pay prod +13/
{esc}\
guise list`},
		{name: "region", shell: "fish", script: `
guise use --no-login dev
guise region eu-central-1
guise region euw1
guise region eu-wst-1
guise region xx
< region>
{esc}\
guise region atlantis
< region>
{esc}\
guise region
< region>
us\
< region> us +\d
{esc}\
guise current
guise off`},
		{name: "the code is cancelled", shell: "bash", script: `
guise use prod
< MFA code for prod
{esc}\
guise login prod
< MFA code for prod
{ctrl-c}\
guise current`},
		{name: "sign in and out", shell: "zsh", script: `
guise use org-dev
guise login
guise login -- prod org-deploy
< MFA code for prod
{code}
guise logout
guise logout
guise logout --all`},
		{name: "sign in with a code", shell: "bash", script: `
guise login --device org-dev
< gives up
{esc}\
guise sso sync --device --dry-run
< gives up
{esc}\`},
		{name: "sign in by pasting", shell: "fish", home: func(w *world) { w.env = append(w.env, "GUISE_SIGN_IN=paste") }, script: `
guise login org-dev
< gives up
https://example.com/
< no code in this
made-up
< did not take this code
{esc}\
guise login console
< gives up
{esc}\`},
		{name: "codes in words", shell: "zsh", script: `
guise use prod --mfa-code 000000
< MFA code for prod
{esc}\
echo {code} | guise login --mfa-code - prod
guise login --mfa-code {code} staging
guise config
guise config --help`},
		{name: "the page is refused", shell: "fish", home: func(w *world) { w.env = append(w.env, browserDecides+"=deny") }, script: `
guise use org-dev
guise current`},
		{name: "a program waits", shell: "bash", home: func(w *world) { w.background("prod"); w.awaitRequests(1) }, script: `
guise waiting
guise login
< MFA code for prod
{code}
guise waiting`},
		{name: "prompts", shell: "fish", script: `
guise use --no-login "team space ops"
guise prompt; echo
guise prompt --format '{profile} {account} {region}'; echo
guise prompt --format '{bogus}'
guise off`},
		{name: "exec", shell: "bash", home: fasterAWS, script: `
guise exec deploy -- printenv AWS_PROFILE
guise exec deploy -- nosuch
guise exec deploy -- /etc/passwd
guise exec prd -- true
< profile>
{esc}\
guise exec
< profile>
{esc}\
guise exec -- true
< profile>
{esc}\
guise exec -r xx ci -- true
< region>
{esc}\
guise exec deploy
exit
guise exec prod aws --version
< MFA code for prod
{esc}\
guise exec team ops aws --version
guise exec prod --export -- true
< MFA code for prod
{code}
guise exec denied --export -- true`},
		{name: "a session for one command", shell: "zsh", script: `
R=arn:aws:iam::333333333333:role/Deploy
guise exec --role-arn $R --source ci -- guise whoami
guise use ci
guise exec --role-arn $R --duration 3h -- true
guise exec deploy --read-only
guise explain
exit
guise exec org-dev --read-only -- true
guise exec alice --read-only -- true
guise exec deploy --read-only --policy p.json -- true
guise exec deploy --policy gone.json -- true
guise exec deploy --read-only --save-as ci -- true
guise exec --role-arn $R --save-as deploy2 -- true
< \[Y/n\]
y
guise export --role-arn $R --format credentials-file
guise use deploy --read-only
< \[Y/n\]
y
guise release deploy --yes
guise current`},
	}
}

func looking() []screenplay {
	return []screenplay{
		{name: "list", shell: "zsh", script: `
guise list
guise use --no-login dev
guise list
guise list prod
guise list nosuch
guise list --nosuch`},
		{name: "explain", shell: "bash", script: `
guise explain prod
guise explain audit
guise use --no-login dev
guise explain
guise explain nosuch
< profile>
{esc}\`},
		{name: "explain other kinds", shell: "fish", script: `
guise explain org-deploy
guise explain federated
guise explain console
guise explain ci
guise explain operator`},
		{name: "explain what is cached", shell: "zsh", script: `
guise login audit
< MFA code for audit
{code}
guise explain audit
guise cache list
guise list audit
guise cache clear
guise cache list`},
		{name: "whoami", shell: "fish", script: `
guise whoami
guise whoami deploy
guise whoami org-dev
guise whoami prod
< MFA code for prod
{esc}\`},
		{name: "an exported key", shell: "bash", script: `
export AWS_ACCESS_KEY_ID=AKIA123 AWS_SECRET_ACCESS_KEY=x
guise use --no-login dev
export AWS_ACCESS_KEY_ID=AKIA123 AWS_SECRET_ACCESS_KEY=x
guise explain dev
guise whoami
guise doctor`},
		{name: "help", shell: "zsh", script: `
guise
guise use --help
guise exec --help
guise help adopt
guise keys
guise help nosuch`},
		{name: "help of more", shell: "bash", script: helpOf("adopt", "cache list", "completion", "console", "current", "demo", "doctor", "explain", "export", "init", "keys add", "keys import", "keys list", "keys rotate")},
		{name: "help of the rest", shell: "fish", script: helpOf("keys remove", "list", "lock", "login", "logout", "mfa add", "mfa code", "off", "prompt", "region", "release", "sso sync", "version", "waiting", "whoami", "credential-process")},
		{name: "version", shell: "fish", script: `
guise version
guise --version
guise version --json`, forPrograms: `^(\{|\}|  ")`},
		{name: "export", shell: "zsh", script: `
guise export deploy
guise export deploy --format json
guise export ci
guise export deploy --format nosuch
guise export ci --format credentials-file --to ci-copy
guise export deploy --format credentials-file`, forPrograms: `^(export |\{|\}|  ")`},
		{name: "console", shell: "bash", script: `
guise console --print deploy
guise console deploy
guise console
< profile>
{esc}\`},
	}
}
