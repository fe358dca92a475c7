//go:build unix

package cmd

import (
	"context"
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
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"guise/internal/approval"
	"guise/internal/await"
	"guise/internal/awsenv"
	"guise/internal/loopback"
	"guise/internal/need"
)

// asGuise makes this program guise itself: for the calls of guise that guise makes, and
// for the programs in scripts that call it.
const asGuise = "CMD_TEST_IS_GUISE"

// soon is how long guise waits for a user who is not there.
const soon = "100ms"

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "browser" {
		browse(os.Args[1])
		return
	}
	if os.Getenv(asGuise) != "" {
		w := Here()
		w.VaultCost, w.Now = costOfVaults, clockOf(w.Getenv)
		if callers := w.Getenv("CALLERS"); callers != "" { // of a story
			w.Callers = func() []string { return strings.Fields(callers) }
		}
		if w.Getenv("SESSION") != "" {
			w.System = func() approval.System { return systemOf(w.Getenv) }
		}
		os.Exit(Main(w))
	}
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		_ = unix.IoctlSetInt(int(tty.Fd()), unix.TIOCNOTTY, 0) //nolint:gosec // no test asks whoever runs the tests
		_ = tty.Close()
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

// asCommand makes a command of stories one of testscript's.
func asCommand(do func(*story, *testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) { do(storyOf(ts), ts, args) }
}

// TestScripts plays the stories of testdata/*.txtar: see testdata/README.md.
func TestScripts(t *testing.T) { playStories(t, "testdata", nil) }

// playStories plays those of a folder; hints are noted as they are typed.
func playStories(t *testing.T, dir string, hints *hintsTyped) {
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			s, err := newStory(env)
			if err == nil {
				s.hints = hints
			}
			env.Values[inStory{}] = s
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"appends":  asCommand((*story).appends),
			"replaces": asCommand((*story).replaces),
			"asked":    asCommand((*story).asked),
			"assigns":  asCommand((*story).assigns),
			"awaits":   asCommand((*story).awaits),
			"calls":    asCommand((*story).calls),
			"env-is":   asCommand((*story).envIs),
			"eval":     asCommand((*story).eval),
			"exit":     asCommand((*story).exit),
			"export":   asCommand((*story).export),
			"fails":    asCommand((*story).fails),
			"grants":   asCommand((*story).grants),
			"lasts":    asCommand((*story).lasts),
			"later":    asCommand((*story).later),
			"shown":    asCommand((*story).shown),
			"skew":     asCommand((*story).skew),
			"person":   asCommand((*story).person),
			"typed":    asCommand((*story).typed),
			"guise":    func(ts *testscript.TestScript, neg bool, args []string) { storyOf(ts).guise(ts, neg, args) },
		},
	})
}

// guise [NAME=VALUE…] ARG… [<FILE] runs the command in this process. In its words and on
// stdin {code} is the code that alice's device shows.
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
	if strings.Contains(in+strings.Join(args, " "), "{code}") {
		in, args = strings.ReplaceAll(in, "{code}", s.shows()), slices.Clone(args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "{code}", s.shows())
		}
	}
	var out, said buffer
	s.given = nil
	dir := ts.MkAbs(".")
	s.code = s.run(dir, s.world(dir, env, args, strings.NewReader(in), &out, &said))
	_, _ = io.WriteString(ts.Stdout(), out.String())
	_, _ = io.WriteString(ts.Stderr(), said.String())
	if line := saidTwice(said.String()); line != "" {
		ts.Fatalf("said twice: %s", line)
	}
	if key := oddKey(out.String()); key != "" && slices.Contains(args, "--json") {
		ts.Fatalf("the key %q is not in lower_snake_case", key)
	}
	if neg != (s.code != exitDone) {
		ts.Fatalf("exit code %d", s.code)
	}
}

// saidTwice is a warning that stands more than once in what a command says.
func saidTwice(said string) string {
	seen := map[string]bool{}
	for line := range strings.SplitSeq(said, "\n") {
		if seen[line] && strings.HasPrefix(line, "guise: ") {
			return line
		}
		seen[line] = true
	}
	return ""
}

// asked PATTERN ANSWER: the next guise runs at a terminal, and asks this. The answer {code}
// is the code that alice's device shows, {esc} the key.
func (s *story) asked(ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: asked PATTERN ANSWER")
	}
	s.questions = append(s.questions, question{args[0], args[1]})
}

// shown PATTERN: the same, and nothing is typed.
func (s *story) shown(ts *testscript.TestScript, args []string) {
	s.asked(ts, append(args, "{nothing}"))
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

// grants N [NAME…]: the organisation has so many accounts from now on; the first have
// these names.
func (s *story) grants(ts *testscript.TestScript, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	accounts := loopback.DemoOrganisation(n)
	for i, name := range args[1:] {
		accounts[i].Name = name
	}
	s.aws.SetOrganisation(accounts)
}

// lasts TOKEN SESSION: how long SSO tokens and the access portal's sessions last that begin
// from now on.
func (s *story) lasts(ts *testscript.TestScript, args []string) {
	token, err := time.ParseDuration(args[0])
	ts.Check(err)
	session, err := time.ParseDuration(args[1])
	ts.Check(err)
	s.aws.SetLives(token, time.Hour)
	s.aws.SetSession(session)
}

// assigns ACCOUNT ROLE: a role is granted to those who sign in after a sign-out.
func (s *story) assigns(_ *testscript.TestScript, args []string) {
	s.aws.AssignLater(args[0], args[1])
}

// eval has bash run what guise has printed, as its hook does: what it is left with is
// the story's environment from now on.
func (s *story) eval(ts *testscript.TestScript, _ []string) {
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

// appends FILE OTHER: the text of another file is put at the end of a file.
func (s *story) appends(ts *testscript.TestScript, args []string) {
	text := ts.ReadFile(args[0]) + ts.ReadFile(args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// replaces FILE OLD NEW: the first OLD in a file.
func (s *story) replaces(ts *testscript.TestScript, args []string) {
	before, after, ok := strings.Cut(ts.ReadFile(args[0]), args[1])
	if !ok {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(before+args[2]+after), 0o600))
}

// person NAME: who the browser is signed in as, from now on.
func (s *story) person(_ *testscript.TestScript, args []string) { s.aws.SetPerson(args[0]) }

// skew DURATION: AWS's clock is ahead of ours.
func (s *story) skew(ts *testscript.TestScript, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	s.aws.SetSkew(d)
}

// later DURATION moves the clock of guise and of AWS.
func (s *story) later(ts *testscript.TestScript, args []string) {
	d, err := time.ParseDuration(strings.Join(args, ""))
	ts.Check(err)
	s.off.Add(int64(d))
	s.env = s.env.With(awsenv.Variable{Name: clockAhead, Value: time.Duration(s.off.Load()).String()})
}
