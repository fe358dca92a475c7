//go:build unix

package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/await"
	"guise/internal/awsenv"
	"guise/internal/files"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/process"
	"guise/internal/standin"
	"guise/internal/terminaltest"
)

// A story is one script's user: a home with the demo's profiles, and an AWS.
type story struct {
	aws  *loopback.AWS
	env  awsenv.Env
	code int // the exit code of the last guise
	t    testing.TB

	questions []question   // that the next guise asks
	off       atomic.Int64 // of the clock, in ns

	hints *hintsTyped // what the stories have typed
	given []string    // the hints that led here
}

// inStory is the key under which a script has its story.
type inStory struct{}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(inStory{}).(*story) }

// newStory furnishes the home, which is the script's folder; what the script has of its
// own in .aws stays.
func newStory(env *testscript.Env) (*story, error) {
	s := &story{t: env.T().(testing.TB)}
	aws, config := loopback.DemoWorld(s.now)
	bob := aws.AddUser(loopback.User{Account: loopback.DemoAccount, Name: "bob", KeysWithoutMFA: true})
	server, err := aws.Start()
	if err != nil {
		return nil, err
	}
	env.Defer(func() { _ = server.Close() })
	s.aws, config = aws, config.At(server.URL())
	home := env.WorkDir
	for _, dir := range []string{".aws", "bin", "run"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return nil, err
		}
	}
	for name, text := range map[string]string{
		".aws/config": config.ConfigFile, ".aws/credentials": config.CredentialsFile,
		"bob.csv": "Access key ID,Secret access key\n" + bob.AccessKeyID + "," + bob.SecretAccessKey + "\n",
	} {
		if _, err := os.Stat(filepath.Join(home, name)); err == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for _, program := range []string{"guise", "browser"} {
		if err := os.Symlink(self, filepath.Join(home, "bin", program)); err != nil {
			return nil, err
		}
	}
	standin.Program(s.t, filepath.Join(home, "bin", "vi"), "#!/bin/sh\nexit 0\n") // where a hint is typed
	s.env = awsenv.Env{
		"HOME=" + home, "WORK=" + home, "PATH=" + filepath.Join(home, "bin") + ":" + os.Getenv("PATH"), "LANG=C.UTF-8", "USER=alice", "SHELL=/bin/sh", "CALLERS=sh -bash",
		"SESSION=" + strconv.Itoa(os.Getppid()), // a process that is there
		"GOCOVERDIR=" + home + "/.tmp",          // where guise is built to count what is covered
		"GORACE=exitcode=0 atexit_sleep_ms=0 log_path=" + home + "/.tmp/race",
		"TMPDIR=" + env.Getenv("TMPDIR"), asGuise + "=1",
		"XDG_CONFIG_HOME=" + home + "/.config", "XDG_CACHE_HOME=" + home + "/.cache", "XDG_STATE_HOME=" + home + "/.local/state",
		"XDG_DATA_HOME=" + home + "/.local/share", "XDG_RUNTIME_DIR=" + home + "/run",
		"AWS_ENDPOINT_URL=" + server.URL(), "AWS_EC2_METADATA_DISABLED=true",
		"GUISE_CACHE_KEY=file", "GUISE_DEMO=" + server.ControlURL(), "GUISE_WAIT_FOR_PERSON=" + soon,
		"GUISE_BROWSER=" + home + "/bin/browser", "BROWSER_DECIDES=allow",
		"ALICE_SECRET=" + aws.Seed(loopback.DemoSerial), "BOB_ID=" + bob.AccessKeyID, "BOB_SECRET=" + bob.SecretAccessKey,
	}
	env.Defer(func() { s.noSecrets(home) })
	env.Defer(func() { // the kernel keeps no key of this vault
		Main(s.world(home, s.env, []string{"lock"}, strings.NewReader(""), io.Discard, io.Discard))
	})
	for _, pair := range s.env {
		name, value, _ := strings.Cut(pair, "=")
		env.Setenv(name, value)
	}
	return s, nil
}

// noSecrets fails where a secret that AWS gave out lies readable in a file that guise
// writes, but for the AWS files and copies of them: what is there was asked for.
func (s *story) noSecrets(home string) {
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".aws":
			return fs.SkipDir
		case !d.Type().IsRegular(), strings.HasPrefix(d.Name(), "credentials."):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range s.aws.Secrets() {
			if bytes.Contains(data, []byte(secret)) {
				s.t.Errorf("%s holds a secret", path)
			}
		}
		return nil
	})
	if err != nil {
		s.t.Error(err)
	}
}

func (s *story) now() time.Time { return time.Now().Add(time.Duration(s.off.Load())) }

// clockAhead is the variable that says how far a story's clock is ahead, for the processes
// of guise's that have no other way to know.
const clockAhead = "CMD_TEST_CLOCK_AHEAD"

func clockOf(getenv func(string) string) func() time.Time {
	off, _ := time.ParseDuration(getenv(clockAhead))
	return func() time.Time { return time.Now().Add(off) }
}

// costOfVaults is next to none: see [custody.Vault].
const costOfVaults = 4

