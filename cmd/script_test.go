//go:build unix

package cmd

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"guise/ask"
	"guise/internal/await"
	"guise/internal/awsenv"
	"guise/internal/files"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/process"
	"guise/internal/terminaltest"
)

// asGuise makes this program guise itself: for the calls of guise that guise makes, and
// for the programs in scripts that call it.
const asGuise = "CMD_TEST_IS_GUISE"

// soon is how long guise waits for a user who is not there.
const soon = "100ms"

func TestMain(m *testing.M) {
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		_ = unix.IoctlSetInt(int(tty.Fd()), unix.TIOCNOTTY, 0) //nolint:gosec // no test asks whoever runs the tests
		_ = tty.Close()
	}
	if filepath.Base(os.Args[0]) == "browser" {
		browse(os.Args[1])
		return
	}
	if os.Getenv(asGuise) != "" {
		os.Exit(Main(Here()))
	}
	_ = flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))) // scripts wait for children most of the time
	os.Exit(m.Run())
}

// browse is the browser of the stories: it presses the button of a sign-in page, and
// just opens any other.
func browse(page string) {
	_, err := loopback.Click(context.Background(), page, os.Getenv("BROWSER_DECIDES"))
	_ = os.WriteFile(filepath.Join(os.Getenv("HOME"), "page-seen"), []byte(fmt.Sprint(page, err)), 0o600)
}

// TestScripts plays the stories of testdata/*.txtar: see testdata/README.md.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			s, err := newStory(env)
			env.Values[inStory{}] = s
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"asked": func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).asked(ts, args) },
			"shown": func(ts *testscript.TestScript, _ bool, args []string) {
				storyOf(ts).asked(ts, append(args, "{nothing}"))
			},
			"eval":   func(ts *testscript.TestScript, _ bool, _ []string) { storyOf(ts).eval(ts) },
			"env-is": func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).envIs(ts, args) },
			"awaits": func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).awaits(ts, args) },
			"calls":  func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).calls(ts, args) },
			"fails":  func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).fails(ts, args) },
			"grants": func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).grants(ts, args) },
			"guise":  func(ts *testscript.TestScript, neg bool, args []string) { storyOf(ts).guise(ts, neg, args) },
			"exit":   func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).exit(ts, args) },
			"export": func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).export(ts, args) },
			"later":  func(ts *testscript.TestScript, _ bool, args []string) { storyOf(ts).later(ts, args) },
		},
	})
}

// A story is one script's user: a home with the demo's profiles, and an AWS.
type story struct {
	aws  *loopback.AWS
	env  awsenv.Env
	code int // the exit code of the last guise
	t    testing.TB

	questions []question // that the next guise asks

	mu  sync.Mutex
	off time.Duration // of the clock
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
	s.env = awsenv.Env{
		"HOME=" + home, "WORK=" + home, "PATH=" + filepath.Join(home, "bin") + ":" + os.Getenv("PATH"), "LANG=C.UTF-8", "USER=alice", "SHELL=/bin/sh",
		"GOCOVERDIR=" + home + "/.tmp", // where guise is built to count what is covered
		"TMPDIR=" + env.Getenv("TMPDIR"), asGuise + "=1",
		"XDG_CONFIG_HOME=" + home + "/.config", "XDG_CACHE_HOME=" + home + "/.cache", "XDG_STATE_HOME=" + home + "/.local/state",
		"XDG_DATA_HOME=" + home + "/.local/share", "XDG_RUNTIME_DIR=" + home + "/run",
		"AWS_ENDPOINT_URL=" + server.URL(), "AWS_EC2_METADATA_DISABLED=true",
		"GUISE_KEY_STORE=file", "GUISE_DEMO=" + server.ControlURL(), "GUISE_WAIT_FOR_PERSON=" + soon,
		"GUISE_BROWSER=" + home + "/bin/browser", "BROWSER_DECIDES=allow",
		"ALICE_SECRET=" + aws.Seed(loopback.DemoSerial), "BOB_ID=" + bob.AccessKeyID, "BOB_SECRET=" + bob.SecretAccessKey,
	}
	env.Defer(func() { // the kernel keeps no key of this vault
		Main(s.world(home, s.env, []string{"lock"}, strings.NewReader(""), io.Discard, io.Discard))
	})
	for _, pair := range s.env {
		name, value, _ := strings.Cut(pair, "=")
		env.Setenv(name, value)
	}
	return s, nil
}

func (s *story) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.off)
}

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
		Runtime:    func() []files.Folder { return runtimeFolders(getenv("XDG_RUNTIME_DIR"), below("XDG_CACHE_HOME")) },
		Executable: func() (string, error) { return filepath.Join(getenv("HOME"), "bin/guise"), nil },
		User:       func() string { return getenv("USER") }, VaultCost: 4,
		Terminal: func() (*ask.Terminal, error) { return nil, ask.ErrNoTerminal },
		Become: func(path string, argv, env []string) error {
			c := exec.Command(path, argv[1:]...) //nolint:gosec // what the script names
			c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, env, in, out, said
			err := c.Run()
			if status := (*exec.ExitError)(nil); errors.As(err, &status) {
				return process.StatusOf(status)
			}
			return err
		},
	}
}

