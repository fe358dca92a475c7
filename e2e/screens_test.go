//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
	"guise/internal/terminaltest"
)

// screensTo is a folder for what the windows showed, for eyes: make screens.
var screensTo = flag.String("screens", "", "the folder that TestScreens writes its screens to")

// A size is that of a window.
type size struct{ columns, rows int }

// sizes are the windows that a story is played in: on a user's machine the narrowest, for some
// stories one more, with which its words are compared, unless their screens are wanted.
func sizes(t *testing.T) []size {
	t.Helper()
	all := []size{{60, 24}, {80, 24}, {140, 40}}
	if *screensTo != "" {
		return all
	}
	return need.Part(t, 6, all)
}

// A screenplay is what somebody types in a shell of their own, and sees.
type screenplay struct {
	name  string
	shell string
	// home changes the home before the shell starts; nil: the demo's profiles, managed.
	home func(*world)
	// script has a line for each that is typed, with Enter behind it or, after "\" at its
	// end, nothing. {code} is the code of alice's device, {esc} and {ctrl-c} are keys. What
	// follows comes once the prompt is back or, where the next line is "< PATTERN", once
	// that is shown.
	script string
	// forPrograms fits lines that programs read: they are printed whole, whatever the width.
	forPrograms string
}

// prompt is what each of the shells shows before the cursor: no command prints it.
const prompt = "❯ "

// atPrompt fits the line of a prompt, and what was typed there.
func atPrompt() *regexp.Regexp { return regexp.MustCompile(`^(\(.*\) )?` + prompt[:len(prompt)-1]) }

// TestScreens plays what people do every day in windows of three widths. tmux is the
// terminal, and says what is on it: no line is longer than the terminal, no word is wrapped
// or cut in its middle, boxes are whole and columns stand under each other.
func TestScreens(t *testing.T) {
	need.Long(t)
	besides(t)
	tmux := terminaltest.StartTmux(t, need.Program(t, "tmux"))
	root, err := os.MkdirTemp("", "screens-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	for i, play := range screenplays() {
		t.Run(play.name, func(t *testing.T) {
			t.Parallel()
			need.Program(t, play.shell)
			windows := sizes(t)
			shown := make([][]terminaltest.Screen, len(windows)) // at each width, after each line
			for j, size := range windows {
				t.Run(fmt.Sprint(size.columns), func(t *testing.T) {
					// Paths are as long in each window: what is in them is not of interest.
					w := play.world(t, filepath.Join(root, fmt.Sprintf("%02d-%03d", i, size.columns)))
					window := tmux.Open(t, size.columns, size.rows, w.interactive(play.shell))
					all := play.perform(t, w, window)
					play.keep(t, size.columns, all)
					for _, screen := range all {
						shown[j] = append(shown[j], play.judged(screen))
					}
				})
			}
			if !t.Failed() {
				play.compare(t, windows, shown)
			}
		})
	}
}

// world is the home of a play.
func (p screenplay) world(t *testing.T, dir string) *world {
	t.Helper()
	w := worldIn(t, dir)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	w.adoptAll()
	w.prompts(p.shell)
	if p.home != nil {
		p.home(w)
	}
	return w
}

// prompts writes what a shell loads at its start: the hook, and a prompt with the segment.
func (w *world) prompts(shell string) {
	w.t.Helper()
	switch shell {
	case "zsh":
		w.write(".zshrc", "unsetopt PROMPT_SP\neval \"$(guise init zsh)\"\nsetopt PROMPT_SUBST\nPROMPT='${GUISE_PROMPT:+($GUISE_PROMPT) }"+prompt+"'\n")
	case "bash":
		w.write(".bashrc", "eval \"$(guise init bash)\"\nPS1='${GUISE_PROMPT:+($GUISE_PROMPT) }"+prompt+"'\n")
	case "fish":
		w.write(".config/fish/config.fish", "set -g fish_greeting\nguise init fish | source\nfunction fish_prompt; test -n \"$GUISE_PROMPT\"; and echo -n \"($GUISE_PROMPT) \"; echo -n '"+prompt+"'; end\n")
	}
}

// interactive is a shell for a window.
func (w *world) interactive(name string) *exec.Cmd {
	path, err := exec.LookPath(name)
	if err != nil {
		w.t.Fatal(err)
	}
	c := exec.Command(path, "-i")
	c.Dir = filepath.Join(w.dir, "work")
	c.Env = append(slices.DeleteFunc(slices.Clone(w.env), func(pair string) bool { return strings.HasPrefix(pair, "SHELL=") }), "SHELL="+path)
	return c
}

