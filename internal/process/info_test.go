package process

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/need"
)

// TestLook: a process is told from every other by its id and its start, and its first
// environment and words can be read.
func TestLook(t *testing.T) {
	need.System(t, "linux", "darwin")
	c := exec.Command("/bin/sh", "-c", "read line; exit 0", "a word")
	c.Env = []string{"FIRST=yes", "EMPTY="}
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	Apart(c)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = c.Wait() }()
	p, ok := Look(c.Process.Pid)
	if !ok || p.Parent != os.Getpid() || p.Name == "" || p.Started == "" {
		t.Fatalf("%+v, %v", p, ok)
	}
	if again, _ := Look(c.Process.Pid); again != p {
		t.Errorf("%+v and then %+v", p, again)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if p.Session != p.PID {
		t.Errorf("it leads a session of its own: %+v", p)
	}
	var r Reader
	if words := texts(r.Words(p.PID)); !slices.Contains(words, "a word") {
		t.Errorf("%q", words)
	}
	if env := texts(r.FirstEnviron(p.PID)); !reflect.DeepEqual(env, c.Env) {
		t.Errorf("%q", env)
	}
	if boot := r.Boot(); len(boot) < 40 || strings.Contains(boot, "\n") {
		t.Errorf("%q", boot)
	}
	if _, ok := Look(1 << 30); ok {
		t.Error("a process that is not there")
	}
}

func texts(t Texts) (all []string) {
	for text := range t.All() {
		all = append(all, string(text))
	}
	return all
}

// TestWhole: what is longer than most, too, is read to its end.
func TestWhole(t *testing.T) {
	need.System(t, "linux")
	c := exec.Command("sleep", "60")
	for i := range 3000 {
		c.Env = append(c.Env, fmt.Sprintf("VARIABLE_%d=%d", i, i))
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	var r Reader
	await.That(t, "its environment", func() bool { return reflect.DeepEqual(texts(r.FirstEnviron(c.Process.Pid)), c.Env) })
}

const varLongest = "GUISE_TEST_LONGEST"

// TestLongest: so is the environment that the kernel takes at most.
func TestLongest(t *testing.T) {
	need.System(t, "linux")
	if os.Getenv(varLongest) != "" {
		var environ []string
		for range 44 {
			environ = append(environ, "LONG="+strings.Repeat("x", 120_000))
		}
		t.Fatal(Become("/bin/sleep", []string{"sleep", "60"}, append(environ, "LAST=yes")))
	}
	c := exec.Command("sh", "-c", `ulimit -s unlimited && exec "$0" -test.run='^TestLongest$'`, os.Args[0])
	c.Env = append(os.Environ(), varLongest+"=yes")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	var r Reader
	await.That(t, "its last variable", func() bool { return slices.Contains(texts(r.FirstEnviron(c.Process.Pid)), "LAST=yes") })
}

func TestProcargs(t *testing.T) {
	data := "/bin/zsh\x00\x00\x00\x00-zsh\x00\x00x\x00A=1\x00B=\x00\x00ptr_munge=\x00"
	words, environ := procargs([]byte(data), 3)
	if !reflect.DeepEqual(texts(words), []string{"-zsh", "", "x"}) || !reflect.DeepEqual(texts(environ), []string{"A=1", "B="}) {
		t.Errorf("%q %q", words, environ)
	}
	for _, broken := range []string{"", "x", "a\x00\x00\x00"} {
		if words, environ := procargs([]byte(broken), 2); len(words)+len(environ) > 0 {
			t.Errorf("%q: %q %q", broken, words, environ)
		}
	}
}

// TestSameProgram: a program is the same as itself, and no shell is a test.
func TestSameProgram(t *testing.T) {
	c := exec.Command("sleep", "60")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if !SameProgram(os.Getpid(), os.Getpid()) || SameProgram(os.Getpid(), c.Process.Pid) || SameProgram(0, 0) {
		t.Error("told wrongly")
	}
}
