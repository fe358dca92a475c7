package shell

import (
	_ "embed" // the hooks
	"strings"
)

var (
	//go:embed hook.zsh
	hookZsh string
	//go:embed hook.bash
	hookBash string
	//go:embed hook.fish
	hookFish string
	//go:embed hook.elvish
	hookElvish string
	//go:embed hook.nushell
	hookNushell string
	//go:embed hook.powershell
	hookPowerShell string
	//go:embed hook.xonsh
	hookXonsh string
	//go:embed hook.tcsh
	hookTcsh string
	//go:embed hook.posix
	hookPOSIX string
)

// dialects are all that guise speaks, those first that most people have.
func dialects() []Dialect {
	return []Dialect{zshDialect(), bashDialect(), fishDialect(), posixDialect(), tcshDialect(), xonshDialect(), elvishDialect(), nushellDialect(), powershellDialect()}
}

func asIs(s string) string { return s }

func zshDialect() Dialect {
	return Dialect{
		name: "zsh", uncommented: true, hook: hookZsh, quote: quotePOSIX,
		load: `eval "$(guise init zsh)"`, files: below("ZDOTDIR", "", ".zshrc"),
		segment: func(s string) string { return strings.ReplaceAll(s, "%", "%%") },
		export:  `\builtin export %[1]s=%[2]s`,
		set:     `\builtin typeset -g +x %[1]s=%[2]s`,
		unset:   `\builtin unset -v %[1]s`,
		keep: `\builtin unset -v __guise_kept_%[1]s; ` +
			`[[ -z ${%[1]s+set} ]] || \builtin typeset -g +x __guise_kept_%[1]s="$%[1]s"`,
		giveBack: `\builtin unset -v %[1]s; ` +
			`[[ -z ${__guise_kept_%[1]s+set} ]] || \builtin typeset -g +x %[1]s="$__guise_kept_%[1]s"`,
		giveBackExported: `\builtin export %[1]s=%[2]s`,
	}
}

func bashDialect() Dialect {
	return Dialect{
		name: "bash", hook: hookBash, quote: quotePOSIX, segment: asIs,
		load: `eval "$(guise init bash)"`, files: below("", "", ".bashrc"),
		export: `\builtin export %[1]s=%[2]s`,
		set:    `\builtin export -n %[1]s=%[2]s`,
		unset:  `\builtin unset -v %[1]s`,
		keep: `\builtin unset -v __guise_kept_%[1]s; ` +
			`[[ -z ${%[1]s+set} ]] || \builtin export -n __guise_kept_%[1]s="$%[1]s"`,
		giveBack: `\builtin unset -v %[1]s; ` +
			`[[ -z ${__guise_kept_%[1]s+set} ]] || \builtin export -n %[1]s="$__guise_kept_%[1]s"`,
		giveBackExported: `\builtin export %[1]s=%[2]s`,
	}
}

func fishDialect() Dialect {
	return Dialect{
		name: "fish", hook: hookFish, quote: quoteFish, segment: asIs,
		typed: variables{"set -gx NAME WORD", "set -e NAME"},
		load:  "guise init fish | source", files: below("XDG_CONFIG_HOME", ".config", "fish/config.fish"),
		export: `set -gx %[1]s %[2]s`,
		set:    `set -gu %[1]s %[2]s`,
		// A universal variable belongs to all terminals: here it is hidden.
		unset: `set -qg %[1]s; and set -eg %[1]s; set -qU %[1]s; and set -gu %[1]s; true`,
		keep: `set -qg __guise_kept_%[1]s; and set -eg __guise_kept_%[1]s; ` +
			`set -qg %[1]s; and set -gu __guise_kept_%[1]s $%[1]s; true`,
		// A universal variable is seen again once none of this terminal hides it.
		giveBack: `set -qg %[1]s; and set -eg %[1]s; ` +
			`set -qg __guise_kept_%[1]s; and set -gu %[1]s $__guise_kept_%[1]s; true`,
		giveBackExported: `set -qg %[1]s; and set -eg %[1]s; ` +
			`set -qUx %[1]s; and test "$%[1]s" = %[2]s; or set -gx %[1]s %[2]s`,
	}
}