// world is what guise sees of the story.
func (s *story) world(dir string, env awsenv.Env, args []string, in io.Reader, out, said io.Writer) World {
	getenv := func(name string) string {
		value, _ := env.Get(name)
		return value
	}
	below := func(name string) string { return filepath.Join(getenv(name), "guise") }
	return World{
		Args: args, In: in, Out: out, Err: said, Getenv: getenv, Environ: func() []string { return slices.Clone(env) }, Now: s.now, Home: getenv("HOME"),
		Cache: below("XDG_CACHE_HOME"), Config: below("XDG_CONFIG_HOME"), State: below("XDG_STATE_HOME"), Data: below("XDG_DATA_HOME"),
		Runtime:    func() []files.Folder { return files.RuntimeFolders(getenv("XDG_RUNTIME_DIR"), below("XDG_CACHE_HOME")) },
		Executable: func() (string, error) { return filepath.Join(getenv("HOME"), "bin/guise"), nil },
		System:     func() approval.System { return systemOf(getenv) },
		User:       func() string { return getenv("USER") }, VaultCost: costOfVaults, Callers: func() []string { return strings.Fields(getenv("CALLERS")) },
		Terminal: func() (*ask.Terminal, error) { return nil, ask.ErrNoTerminal },
		Become: func(path string, argv, env []string) error {
			c := exec.Command(path, argv[1:]...) //nolint:gosec // what the script names
			c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, env, in, out, said
			err := c.Run()
			if status := (*exec.ExitError)(nil); errors.As(err, &status) {
				return process.StatusOf(status)
			} else if err != nil {
				return process.NotStarted(err)
			}
			return nil
		},
	}
}

// systemOf has no processes but guise, one for all runs, and PROGRAM (a shell), which leads
// the session SESSION.
func systemOf(getenv func(string) string) approval.System {
	session, _ := strconv.Atoi(getenv("SESSION"))
	return approval.System{
		Look: func(pid int) (process.Info, bool) {
			one := process.Info{PID: session + 1, Parent: session, Session: session, Started: "1", Name: "guise"}
			if pid == session {
				one.PID, one.Parent, one.Name = pid, 0, cmp.Or(getenv("PROGRAM"), "zsh")
			}
			return one, pid > 0
		},
		Words: func(int) process.Texts { return nil }, FirstEnviron: func(int) process.Texts { return nil },
	}
}

// A question is one that guise asks at the terminal, and what is typed then.
type question struct{ shown, answer string }

// run runs guise in this process, or at a terminal if it is to ask anything.
func (s *story) run(dir string, w World) int {
	switch {
	case len(s.questions) == 0:
		return Main(w)
	case need.Race: // promptui draws and types in two goroutines that know nothing of each other
		return s.apart(dir, w)
	}
	terminal, inside := terminaltest.Open(s.t)
	w.Terminal = func() (*ask.Terminal, error) {
		tty, err := os.OpenFile(inside.Name(), os.O_RDWR|syscall.O_NOCTTY, 0)
		if err != nil {
			return nil, err
		}
		return ask.On(tty), nil
	}
	ended := make(chan int, 1)
	go func() {
		defer func() { _ = inside.Close() }()
		ended <- Main(w)
	}()
	s.answer(terminal)
	select {
	case code := <-ended:
		return code
	case <-time.After(await.Patience):
		s.t.Fatalf("%q goes on. On its terminal:\n%s", w.Args, terminal.Shown())
		return 0
	}
}

// apart runs guise in a process of its own.
func (s *story) apart(dir string, w World) int {
	executable, err := w.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	c := exec.Command(executable, w.Args...) //nolint:gosec // this program
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, w.Environ(), w.Out, w.Err
	terminal := terminaltest.Start(s.t, c)
	s.answer(terminal)
	return terminal.Exit()
}

// answer answers the questions, and waits until nobody is left to ask one.
func (s *story) answer(terminal *terminaltest.Terminal) {
	for _, q := range s.questions {
		terminal.See(q.shown)
		switch q.answer {
		case "{nothing}":
		case "{esc}":
			terminal.Type("\x1b")
		case "{ends}":
			terminal.Type(s.ends(terminal) + "\r")
		case "{code}":
			terminal.Type(s.shows() + "\r")
		default:
			terminal.Type(q.answer + "\r")
		}
	}
	s.questions = nil
}

// ends goes to the sign-in page that a terminal shows, in a browser elsewhere, and gives
// what the user pastes: the code that is shown at the end, or the address there.
func (s *story) ends(terminal *terminaltest.Terminal) string {
	pages := regexp.MustCompile(`http\S+/authorize\?\S+`).FindAllString(terminal.Raw(), -1)
	if len(pages) == 0 {
		s.t.Fatalf("no sign-in page: %s", terminal.Shown())
	}
	address, code, err := loopback.ClickElsewhere(s.t.Context(), pages[len(pages)-1], "allow")
	if err != nil {
		s.t.Fatal(err)
	}
	return cmp.Or(code, address)
}

// buffer is written to by guise and by the programs that it starts.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// shows is the code that alice's device shows now.
func (s *story) shows() string {
	code, err := s.aws.Code(loopback.DemoSerial)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}
