package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"guise/internal/files"
	"guise/internal/loopback"
	"guise/internal/process"
	"guise/shell"
)

func newDemo(a *app) *cobra.Command {
	var shellName string
	c := &cobra.Command{
		Use:   "demo [-- CMD…]",
		Short: "Try guise in a sandbox: no account, nothing installed, nothing left behind",
		Long: `Open a shell in a sandbox: a temporary home with a dozen managed profiles, an
AWS of its own inside guise on the loopback interface, and the hook loaded. With
CMD, run that in the sandbox instead. All of it is gone afterwards; your own home
is not touched.`,
		Example: "  guise demo\n  guise demo -- guise list\n  guise demo --shell fish",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && c.ArgsLenAtDash() != 0 {
				return usage{c, errors.New("the command stands after --")}
			}
			return a.demo(shellName, args)
		},
	}
	c.Flags().StringVar(&shellName, "shell", "", "zsh, bash or fish (default: yours)")
	return c
}

func (a *app) demo(shellName string, argv []string) (err error) {
	box, err := a.newSandbox()
	if err != nil {
		return fail("demo", err)
	}
	defer func() {
		if closed := box.close(); err == nil {
			err = fail("demo", closed)
		}
	}()
	if err := box.adopt(); err != nil {
		return err
	}
	if len(argv) == 0 {
		if argv, err = box.shell(shellName); err != nil {
			return fail("demo", err)
		}
		a.introduce()
	}
	return box.run(argv)
}

func (a *app) introduce() {
	for _, line := range []string{
		"A sandbox: its home is temporary, and its AWS lives in this process. Try",
		"",
		"  guise use                 pick a profile (type to search, enter to take)",
		"  guise use prod            by name; it asks for an MFA code once",
		"  guise mfa code            the code of the sandbox's device",
		"  guise whoami              who AWS says you are",
		"  guise use staging         another account, and no code this time",
		"  guise use -               back to the one before",
		"  guise use org-dev         an SSO sign-in, in your browser (or: guise login --device org-dev)",
		"  guise sso sync            profiles for all forty accounts of that organisation",
		"  guise list, guise explain audit, guise off",
		"",
		"Type exit to leave; all of it is gone then.",
	} {
		a.say(line)
	}
}

// sandbox is a home, an AWS and an environment that lead nowhere else.
type sandbox struct {
	*app
	dir    string
	server *loopback.Server
	lock   *files.Lock // held as long as the demo runs
	env    []string
}

func (a *app) newSandbox() (*sandbox, error) {
	a.sweepSandboxes()
	dir, err := os.MkdirTemp("", sandboxPrefix)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // macOS: /tmp is a link
		return nil, err
	}
	box := &sandbox{app: a, dir: dir}
	if box.lock, err = files.Acquire(filepath.Join(dir, sandboxLock)); err != nil {
		return nil, errors.Join(err, box.close())
	}
	world, config := loopback.DemoWorld(a.Now)
	if box.server, err = world.Start(); err == nil {
		err = box.furnish(config.At(box.server.URL()))
	}
	if err != nil {
		_ = box.close()
		return nil, err
	}
	box.env = box.environment()
	return box, nil
}

func (b *sandbox) close() error {
	if b.server != nil {
		_ = b.server.Close()
	}
	if b.lock != nil {
		b.lock.Release()
	}
	locked := b.inside().user("").vault().Lock() // the kernel would keep its key until the next boot
	return errors.Join(locked, os.RemoveAll(b.dir))
}

func (b *sandbox) data() string { return filepath.Join(b.home(), ".local/share", "guise") }

func (b *sandbox) home() string { return filepath.Join(b.dir, "home") }

// furnish writes the home.
func (b *sandbox) furnish(config loopback.Config) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	files := []struct{ path, text string }{
		{".aws/config", config.ConfigFile},
		{".aws/credentials", config.CredentialsFile},
		{".zshenv", "[[ -z ${ZSH_EXECUTION_STRING-} ]] || eval \"$(guise init zsh)\"\n"},    // zsh -c
		{".bashenv", "[[ -z ${BASH_EXECUTION_STRING-} ]] || eval \"$(guise init bash)\"\n"}, // bash -c
		{".zshrc", demoZsh},
		{".bashrc", demoBash},
		{".config/fish/config.fish", demoFish},
	}
	for _, f := range files {
		path := filepath.Join(b.home(), f.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			return err
		}
	}
	// Without the last, fish reads all manual pages of the machine at its start.
	for _, sub := range []string{"bin", "run", "home/.local/share/fish/generated_completions"} {
		if err := os.MkdirAll(filepath.Join(b.dir, sub), 0o700); err != nil {
			return err
		}
	}
	return os.Symlink(self, b.executable())
}

func (b *sandbox) executable() string { return filepath.Join(b.dir, "bin", "guise") }

const (
	demoZsh = `autoload -Uz compinit && compinit -u -d "$HOME/.zcompdump"
eval "$(guise init zsh)"
setopt PROMPT_SUBST
PROMPT='%F{cyan}${GUISE_PROMPT:+($GUISE_PROMPT) }%fdemo %# '
`
	demoBash = `eval "$(guise init bash)"
PS1='\[\e[36m\]${GUISE_PROMPT:+($GUISE_PROMPT) }\[\e[0m\]demo \$ '
`
	demoFish = `guise init fish | source
set -g fish_greeting
function fish_prompt
    set -q GUISE_PROMPT[1]; and test -n "$GUISE_PROMPT"; and printf '\e[36m(%s)\e[0m ' $GUISE_PROMPT
    printf 'demo > '
end
`
)