func posixDialect() Dialect {
	return Dialect{
		name: "posix", others: []string{"sh", "dash", "ash", "busybox", "ksh", "ksh93", "mksh"}, program: "sh",
		hook: hookPOSIX, quote: quotePOSIX, segment: asIs, silent: true,
		load: `eval "$(guise init posix)"`, files: posixFiles,
		export: `\export %[1]s=%[2]s`,
		set:    `\unset -v %[1]s; %[1]s=%[2]s`,
		unset:  `\unset -v %[1]s`,
		keep: `\unset -v __guise_kept_%[1]s; ` +
			`\test -z "${%[1]s+set}" || __guise_kept_%[1]s=$%[1]s`,
		giveBack: `\unset -v %[1]s; ` +
			`\test -z "${__guise_kept_%[1]s+set}" || %[1]s=$__guise_kept_%[1]s`,
		giveBackExported: `\export %[1]s=%[2]s`,
	}
}

func tcshDialect() Dialect {
	return Dialect{
		name: "tcsh", hook: hookTcsh, quote: quoteTcsh, segment: asIs, joined: "; ",
		typed: variables{"setenv NAME WORD", "unsetenv NAME"}, uncommented: true,
		load: "eval \"`guise init tcsh`\"", files: below("", "", ".tcshrc", ".cshrc"),
		export: `setenv %[1]s %[2]s`,
		set:    `set %[1]s = %[2]s`,
		// Its own variables are others than those of the environment, and stay as they are.
		unset: `unsetenv %[1]s`, giveBack: `unsetenv %[1]s`,
		giveBackExported: `setenv %[1]s %[2]s`,
	}
}

func xonshDialect() Dialect {
	return Dialect{
		name: "xonsh", hook: hookXonsh, quote: quotePython, segment: asIs, data: true, listed: ", ",
		typed: variables{"$NAME = TEXT", "del $NAME"}, argument: "@(WORD)", // in its own quotes $ is special
		// $(…) of xonsh 0.13 now and then gives nothing on a machine that is busy.
		load: "import subprocess; execx(subprocess.check_output('guise init xonsh'.split(), env=${...}.detype(), text=True))", files: below("", "", ".xonshrc"),
	}
}

func elvishDialect() Dialect {
	return Dialect{
		name: "elvish", hook: hookElvish, quote: quoteDoubled, segment: asIs, data: true,
		typed: variables{"set-env NAME WORD", "unset-env NAME"}, invoked: "(external WORD)",
		load: `eval (guise init elvish | slurp)`, files: below("XDG_CONFIG_HOME", ".config", "elvish/rc.elv"),
	}
}

func nushellDialect() Dialect {
	const saved = "($nu.data-dir | path join vendor autoload"
	return Dialect{
		name: "nushell", others: []string{"nu"}, program: "nu", hook: hookNushell, quote: quoteEscaped, segment: asIs, data: true,
		typed: variables{"$env.NAME = TEXT", "hide-env NAME"}, invoked: "^WORD",
		load:  "mkdir " + saved + "); guise init nushell | save --force " + saved + " guise.nu)",
		files: below("XDG_CONFIG_HOME", ".config", "nushell/config.nu"),
	}
}

// powershellDialect is by PowerShell's documentation: Debian has none to run it in.
func powershellDialect() Dialect {
	return Dialect{
		name: "powershell", others: []string{"pwsh"}, program: "pwsh", hook: hookPowerShell, quote: quotePowerShell, segment: asIs, data: true, listed: ", ",
		typed: variables{"$Env:NAME = TEXT", "Remove-Item Env:NAME"}, invoked: "& WORD",
		// A number is not always written as it was, and a flag ends at a dot or a colon.
		special: func(word string) bool {
			return word[0] >= '0' && word[0] <= '9' || word[0] == '-' && strings.ContainsAny(word, ".:")
		},
		load:  "guise init powershell | Out-String | Invoke-Expression",
		files: below("XDG_CONFIG_HOME", ".config", "powershell/Microsoft.PowerShell_profile.ps1"),
	}
}

// quoteEscaped writes a word in quotation marks, where nothing but a backslash is special,
// and a ! to the history of the terminal.
func quoteEscaped(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "!", `\u{21}`, "\n", `\n`, "\r", `\r`).Replace(s) + `"`
}

// quoteDoubled writes a word in apostrophes, where two stand for one.
func quoteDoubled(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// quotePython writes a string literal.
func quotePython(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
}
