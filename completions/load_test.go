package completions

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestLoads: a script loads, twice, without a word, under options of all kinds.
func TestLoads(t *testing.T) {
	ways := []string{
		"bash --noprofile --norc -e -u -o pipefail", "bash --noprofile --norc -o posix", "bash --noprofile --norc -O failglob",
		"zsh -f -o NO_UNSET -o ERR_EXIT", "zsh -f -o KSH_ARRAYS", "zsh -f -o SH_GLOB", "zsh -f -o CSH_NULL_GLOB", "zsh --emulate sh -f", "zsh --emulate ksh -f", "zsh --emulate csh -f",
		"fish --no-config",
	}
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			argv := strings.Fields(way)
			script, err := Script(argv[0], "guise")
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "script")
			if err := os.WriteFile(file, []byte(script+"\n"+script), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(need.Program(t, argv[0]), append(argv[1:], file)...).CombinedOutput()
			if err != nil || len(out) > 0 {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// TestLint: what the shells' own tools say of the scripts: nothing.
func TestLint(t *testing.T) {
	for _, line := range []string{
		"shellcheck completion.bash", "zsh -n completion.zsh", "fish_indent --check completion.fish",
	} {
		t.Run(line, func(t *testing.T) {
			argv := strings.Fields(line)
			if out, err := exec.Command(need.Program(t, argv[0]), argv[1:]...).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
