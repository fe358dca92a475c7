package shell

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// words are values as they may come from another than AWS: ASCII that shows, with
// everything in it that some reader takes for its own.
func words() []string {
	var all strings.Builder
	for b := byte('!'); b < 0x7f; b++ {
		all.WriteByte(b)
	}
	return []string{
		"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==", "IQoJb3JpZ2luX2VjEPz//////////wEaCWV1LXdlc3QtMSJHMEUCIQ==", "2026-01-02T03:04:05Z", "a:b,c@d%e-f_g",
		"$(touch${IFS}pwned)", "`touch${IFS}pwned`", "';touch${IFS}pwned;'", `";touch${IFS}pwned;"`, "$HOME", "${HOME}", "$Env:HOME", "'", `"`, "''", `\`, `a\nb`, `\'`, "#x", "a#b",
		";x", "!!", "~", "a:~", "*", "{a,b}", "<(x)", "&x", "|x", "=x", "%HOME%", "%%", "^x", "(x)", all.String(),
	}
}

// marks are typographic quotes, which PowerShell takes for quotes too.
func marks() []string {
	return []string{"a\u2018b", "\u2019;rm;\u2019", "\u201a", "\u201b\u201b'\u2018", "a\u201cb\u201d"}
}

func controls() []string {
	return []string{"a\nb", "a\r\n[default]", "a\tb", "a\x00b", "\x1b[31m", "\x7f", "\u009b31m", "\n", "a\n"}
}

// TestControls: no writer writes a control character, whoever lets it come so far.
func TestControls(t *testing.T) {
	refused := func(what string, text string, err error) {
		t.Helper()
		if why, ok := errors.AsType[*ValueError](err); !ok || why.Name != "NAME" || text != "" {
			t.Errorf("%s: %q, %v", what, text, err)
		}
	}
	for _, value := range controls() {
		changes := []Change{{Name: "FIRST", Value: "x", Exported: true}, {Name: "NAME", Value: value, Exported: true}}
		for _, f := range formats {
			text, err := f.Write(changes)
			refused(f.name, text, err)
		}
		for _, d := range dialects() {
			text, err := d.Script(changes)
			refused(d.name, text, err)
		}
		refused("INI", "", INI(changes))
	}
}

// reader is a program that reads a format, and prints the variable WORD.
type reader struct {
	format  string
	program []string
	script  string // for each file, which is FILE: prints the value that it has, and a NUL
}

func readers() []reader {
	const posix = `. FILE; printf '%s\0' "$WORD"`
	return []reader{
		{"env", []string{"dash", "-eu"}, posix},
		{"env", []string{"bash", "--noprofile", "--norc", "-eu"}, posix},
		{"env", []string{"zsh", "-f", "-eu"}, posix},
		{"fish", []string{"fish", "--no-config"}, `source FILE; printf '%s\0' "$WORD"`},
		{"dotenv", []string{"dash", "-eu"}, `set -a; . FILE; set +a; printenv WORD | tr '\n' '\0'`},
		{"dotenv", []string{"bash", "--noprofile", "--norc", "-eu"}, `set -a; . FILE; printf '%s\0' "$WORD"`},
		{"powershell", []string{"pwsh", "-NoProfile"}, `. FILE; [Console]::Write($Env:WORD + [char]0)`},
	}
}

