//go:build unix

// Package e2e plays guise's stories: the real program, real shells on real
// pseudo-terminals, real clients, against the loopback AWS.
package e2e

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
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

	_ "guise/cmd" // what is built below: so that go test runs again what it concerns
	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/standin"
	"guise/internal/terminaltest"
)

// binDir is where the program under test is, and no other that a shell would find.
var binDir string

// browserDecides makes this program the browser of a world: it opens the page
// that it is given, presses the button that the variable names (none where it is
// "leave"), and notes the page in the file that browserNotes names.
const (
	browserDecides = "E2E_BROWSER"
	browserNotes   = "E2E_PAGES"
	browserPerson  = "E2E_PERSON" // who it is signed in as; empty: whom the loopback AWS says
)

func browse(address string) int {
	f, err := os.OpenFile(os.Getenv(browserNotes), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 1
	}
	defer func() { _ = f.Close() }()
	led, failed := ledTo(address)
	if failed != nil {
		_, _ = fmt.Fprintln(f, address)
		return 1
	}
	address = led
	_, _ = fmt.Fprintln(f, address)
	switch decision := os.Getenv(browserDecides); decision {
	case "leave":
	case "elsewhere": // it does not get to 127.0.0.1
		ends, code, err := loopback.ClickElsewhere(context.Background(), address, "allow")
		if err != nil {
			return 1
		}
		_, _ = fmt.Fprintln(f, cmp.Or(code, ends))
	case "fetch": // a page without a button
		answer, err := http.Get(address)
		if err != nil {
			return 1
		}
		defer func() { _ = answer.Body.Close() }()
		_, _ = io.Copy(f, answer.Body)
	default:
		click := loopback.Click
		if who := os.Getenv(browserPerson); who != "" {
			click = func(ctx context.Context, address, decision string) (int, error) {
				return loopback.ClickAs(ctx, address, decision, who)
			}
		}
		if _, err := click(context.Background(), address, decision); err != nil {
			return 1
		}
	}
	return 0
}

// ledTo is where a page of guise's leads, which it does once; a page that leads
// nowhere, as another program opens it, is the page itself.
func ledTo(page string) (string, error) {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(page)
	if err != nil {
		return "", err
	}
	_ = answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return page, nil
	}
	if answer.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("%s: %s", page, answer.Status)
	}
	return answer.Header.Get("Location"), nil
}

// storiesAtOnce is how many run beside each other on each processor, unless
// -parallel says another number.
const storiesAtOnce = 4

func TestMain(m *testing.M) {
	if os.Getenv(asGoProgram) != "" {
		os.Exit(goProgram(os.Args[1:]))
	}
	if os.Getenv(browserDecides) != "" {
		os.Exit(browse(os.Args[1]))
	}
	_ = flag.Set("test.parallel", strconv.Itoa(storiesAtOnce*runtime.GOMAXPROCS(0))) // before flags are parsed
	flag.Parse()
	if need.Short() { // no story is played
		os.Exit(m.Run())
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "guise-e2e-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binDir = dir
		pastShims()
		build := exec.Command("go", "build", "-tags=guisetest,faultclock", fmt.Sprintf("-race=%v", need.Race), "-o", filepath.Join(dir, "guise"), "guise/cmd/guise")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
			return 1
		}
		return await.Main(m)
	}())
}

// world is a user's home, with the demo's profiles managed, and an AWS.
type world struct {
	t      *testing.T
	aws    *loopback.AWS
	server *loopback.Server
	dir    string // of all that belongs to the world
	home   string
	env    []string
	via    []string       // the words before those of a program in a terminal
	calls  sync.WaitGroup // that run in the background
}

func newWorld(t *testing.T, moreConfig ...string) *world {
	t.Helper()
	need.Long(t)
	besides(t)
	return worldIn(t, t.TempDir(), moreConfig...)
}

// worldIn is a new world in a folder.
func worldIn(t *testing.T, dir string, moreConfig ...string) *world {
	t.Helper()
	aws, files := loopback.DemoWorld(time.Now)
	server, err := aws.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	files = files.At(server.URL())
	w := &world{t: t, aws: aws, server: server, dir: dir, home: filepath.Join(dir, "home")}
	t.Cleanup(w.empty)
	for _, sub := range []string{"home/.aws", "home/.config/fish", "home/.local/share/fish/generated_completions", "tmp", "run", "work"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	w.write(".aws/config", files.ConfigFile+strings.Join(moreConfig, "\n"))
	w.write(".aws/credentials", files.CredentialsFile)
	w.env = []string{
		"HOME=" + w.home, "ZDOTDIR=" + w.home, "PATH=" + binDir + ":" + os.Getenv("PATH"), "LANG=C.UTF-8", "USER=alice", "SHELL=/bin/sh",
		"TMPDIR=" + filepath.Join(dir, "tmp"), "XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"),
		"AWS_ENDPOINT_URL=" + server.URL(), "AWS_EC2_METADATA_DISABLED=true", "GUISE_CACHE_KEY=file", "GUISE_DEMO=" + server.ControlURL(),
		"GUISE_WAIT_FOR_PERSON=" + await.Patience.String(),                                  // who types here is never late
		"GORACE=atexit_sleep_ms=0 exitcode=0 log_path='" + filepath.Join(dir, "race") + "'", // where it is built to look for data races
	}
	if self, err := os.Executable(); err == nil {
		w.env = append(w.env, "GUISE_BROWSER="+self, browserDecides+"=allow", browserNotes+"="+filepath.Join(dir, "pages"))
	}
	for _, root := range []string{"PYENV_ROOT", "GOCACHE", "GOMODCACHE", "GOFLAGS"} {
		if value := os.Getenv(root); value != "" {
			w.env = append(w.env, root+"="+value)
		}
	}
	return w
}