// guise [NAME=VALUE…] ARG… [<FILE] runs the command in this process.
func (s *story) guise(ts *testscript.TestScript, neg bool, args []string) {
	env := s.env
	if len(s.questions) > 0 {
		env = env.With(awsenv.Variable{Name: "GUISE_WAIT_FOR_PERSON", Value: await.Patience.String()})
	}
	for ; len(args) > 0 && strings.Contains(args[0], "="); args = args[1:] {
		name, value, _ := strings.Cut(args[0], "=")
		env = env.With(awsenv.Variable{Name: name, Value: value})
	}
	in := ""
	if last := len(args) - 1; last >= 0 && strings.HasPrefix(args[last], "<") {
		in, args = ts.ReadFile(args[last][1:]), args[:last]
	}
	var out, said buffer
	w := s.world(ts.MkAbs("."), env, args, strings.NewReader(in), &out, &said)
	s.code = s.atTerminal(w)
	_, _ = io.WriteString(ts.Stdout(), out.String())
	_, _ = io.WriteString(ts.Stderr(), said.String())
	if neg != (s.code != exitDone) {
		ts.Fatalf("exit code %d", s.code)
	}
}

// A question is one that guise asks at the terminal, and what is typed then.
type question struct{ shown, answer string }

// asked PATTERN ANSWER: the next guise runs at a terminal, and asks this. The answer {code}
// is the code that alice's device shows, {esc} the key. shown PATTERN types nothing.
func (s *story) asked(ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: asked PATTERN ANSWER")
	}
	s.questions = append(s.questions, question{args[0], args[1]})
}

// atTerminal runs guise, and answers its questions at a terminal, if it is to ask any.
func (s *story) atTerminal(w World) (code int) {
	if len(s.questions) == 0 {
		return Main(w)
	}
	terminal, inside := terminaltest.Open(s.t)
	w.Terminal = func() (*ask.Terminal, error) {
		tty, err := os.OpenFile(inside.Name(), os.O_RDWR|syscall.O_NOCTTY, 0)
		if err != nil {
			return nil, err
		}
		return ask.On(tty), nil
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() { _ = inside.Close() }()
		code = Main(w)
	}()
	for _, q := range s.questions {
		terminal.See(q.shown)
		switch q.answer {
		case "{nothing}":
		case "{esc}":
			terminal.Type("\x1b")
		case "{code}":
			code, err := s.aws.Code(loopback.DemoSerial)
			if err != nil {
				s.t.Fatal(err)
			}
			terminal.Type(code + "\r")
		default:
			terminal.Type(q.answer + "\r")
		}
	}
	s.questions = nil
	await.Closed(s.t, "the end of guise", ended)
	return code
}

// exit CODE: how the last guise ended.
func (s *story) exit(ts *testscript.TestScript, args []string) {
	if len(args) != 1 || args[0] != fmt.Sprint(s.code) {
		ts.Fatalf("exit code %d, not %q", s.code, args)
	}
}

// export NAME=VALUE… sets variables for the rest of the script.
func (s *story) export(ts *testscript.TestScript, args []string) {
	for _, pair := range args {
		name, value, _ := strings.Cut(pair, "=")
		s.env = s.env.With(awsenv.Variable{Name: name, Value: value})
		ts.Setenv(name, value)
	}
}

// fails ACTION STATUS CODE: AWS refuses an action from now on; fails alone: none.
func (s *story) fails(ts *testscript.TestScript, args []string) {
	if len(args) == 0 {
		s.aws.Fail()
		return
	}
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	s.aws.Fail(loopback.Fault{Action: args[0], Status: status, Code: args[2]})
}

// calls ACTION N: how often AWS has been asked for it so far.
func (s *story) calls(ts *testscript.TestScript, args []string) {
	if n := len(s.aws.Calls(args[0])); fmt.Sprint(n) != args[1] {
		ts.Fatalf("%d calls of %s", n, args[0])
	}
}

// grants N: the organisation has so many accounts from now on.
func (s *story) grants(ts *testscript.TestScript, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	s.aws.SetOrganisation(loopback.DemoOrganisation(n))
}

// eval has bash run what guise has printed, as its hook does: what it is left with is
// the story's environment from now on.
func (s *story) eval(ts *testscript.TestScript) {
	c := exec.Command(need.Program(s.t, "bash"), "-c", `eval "$1"; export ${!__guise_@} GUISE_STATE="$__guise_state"; exec env -0`, "bash", ts.ReadFile("stdout")) //nolint:gosec // guise's own
	c.Env = s.env
	out, err := c.Output()
	ts.Check(err)
	s.env = strings.Split(strings.Trim(string(out), "\x00"), "\x00")
}

// env-is NAME VALUE: a variable of the story has this value; an empty one may be unset.
func (s *story) envIs(ts *testscript.TestScript, args []string) {
	if value, _ := s.env.Get(args[0]); value != args[1] {
		ts.Fatalf("%s is %q", args[0], value)
	}
}

// awaits FILE: a program that goes on without guise writes it.
func (s *story) awaits(ts *testscript.TestScript, args []string) {
	await.NoError(s.t, func() error {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err
	})
}

// later DURATION moves the clock of guise and of AWS.
func (s *story) later(ts *testscript.TestScript, args []string) {
	d, err := time.ParseDuration(strings.Join(args, ""))
	ts.Check(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off += d
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