// TestReadBack: what is written is read as it was, and nothing of it runs, by the
// programs that read each format.
func TestReadBack(t *testing.T) {
	need.Long(t)
	for _, r := range readers() {
		t.Run(r.format+" in "+r.program[0], func(t *testing.T) {
			if _, err := exec.LookPath(r.program[0]); err != nil && r.program[0] == "pwsh" {
				t.Log("no pwsh here: its quoting is read by TestPowerShell alone")
				return // Debian has none
			}
			need.Program(t, r.program[0])
			dir := t.TempDir()
			values, files := writtenTo(t, dir, r.format, append(words(), marks()...))
			script := filepath.Join(t.TempDir(), "script")
			var lines strings.Builder
			for _, file := range files {
				lines.WriteString(strings.ReplaceAll(r.script, "FILE", file) + "\n")
			}
			if err := os.WriteFile(script, []byte(lines.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			c := exec.Command(r.program[0], append(r.program[1:len(r.program):len(r.program)], script)...)
			c.Dir, c.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8"}
			sameValues(t, c, values)
			if found, _ := os.ReadDir(dir); len(found) != len(files) {
				t.Errorf("something ran: %v", found)
			}
		})
	}
}

// writtenTo writes a file for each of the values that a format takes.
func writtenTo(t *testing.T, dir, format string, all []string) (values, files []string) {
	t.Helper()
	for _, value := range all {
		text, ok := written(t, format, value)
		if !ok {
			continue
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.ps1", len(files)))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		values, files = append(values, value), append(files, file)
	}
	return values, files
}

// sameValues runs a program that prints each value as it has read it, and a NUL.
func sameValues(t *testing.T, c *exec.Cmd, values []string) {
	t.Helper()
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	read := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if err != nil || said.Len() > 0 || len(read) != len(values) {
		t.Errorf("%d of %d values: %v %s", len(read), len(values), err, &said)
	}
	for i, value := range values[:min(len(values), len(read))] {
		if read[i] != value {
			t.Errorf("%q came out as %q", value, read[i])
		}
	}
}

// written returns a variable in a format, or says that it is refused there.
func written(t *testing.T, format, value string) (string, bool) {
	t.Helper()
	f, ok := FormatNamed(format)
	if !ok {
		t.Fatal(format)
	}
	text, err := f.Write([]Change{{Name: "WORD", Value: value, Exported: true}})
	if err != nil && format != "dotenv" {
		t.Errorf("%s refuses %q: %v", format, value, err)
	}
	return text, err == nil
}

// TestDotenv: what AWS gives is written; python-dotenv and docker read it as it is,
// docker by its rule: what follows the "=" is the value.
func TestDotenv(t *testing.T) {
	need.Long(t)
	python := need.Program(t, "python3")
	if exec.Command(python, "-c", "import dotenv").Run() != nil {
		python = "/usr/bin/python3" // Debian's, where another is in front
	}
	need.That(t, exec.Command(python, "-c", "import dotenv").Run())
	values, files := writtenTo(t, t.TempDir(), "dotenv", words())
	if len(values) < 4 {
		t.Errorf("%d values are taken: those of AWS must be", len(values))
	}
	for _, value := range values {
		text, _ := written(t, "dotenv", value)
		if _, verbatim, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "="); verbatim != value {
			t.Errorf("docker reads %q as %q", value, verbatim)
		}
	}
	const read = "import dotenv, sys\nfor file in sys.argv[1:]: sys.stdout.write(dotenv.dotenv_values(file)['WORD'] + '\\0')"
	sameValues(t, exec.Command(python, append([]string{"-c", read}, files...)...), values)
}

// TestPowerShell reads the literal strings of PowerShell by its rule: they end at a
// quote, of which there are five, and two together stand for the second.
func TestPowerShell(t *testing.T) {
	isQuote := func(r rune) bool { return strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) }
	for _, value := range append(words(), marks()...) {
		text, _ := written(t, "powershell", value)
		literal := []rune(strings.TrimSuffix(strings.TrimPrefix(text, "$Env:WORD = '"), "\n"))
		var read strings.Builder
		i := 0
		for ; i < len(literal); i++ {
			if isQuote(literal[i]) {
				if i+1 == len(literal) || !isQuote(literal[i+1]) {
					break
				}
				i++
			}
			read.WriteRune(literal[i])
		}
		if read.String() != value || i != len(literal)-1 {
			t.Errorf("%q is read as %q, with %q behind it", value, read.String(), string(literal[min(i, len(literal)):]))
		}
	}
}
