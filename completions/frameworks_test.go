//go:build unix

package completions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLateCompinit: compinit may come after guise in the rc file (oh-my-zsh, antidote,
// zsh-autocomplete), or after the first prompt (zinit's turbo).
func TestLateCompinit(t *testing.T) {
	for name, rc := range map[string]string{
		"later":     "PROMPT='ready> '\n%s\nautoload -Uz compinit; compinit -u -D\n",
		"at a stub": "PROMPT='ready> '\ncompdef() { held+=(\"$*\") }\n%s\nunfunction compdef; autoload -Uz compinit; compinit -u -D\n",
		"turbo":     "PROMPT='ready> '\n%s\nlate() { ((++prompts > 1)) && { precmd_functions=(${precmd_functions:#late}); autoload -Uz compinit; compinit -u -D } }\nprecmd_functions=(late $precmd_functions)\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := open(t, "zsh", "guise", rc)
			k.write("values", "prod\tabout it\n:4\n")
			k.Type("\r")
			k.See("ready> ")
			k.Type("guise use pr\t\r")
			if got := k.See(`got:.*\n`)[0]; got != "got:<use><prod>\n" {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestBle: ble.sh is told all of what it may do with the values, by its function compopt.
func TestBle(t *testing.T) {
	for directive, want := range map[string]string{":4": "+-o ble/syntax-raw\n+-o ble/no-default\n", ":0": "+-o ble/syntax-raw\n", ":6": "+-o nospace\n+-o ble/syntax-raw\n+-o ble/no-default\n"} {
		for _, ble := range []bool{true, false} {
			rc := `compopt() { echo "+$*" >>"$HOME/seen"; }`
			if ble {
				rc += "; BLE_VERSION=0.4.0"
			}
			k := start(t, "bash", "guise", rc)
			k.write("values", "it's\tabout it\n"+directive+"\n")
			k.Type("guise use it\t\r")
			k.See(`got:<use><it's>\n`)
			seen, _ := os.ReadFile(filepath.Join(k.dir, "seen"))
			if got := string(seen); ble && got != want || !ble && strings.Contains(got, "ble/") {
				t.Errorf("%s, ble.sh %v: %q, want %q", directive, ble, got, want)
			}
		}
	}
}
