package e2e

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// A laptop is the host at which the user sits: their browser is there, and the end of their
// ssh. guise runs on the machine that they are connected to, which has no browser.
type laptop struct {
	*world
	need.Host
	sshd string // host:port
	dir  string
}

// fromLaptop is a world that is reached over SSH. AWS is reached from both hosts.
func fromLaptop(t *testing.T) *laptop {
	t.Helper()
	need.Long(t)
	server := "/usr/sbin/sshd" // it wants to be started by its whole path
	_, err := os.Stat(server)
	need.That(t, err)
	need.Program(t, "ssh-keygen")
	host := need.AnotherHost(t)
	l := &laptop{world: adopted(t), Host: host, dir: t.TempDir()}
	l.write("remote", "#!/bin/sh\nunset BROWSER DISPLAY WAYLAND_DISPLAY\nexport "+quoted(without(l.env, "GUISE_BROWSER"), "AWS_ENDPOINT_URL="+l.serveAWS(host.Here))+"\ncd "+l.home+" && exec \"$@\"\n")
	l.serveSSH(server)
	return l
}

func without(env []string, name string) (kept []string) {
	for _, pair := range env {
		if !strings.HasPrefix(pair, name+"=") {
			kept = append(kept, pair)
		}
	}
	return kept
}

// quoted are the words of an export in sh.
func quoted(env []string, more ...string) string {
	var words []string
	for _, pair := range append(env, more...) {
		name, value, _ := strings.Cut(pair, "=")
		words = append(words, name+"='"+strings.ReplaceAll(value, "'", `'\''`)+"'")
	}
	return strings.Join(words, " ")
}