// adopted is a world whose profiles are all managed.
func adopted(t *testing.T, moreConfig ...string) *world {
	t.Helper()
	w := newWorld(t, moreConfig...)
	w.adoptAll()
	return w
}

// adoptAll has guise manage all profiles.
func (w *world) adoptAll() {
	w.t.Helper()
	if got := w.guise("adopt", "--all", "--yes", "--keep-keys"); got.code != 0 {
		w.t.Fatalf("adopt: %+v", got)
	}
}

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.home, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// touch makes an empty file in the folder where programs run: a sign for one of
// them that it may go on.
func (w *world) touch(name string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "work", name), nil, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) program(path, text string) {
	w.t.Helper()
	standin.Program(w.t, path, text)
}

func (w *world) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.home, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// pages returns the addresses that the browser was sent to.
func (w *world) pages() []string {
	data, _ := os.ReadFile(filepath.Join(w.dir, "pages"))
	return strings.Fields(string(data))
}

// firstPage waits until the browser was led to a sign-in page, and gives it.
func (w *world) firstPage() string {
	w.t.Helper()
	await.That(w.t, "a sign-in page in the browser", func() bool {
		pages := w.pages()
		return len(pages) > 0 && strings.Contains(pages[0], "redirect_uri=")
	})
	return w.pages()[0]
}

func (w *world) code() string {
	w.t.Helper()
	code, err := w.aws.Code(loopback.DemoSerial)
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// result is how a program ended.
type result struct {
	out, err string
	code     int
}

// guise runs the program with no terminal in reach, and with nobody to wait for.
func (w *world) guise(args ...string) result { return w.run(nil, "guise", args...) }

func (w *world) run(env []string, program string, args ...string) result {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), await.Patience)
	defer cancel()
	if program == "guise" {
		program = filepath.Join(binDir, "guise")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = filepath.Join(w.dir, "work"), slices.Concat(w.env, []string{"GUISE_WAIT_FOR_PERSON=1s"}, env)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		w.t.Errorf("%s %q did not end: %s %s", program, args, &out, &stderr)
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		w.t.Fatalf("%s %q: %v", program, args, err)
	}
	return result{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// open runs a program in a terminal.
func (w *world) open(env []string, argv ...string) *terminaltest.Terminal {
	w.t.Helper()
	argv = slices.Concat(w.via, argv)
	if argv[0] == "guise" {
		argv[0] = filepath.Join(binDir, "guise")
	}
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env = filepath.Join(w.dir, "work"), slices.Concat(w.env, env)
	return terminaltest.Start(w.t, c)
}

// shell opens an interactive shell with the hook loaded, in a terminal.
func (w *world) shell(name string, env ...string) *terminaltest.Terminal {
	w.t.Helper()
	path := need.Program(w.t, name)
	w.rc(name)
	s := w.open(env, path, "-i")
	s.See("<.*>ready ")
	return s
}

// compinit is the line that loads zsh's completion, from a dump that all its shells share:
// without, each start reads a thousand files, for half a second.
func compinit() string {
	return "autoload -Uz compinit && compinit -u -d " + filepath.Join(binDir, "zcompdump")
}

// rc writes what a shell loads at its start.
func (w *world) rc(name string) {
	w.t.Helper()
	switch name {
	case "zsh":
		w.write(".zshrc", compinit()+"\neval \"$(guise init zsh)\"\nsetopt PROMPT_SUBST\nPROMPT='<$GUISE_PROMPT>ready '\n")
	case "bash":
		w.write(".bashrc", "eval \"$(guise init bash)\"\nPS1='<$GUISE_PROMPT>ready '\n")
	case "fish":
		w.write(".config/fish/config.fish", "set -g fish_greeting\nguise init fish | source\nfunction fish_prompt; echo -n \"<$GUISE_PROMPT>ready \"; end\n")
	}
}

// shells runs a story in each of the shells; on a user's machine in one of those that are
// there: each has its turn in some of the stories, and plays all of [TestEveryShell].
func shells(t *testing.T, story func(t *testing.T, shell string)) {
	names := []string{"zsh", "bash", "fish"}
	if !need.Everything() {
		names = slices.DeleteFunc(names, func(name string) bool { _, err := exec.LookPath(name); return err != nil })
	}
	for _, name := range need.Turn(t, names) {
		t.Run(name, func(t *testing.T) {
			need.Program(t, name)
			story(t, name)
		})
	}
}

// noSecrets fails where a secret that AWS gave out, or a code, lies readable in
// any file of the world.
func (w *world) noSecrets(more ...string) {
	w.t.Helper()
	secrets := append(w.aws.Secrets(), more...)
	if len(secrets) < 2 {
		w.t.Fatalf("AWS gave out %d secrets: the search would find nothing", len(secrets))
	}
	searched := 0
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		searched++
		for _, s := range secrets {
			if bytes.Contains(data, []byte(s)) {
				w.t.Errorf("%s holds a secret", path)
			}
		}
		return nil
	})
	if err != nil || searched < 5 {
		w.t.Errorf("%d files searched: %v", searched, err)
	}
}
