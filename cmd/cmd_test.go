package cmd

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/help"
	"guise/internal/settings"
)

// here is a world with an empty home, and what was said in it.
func here(t *testing.T, env map[string]string, args ...string) (w World, out, said *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	out, said = &bytes.Buffer{}, &bytes.Buffer{}
	w = World{
		Args: args, In: strings.NewReader(""), Out: out, Err: said, Now: time.Now, Home: dir,
		Getenv: func(name string) string { return env[name] },
		Runtime: func() []files.Folder {
			return files.RuntimeFolders(filepath.Join(dir, "run"), filepath.Join(dir, "cache"))
		}, Data: filepath.Join(dir, "data"),
		Environ: func() (all []string) {
			for name, value := range env {
				all = append(all, name+"="+value)
			}
			return all
		},
		Cache: filepath.Join(dir, "cache"), Config: filepath.Join(dir, "config"), State: filepath.Join(dir, "state"),
		Executable: func() (string, error) { return "/usr/local/bin/guise", nil }, User: func() string { return "me" }, Callers: func() []string { return []string{"bash"} }, System: approval.Here,
		Terminal: func() (*ask.Terminal, error) { return nil, ask.ErrNoTerminal },
	}
	return w, out, said
}

// TestUsage: what is typed wrongly is said in a line, with exit code 2.
func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{"no-such-command"},
		{"list", "--no-such-flag"},
		{"init", "dos"},
		{"adopt"},
		{"adopt", "--all", "x"},
		{"credential-process"},
		{"credential-process", "--profile", "nobody"},
		{"exec", "x"},
		{"demo", "ls"},
		{"cache", "nonsense"},
		{"explain", "nobody"},
		{"login"},
		{"init", "zsh", "--cmd", "a b"},
	} {
		w, out, said := here(t, map[string]string{"GUISE_CACHE_KEY": "file", "GUISE_SHELL": "zsh"}, args...)
		if code := Main(w); code != exitUsage || out.Len() > 0 || !strings.HasPrefix(said.String(), "guise: ") || strings.Count(said.String(), "\n") > 2 {
			t.Errorf("%q: %d\n%s%s", args, code, out, said)
		}
	}
}

// TestUsageOfEach: whatever is wrong with the words and flags of a command, it is said in
// guise's words, and not in those of the libraries that read them.
func TestUsageOfEach(t *testing.T) {
	w, _, _ := here(t, nil)
	var commands func(c *cobra.Command)
	said := func(args ...string) {
		t.Helper()
		w, out, said := here(t, map[string]string{"GUISE_SHELL": "zsh"}, args...)
		code := Main(w)
		for _, theirs := range []string{"arg(s)", "unknown", "shorthand", "strconv", "invalid", "accepts", "requires", "pflag"} {
			if strings.Contains(said.String(), theirs) || code == exitDone && out.Len() == 0 {
				t.Errorf("%q: %d %s", args, code, said)
			}
		}
	}
	commands = func(c *cobra.Command) {
		words := strings.Fields(c.CommandPath())[1:]
		said(append(slices.Clone(words), "--no-such-flag")...)
		said(append(slices.Clone(words), "-Z")...)
		if !c.HasSubCommands() && !slices.Contains([]string{"exec", "login", "list"}, c.Name()) {
			said(append(slices.Clone(words), "a", "b", "c", "d")...)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() == "bool" {
				said(append(slices.Clone(words), "--"+f.Name+"=perhaps")...)
			} else {
				said(append(slices.Clone(words), "--"+f.Name)...)
			}
		})
		for _, sub := range c.Commands() {
			if sub.Name() != "keep-request" && sub.Name() != "finish" && sub.Name() != "demo" {
				commands(sub)
			}
		}
	}
	commands(newRoot(newApp(w)))
	for line, want := range map[string]string{
		"keys add":                            "guise: PROFILE is missing\nhint: guise keys add --help\n",
		"version a":                           "guise: one word too many: a\nhint: guise version --help\n",
		"region a b":                          "guise: one word too many: b\nhint: guise region --help\n",
		"list --jso":                          "guise: no flag --jso; did you mean --json?\nhint: guise list --help\n",
		"list --json=x":                       "guise: --json takes no value\nhint: guise list --help\n",
		"use -r":                              "guise: --region needs a value\nhint: guise use --help\n",
		"help nope":                           "guise: no command \"nope\"\nhint: guise --help\n",
		"help keys nope":                      "guise: no command \"nope\"\nhint: guise keys --help\n",
		"completion":                          "guise: SHELL is missing\nhint: guise completion --help\n",
		"credential-process --profile x more": "guise: one word too many: more\nhint: guise credential-process --help\n",
	} {
		w, _, said := here(t, nil, strings.Fields(line)...)
		if code := Main(w); code != exitUsage || said.String() != want {
			t.Errorf("%s: %d %s", line, code, said)
		}
	}
}