// serveAWS lets AWS answer at an address of this machine, too, which the laptop gets to.
func (l *laptop) serveAWS(at string) (url string) {
	l.t.Helper()
	listener, err := net.Listen("tcp4", net.JoinHostPort(at, "0"))
	if err != nil {
		l.t.Fatal(err)
	}
	server := &http.Server{Handler: l.aws, ReadHeaderTimeout: await.Patience}
	go func() { _ = server.Serve(listener) }()
	l.t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

// serveSSH runs an SSH server with a configuration, a host key and users' keys of its own.
func (l *laptop) serveSSH(program string) {
	l.t.Helper()
	for _, key := range []string{"host", "alice"} {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(l.dir, key)).CombinedOutput(); err != nil { //nolint:gosec // the test's own words
			l.t.Fatalf("%v: %s", err, out)
		}
	}
	const separated = "/run/sshd"          // where the init script would have made it
	if os.Mkdir(separated, 0o755) == nil { //nolint:gosec // as that does
		l.t.Cleanup(func() { _ = os.Remove(separated) })
	}
	free, err := net.Listen("tcp4", net.JoinHostPort(l.Here, "0"))
	if err != nil {
		l.t.Fatal(err)
	}
	l.sshd = free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(l.sshd)
	config := filepath.Join(l.dir, "sshd_config")
	text := fmt.Sprintf("ListenAddress %s\nPort %s\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\nPrintLastLog no\n",
		l.Here, port, filepath.Join(l.dir, "host"), filepath.Join(l.dir, "alice.pub"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	var log bytes.Buffer
	server := exec.Command(program, "-D", "-e", "-f", config) //nolint:gosec // the test's own words
	server.Stderr = &log
	if err := server.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		if l.t.Failed() {
			l.t.Logf("sshd: %s", &log)
		}
	})
	await.NoError(l.t, func() error {
		c, err := net.DialTimeout("tcp4", l.sshd, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err
	})
}

// ssh connects from the laptop, and runs a command there in a terminal.
func (l *laptop) ssh(options, command string) *terminaltest.Terminal {
	l.t.Helper()
	host, port, _ := net.SplitHostPort(l.sshd)
	words := []string{"-tt", "-F", "none", "-i", filepath.Join(l.dir, "alice"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-p", port}
	words = append(append(words, strings.Fields(options)...), "root@"+host, "sh "+filepath.Join(l.home, "remote")+" "+command)
	return terminaltest.Start(l.t, l.Command("ssh", words...))
}

// browse goes to a page in the laptop's browser, and presses "allow", or does what else
// browserDecides says. It gives the address that the browser noted last.
func (l *laptop) browse(page, decides string) (noted string, err error) {
	l.t.Helper()
	notes := filepath.Join(l.dir, "pages")
	c := l.Command(os.Args[0], page)
	c.Env = append(os.Environ(), browserDecides+"="+decides, browserNotes+"="+notes)
	err = c.Run()
	data, _ := os.ReadFile(notes)
	if all := strings.Fields(string(data)); len(all) > 0 {
		noted = all[len(all)-1]
	}
	return noted, err
}

// page is a sign-in page that a terminal shows, the nth.
func page(t *testing.T, s *terminaltest.Terminal, nth int) string {
	t.Helper()
	s.See(`Esc gives up`)
	found := regexp.MustCompile(`http\S+/authorize\?\S+`).FindAllString(s.Raw(), -1)
	if len(found) != nth {
		t.Fatalf("%d sign-in pages", len(found))
	}
	return found[nth-1]
}

// forward is the line of docs/guide.md by which ssh forwards the port.
func (l *laptop) forward(port int) string {
	l.t.Helper()
	guide, err := os.ReadFile("../docs/guide.md")
	if err != nil {
		l.t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ *ssh (.*-L .*) HOST$`).FindSubmatch(guide)
	if line == nil {
		l.t.Fatal("docs/guide.md has no line for ssh")
	}
	return strings.ReplaceAll(string(line[1]), "8765", strconv.Itoa(port))
}

// TestRemoteHost: over SSH, with the port forwarded, a sign-in in the browser of the laptop
// comes back to the machine where guise runs; without, it does not, and may be pasted.
// None needs a device code.
func TestRemoteHost(t *testing.T) {
	l := fromLaptop(t)
	port := freePort(t)
	set := fmt.Sprintf("env GUISE_REDIRECT_PORT=%d", port)
	ends := func(s *terminaltest.Terminal, want int) {
		t.Helper()
		if code := s.Exit(); code != want {
			t.Errorf("exit %d, want %d", code, want)
		}
	}

	s := l.ssh(l.forward(port), set+" guise login org-dev console")
	if _, err := l.browse(page(t, s, 1), "allow"); err != nil {
		t.Errorf("the browser: %v", err)
	}
	s.See(`org-dev: Developer`)
	if _, err := l.browse(page(t, s, 2), "allow"); err != nil { // aws login, with the same port
		t.Errorf("the browser: %v", err)
	}
	s.See(`console: 111111111111`)
	ends(s, 0)

	ends(l.ssh("", "guise logout org-dev"), 0)
	s = l.ssh("", set+" guise login org-dev")
	if _, err := l.browse(page(t, s, 1), "allow"); err == nil {
		t.Error("the browser gets to a port that is not forwarded")
	}
	s.Type("\x1b")
	s.See("cancelled")
	ends(s, 130)

	s = l.ssh("", set+" guise login org-dev")
	address, err := l.browse(page(t, s, 1), "elsewhere")
	if err != nil || !strings.HasPrefix(address, fmt.Sprintf("http://127.0.0.1:%d/oauth/callback?", port)) {
		t.Errorf("the browser ends at %s, %v", address, err)
	}
	s.Type(address + "\r")
	s.See(`org-dev: Developer`)
	ends(s, 0)

	s = l.ssh("", "guise login --force console") // no port: as `aws login --remote`
	shown, err := l.browse(page(t, s, 1), "elsewhere")
	if err != nil {
		t.Error(err)
	}
	s.Type(shown + "\r")
	s.See(`console: 111111111111`)
	ends(s, 0)

	ends(l.ssh("", "guise logout console"), 0) // what it keeps is for the AWS CLI, too

	if n := len(l.aws.Calls("StartDeviceAuthorization")); n > 0 {
		t.Errorf("%d device codes", n)
	}
	l.noSecrets()
}