// perform types the script, checks each screen that it leads to, and gives them.
func (p screenplay) perform(t *testing.T, w *world, window *terminaltest.Window) (shown []terminaltest.Screen) {
	t.Helper()
	prompts, known := 1, map[string]bool{}
	window.Await("the first prompt", prompted(prompts))
	lines := strings.Split(strings.TrimSpace(p.script), "\n")
	for len(lines) > 0 {
		keys, isWhole := strings.CutSuffix(lines[0], `\`)
		lines = lines[1:]
		keys = strings.NewReplacer("{code}", w.code(), "{esc}", "\x1b", "{ctrl-c}", "\x03", "{ctrl-/}", "\x1f").Replace(keys)
		if !isWhole {
			keys += "\r"
		}
		what, is := "the next prompt", prompted(prompts+1)
		if len(lines) > 0 && strings.HasPrefix(lines[0], "< ") {
			what = lines[0][2:]
			pattern := regexp.MustCompile(what)
			is = func(s terminaltest.Screen) bool { return pattern.MatchString(strings.Join(sinceCommand(s)[1:], "\n")) }
			lines = lines[1:]
		} else {
			prompts++
		}
		window.Type(keys)
		screen := window.Await(what, is)
		for _, wrong := range p.judged(screen).Misplaced() {
			once(t, known, "%d columns: %s", screen.Columns, wrong)
		}
		shown = append(shown, screen)
	}
	return shown
}

// once fails a test with what it has not said yet: what scrolls up is still there.
func once(t *testing.T, known map[string]bool, format string, args ...any) {
	t.Helper()
	if text := fmt.Sprintf(format, args...); !known[text] {
		known[text] = true
		t.Error(text)
	}
}

// prompted reports whether a screen has come to a prompt for the nth time.
func prompted(n int) func(terminaltest.Screen) bool {
	line := atPrompt()
	return func(s terminaltest.Screen) bool {
		last := s.Joined[len(s.Joined)-1]
		got := 0
		for _, one := range s.Joined {
			if line.MatchString(one) {
				got++
			}
		}
		return got >= n && line.ReplaceAllString(strings.TrimRight(last, " "), "") == ""
	}
}

// judged is a screen without what was typed, and what is not held to its width: the address
// of a page stays in one piece, to be clicked at or copied.
func (p screenplay) judged(s terminaltest.Screen) terminaltest.Screen {
	s = s.Without(atPrompt()).Without(regexp.MustCompile(`^https?://\S+$`))
	if p.forPrograms != "" {
		s = s.Without(regexp.MustCompile(p.forPrograms))
	}
	return s
}

// compare holds the words of each window against those of the others.
func (p screenplay) compare(t *testing.T, sizes []size, shown [][]terminaltest.Screen) {
	t.Helper()
	known := map[string]bool{}
	for i, size := range sizes {
		var others []terminaltest.Screen
		for j := range sizes {
			if j != i {
				others = append(others, shown[j]...)
			}
		}
		for _, wrong := range terminaltest.Broken(shown[i], others) {
			once(t, known, "%d columns: %s", size.columns, wrong)
		}
	}
}

// sinceCommand is the last command on a screen and what came after it.
func sinceCommand(s terminaltest.Screen) []string {
	line := atPrompt()
	for i := len(s.Lines) - 1; i >= 0; i-- {
		if line.MatchString(s.Lines[i]) {
			return s.Lines[i:]
		}
	}
	return s.Lines
}

// keep writes the screens of a window for eyes, if somebody wants them: the last one, and
// what passed in the meantime.
func (p screenplay) keep(t *testing.T, columns int, shown []terminaltest.Screen) {
	t.Helper()
	if *screensTo == "" {
		return
	}
	var b strings.Builder
	for i, screen := range shown {
		text := strings.TrimRight(screen.String(), "\n"+prompt)
		if i+1 < len(shown) && strings.HasPrefix(shown[i+1].String(), text) {
			continue
		}
		if i+1 < len(shown) {
			text = strings.Join(sinceCommand(screen), "\n")
		}
		b.WriteString(text + "\n" + strings.Repeat("─", columns) + "\n")
	}
	file := filepath.Join(*screensTo, strings.ReplaceAll(p.name, " ", "-")+fmt.Sprintf(".%d.txt", columns))
	if err := os.MkdirAll(*screensTo, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
