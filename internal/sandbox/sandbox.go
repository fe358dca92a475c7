// Package sandbox is the world of `guise demo`: a temporary home with managed profiles,
// an AWS of its own on the loopback interface, and an environment that names nothing
// outside. Closing it removes it; the next demo removes what a killed one left.
package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"guise/internal/awsenv"
	"guise/internal/files"
	"guise/internal/loopback"
	"guise/shell"
)

// Control is the variable that holds, inside a sandbox, the address at which its AWS
// gives the codes of its devices.
const Control = "GUISE_DEMO"

// Options of a sandbox. All fields are needed.
type Options struct {
	Caller  string   // the program that has started guise: where it is a shell, the demo opens that one
	Environ []string // the user's
	Now     func() time.Time
	// Browser is the command that opens a page in the user's own browser.
	Browser func(page string) (words []string, err error)
	// Lock locks the vault in a sandbox's home: the kernel would keep its key until the
	// next boot.
	Lock func(*Sandbox) error
}

// A Sandbox is a folder with all of it.
type Sandbox struct {
	o      Options
	dir    string
	server *loopback.Server
	lock   *files.Lock // held as long as the demo runs
	env    []string
}

// Open makes a sandbox, and removes those that nobody is in any more.
func Open(o Options) (*Sandbox, error) {
	sweep(o)
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // macOS: /tmp is a link
		return nil, err
	}
	b := &Sandbox{o: o, dir: dir}
	if b.lock, err = files.Acquire(filepath.Join(dir, lockName)); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	world, config := loopback.DemoWorld(o.Now)
	if b.server, err = world.Start(); err == nil {
		err = b.furnish(config.At(b.server.URL()))
	}
	if err != nil {
		_ = b.Close()
		return nil, err
	}
	b.env = b.environment()
	return b, nil
}

// Close removes all of it.
func (b *Sandbox) Close() error {
	if b.server != nil {
		_ = b.server.Close()
	}
	if b.lock != nil {
		b.lock.Release()
	}
	locked := b.o.Lock(b)
	return errors.Join(locked, os.RemoveAll(b.dir))
}

// Environ is the environment of what runs in the sandbox; Home, Runtime and Executable
// are what it leads to.
func (b *Sandbox) Environ() []string  { return b.env }
func (b *Sandbox) Home() string       { return filepath.Join(b.dir, "home") }
func (b *Sandbox) Runtime() string    { return filepath.Join(b.dir, "run") }
func (b *Sandbox) Executable() string { return filepath.Join(b.dir, "bin", "guise") }

// furnish writes the home.
func (b *Sandbox) furnish(config loopback.Config) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	files := []struct{ path, text string }{
		{".aws/config", config.ConfigFile},
		{".aws/credentials", config.CredentialsFile},
		{".zshenv", "[[ -z ${ZSH_EXECUTION_STRING-} ]] || eval \"$(guise init zsh)\"\n"},    // zsh -c
		{".bashenv", "[[ -z ${BASH_EXECUTION_STRING-} ]] || eval \"$(guise init bash)\"\n"}, // bash -c
	}
	for _, rc := range rcFiles() {
		files = append(files, struct{ path, text string }{rc.path, rc.text})
	}
	for _, f := range files {
		path := filepath.Join(b.Home(), f.path)
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
	return os.Symlink(self, b.Executable())
}

// environment is the user's, less all that belongs to AWS, guise or the
// desktop, and with the sandbox's own.
func (b *Sandbox) environment() []string {
	var env []string
	for _, pair := range b.o.Environ {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case strings.HasPrefix(name, "AWS_"), strings.HasPrefix(name, "GUISE_"), strings.HasPrefix(name, "XDG_"):
		case name == "HOME", name == "ZDOTDIR", name == "BASH_ENV", name == "ENV", name == "DBUS_SESSION_BUS_ADDRESS", name == "PATH", name == "HISTFILE":
		default:
			env = append(env, pair)
		}
	}
	home := b.Home()
	return append(
		env, "HOME="+home, "ZDOTDIR="+home, "BASH_ENV="+filepath.Join(home, ".bashenv"), "ENV="+filepath.Join(home, posixRC),
		"XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "XDG_CACHE_HOME="+filepath.Join(home, ".cache"),
		"XDG_STATE_HOME="+filepath.Join(home, ".local/state"), "XDG_DATA_HOME="+filepath.Join(home, ".local/share"),
		"XDG_RUNTIME_DIR="+b.Runtime(),
		"PATH="+filepath.Join(b.dir, "bin")+string(filepath.ListSeparator)+b.outside("PATH"),
		"AWS_ENDPOINT_URL="+b.server.URL(), "AWS_EC2_METADATA_DISABLED=true",
		"GUISE_CACHE_KEY=file", Control+"="+b.server.ControlURL(), "GUISE_BROWSER="+b.browserScript(),
	)
}

// browserScript is the command that opens a page outside of the sandbox: the
// person's own browser has its home elsewhere. Empty where there is none.
func (b *Sandbox) browserScript() string {
	const page = "http://page"
	words, err := b.o.Browser(page)
	if err != nil || runtime.GOOS == "windows" {
		return ""
	}
	text := "#!/bin/sh\nunset HOME"
	for _, pair := range b.o.Environ {
		name, value, _ := strings.Cut(pair, "=")
		if name == "HOME" || name == "PATH" || name == "DBUS_SESSION_BUS_ADDRESS" || strings.HasPrefix(name, "XDG_") {
			text += "\nexport " + name + "=" + shell.Quote(value)
		}
	}
	text += "\nexec"
	for _, word := range words {
		around := strings.Split(word, page)
		for i := range around {
			if around[i] != "" || len(around) == 1 {
				around[i] = shell.Quote(around[i])
			}
		}
		text += " " + strings.Join(around, `"$1"`)
	}
	path := filepath.Join(b.dir, "bin", "demo-browser")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o700); err != nil { //nolint:gosec // a program
		return ""
	}
	return path
}

// outside is a variable of the user's own environment.
func (b *Sandbox) outside(name string) string {
	value, _ := awsenv.Env(b.o.Environ).Get(name)
	return value
}

// Command runs words in the sandbox.
func (b *Sandbox) Command(argv []string) *exec.Cmd {
	c := exec.Command(argv[0], argv[1:]...) //nolint:gosec // running what the user names is the job
	c.Env = b.env
	if path, ok := lookIn(filepath.Join(b.dir, "bin"), argv[0]); ok {
		c.Path, c.Err = path, nil
	}
	return c
}

func lookIn(dir, name string) (string, bool) {
	path := filepath.Join(dir, name)
	_, err := os.Stat(path)
	return path, err == nil && filepath.Base(name) == name
}