// environment is the person's, less all that belongs to AWS, guise or the
// desktop, and with the sandbox's own.
func (b *sandbox) environment() []string {
	var env []string
	for _, pair := range b.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case strings.HasPrefix(name, "AWS_"), strings.HasPrefix(name, "GUISE_"), strings.HasPrefix(name, "XDG_"):
		case name == "HOME", name == "ZDOTDIR", name == "BASH_ENV", name == "ENV", name == "DBUS_SESSION_BUS_ADDRESS", name == "PATH", name == "HISTFILE":
		default:
			env = append(env, pair)
		}
	}
	home := b.home()
	return append(
		env, "HOME="+home, "ZDOTDIR="+home, "BASH_ENV="+filepath.Join(home, ".bashenv"),
		"XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "XDG_CACHE_HOME="+filepath.Join(home, ".cache"),
		"XDG_STATE_HOME="+filepath.Join(home, ".local/state"), "XDG_DATA_HOME="+filepath.Join(home, ".local/share"),
		"XDG_RUNTIME_DIR="+filepath.Join(b.dir, "run"),
		"PATH="+filepath.Join(b.dir, "bin")+string(filepath.ListSeparator)+b.Getenv("PATH"),
		"AWS_ENDPOINT_URL="+b.server.URL(), "AWS_EC2_METADATA_DISABLED=true",
		"GUISE_KEY_STORE=file", demoControl+"="+b.server.ControlURL(), "GUISE_BROWSER="+b.browserScript(),
	)
}

// browserScript is the command that opens a page outside of the sandbox: the
// person's own browser has its home elsewhere. Empty where there is none.
func (b *sandbox) browserScript() string {
	const page = "http://page"
	words, ok := b.app.user("").person.Browser().Words(page)
	if !ok || runtime.GOOS == "windows" {
		return ""
	}
	text := "#!/bin/sh\nunset HOME"
	for _, pair := range b.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if name == "HOME" || name == "PATH" || name == "DBUS_SESSION_BUS_ADDRESS" || strings.HasPrefix(name, "XDG_") {
			text += "\nexport " + name + "=" + shell.Quote(value)
		}
	}
	text += "\nexec"
	for _, word := range words {
		if word = shell.Quote(word); word == shell.Quote(page) {
			word = `"$1"`
		}
		text += " " + word
	}
	path := filepath.Join(b.dir, "bin", "demo-browser")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o700); err != nil { //nolint:gosec // a program
		return ""
	}
	return path
}

// adopt has guise manage the sandbox's profiles.
func (b *sandbox) adopt() error {
	return adoptOptions{app: b.inside(), all: true, yes: true, keepKeys: true}.run(context.Background(), nil)
}

// inside is guise as it is in the sandbox.
func (b *sandbox) inside() *app {
	getenv := func(name string) string {
		for _, pair := range b.env {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
	home := b.home()
	return newApp(World{
		In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: getenv, Now: b.Now, Home: home, User: b.User,
		Environ: func() []string { return b.env },
		Cache:   filepath.Join(home, ".cache", "guise"), Config: filepath.Join(home, ".config", "guise"),
		State: filepath.Join(home, ".local/state", "guise"), Data: b.data(),
		Runtime: func() []files.Folder {
			return runtimeFolders(filepath.Join(b.dir, "run"), filepath.Join(home, ".cache", "guise"))
		},
		Executable: func() (string, error) { return b.executable(), nil },
	})
}

// shell is the command of an interactive shell that the hook speaks to.
func (b *sandbox) shell(name string) ([]string, error) {
	candidates := []string{filepath.Base(b.Getenv("SHELL")), "zsh", "bash", "fish"}
	if name != "" {
		candidates = []string{name}
	}
	for _, name := range candidates {
		switch name {
		case "zsh", "bash", "fish":
			if path, err := exec.LookPath(name); err == nil {
				return []string{path, "-i"}, nil
			}
		}
	}
	return nil, fmt.Errorf("no shell to open: none of %s is here; name a command: guise demo -- CMD", strings.Join(candidates, ", "))
}

// run runs a command in the sandbox, and outlives it whatever signal comes, so
// that nothing is left behind. Ctrl-C is the command's own business; a signal
// to end is passed on as a hang-up, which interactive shells heed.
func (b *sandbox) run(argv []string) error {
	c := exec.Command(argv[0], argv[1:]...) //nolint:gosec // running what the person names is the job
	c.Env, c.Stdin, c.Stdout, c.Stderr = b.env, b.In, b.Out, b.Err
	if path, ok := lookIn(filepath.Join(b.dir, "bin"), argv[0]); ok {
		c.Path, c.Err = path, nil
	}
	return fail("demo", process.Attend(c, func(int) {}, func(os.Signal) os.Signal { return syscall.SIGHUP }))
}

func lookIn(dir, name string) (string, bool) {
	path := filepath.Join(dir, name)
	_, err := os.Stat(path)
	return path, err == nil && filepath.Base(name) == name
}