func TestWithoutTheHook(t *testing.T) {
	for _, verb := range []string{"use", "off", "region"} {
		w, out, said := here(t, nil, verb)
		if code := Main(w); code != exitFailed || out.Len() > 0 || !strings.Contains(said.String(), `eval "$(guise init bash)"   # and put it into ~/.bashrc`) {
			t.Errorf("%s: %d %s", verb, code, said)
		}
	}
}

func TestNothingActive(t *testing.T) {
	w, out, _ := here(t, nil, "current")
	if code := Main(w); code != exitFailed || out.Len() > 0 {
		t.Errorf("%d %s", code, out)
	}
	w, out, _ = here(t, nil, "prompt")
	if code := Main(w); code != exitDone || out.Len() > 0 {
		t.Errorf("%d %s", code, out)
	}
}

// TestHelpFits: help of every command fits 80 columns, and a narrower terminal.
func TestHelpFits(t *testing.T) {
	w, _, _ := here(t, nil)
	var fits func(c *cobra.Command)
	fits = func(c *cobra.Command) {
		for _, width := range []int{0, 80, 60, 40} {
			for line := range strings.SplitSeq(help.Of(c, display.Look{Width: width}), "\n") {
				if n := display.Width(line); n > cmp.Or(width, 80) {
					t.Errorf("%s at %d columns: %d in %q", c.CommandPath(), width, n, line)
				}
			}
		}
		for _, sub := range c.Commands() {
			fits(sub)
		}
	}
	fits(newRoot(newApp(w)))
}

var update = flag.Bool("update", false, "write docs/reference.md again")

// TestReference: docs/reference.md is what the command tree says. Every command
// has an example, which fits 80 columns, and every sentence of help ends somewhere.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Reference\n\nWritten from the program's own help: `make docs`.\n\n## Commands\n")
	w, _, _ := here(t, nil)
	root := newRoot(newApp(w))
	root.InitDefaultHelpCmd()
	var describe func(c *cobra.Command)
	describe = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" {
			return
		}
		if c != root && !c.HasParent() || c.Short == "" || c.Example == "" && !c.Parent().HasParent() && c != root {
			t.Errorf("%s: no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%s: an example wraps in 80 columns (%d): %s", c.CommandPath(), n, line)
			}
		}
		if c.Runnable() && c != root {
			long := c.Long
			if long == "" {
				long = c.Short + "."
			}
			b.WriteString("\n### `" + c.UseLine() + "`\n\n" + strings.TrimSpace(long) + "\n")
			if c.Example != "" {
				b.WriteString("\n```\n" + c.Example + "\n```\n")
			}
			if flags := c.LocalFlags().FlagUsages(); strings.TrimSpace(flags) != "" {
				b.WriteString("\n```\n" + strings.TrimRight(flags, "\n") + "\n```\n")
			}
		}
		for _, sub := range c.Commands() {
			describe(sub)
		}
	}
	describe(root)
	b.WriteString("\n## Settings\n\n`config.toml` in guise's folder of your configuration directory (`~/.config/guise` on Linux), all\noptional; the variable wins over the file.\n\n| key | variable | what it is |\n|---|---|---|\n")
	for _, s := range settings.All() {
		b.WriteString("| `" + s.Name + "` | `" + s.Variable() + "` | " + s.About + " |\n")
	}
	b.WriteString("\nThe tables `[guard]` and `[guard.profiles]` have no variables: [docs/guards.md](guards.md).\n")
	const path = "../docs/reference.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != b.String() {
		t.Errorf("%s is not what the program says; make docs: %v", path, err)
	}
}
