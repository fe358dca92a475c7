//go:build unix

package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/internet"
	"guise/internal/need"
)

// screen starts an X server of its own and gives its DISPLAY.
func screen(t *testing.T) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// A server without -noreset begins again when its last client has gone, and whoever
	// comes just then finds none.
	c := exec.Command(need.Program(t, "Xvfb"), "-noreset", "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp")
	c.ExtraFiles = []*os.File{write}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	display := ""
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the windows on the screen: %s", windows(display))
		}
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	display = ":" + strings.TrimSpace(number)
	return display
}

// windows returns the titles of what is on a screen.
func windows(display string) string {
	c := exec.Command("xdotool", "search", "--onlyvisible", "--name", ".", "getwindowname", "%@")
	c.Env = append(os.Environ(), "DISPLAY="+display)
	out, _ := c.CombinedOutput()
	return string(out)
}

// xdotool is the hands of the user.
func xdotool(display string, args ...string) error {
	c := exec.Command("xdotool", args...)
	c.Env = append(os.Environ(), "DISPLAY="+display)
	return c.Run()
}

// awaitWindow waits until a window with a title is there.
func awaitWindow(t *testing.T, display, title string) {
	t.Helper()
	await.That(t, "a window "+title, func() bool { return hasWindow(display, title) })
}

func awaitNoWindow(t *testing.T, display, title string) {
	t.Helper()
	await.That(t, "the end of the window "+title, func() bool { return !hasWindow(display, title) })
}

func hasWindow(display, title string) bool {
	return xdotool(display, "search", "--onlyvisible", "--name", title) == nil
}

// typeInto answers a dialog. A window that has been given the keyboard gets what is
// typed after that, whenever it comes to look.
func typeInto(t *testing.T, display, title, text string) {
	t.Helper()
	awaitWindow(t, display, title)
	for _, words := range [][]string{{"search", "--onlyvisible", "--name", title, "windowfocus", "--sync"}, {"type", text}, {"key", "Return"}} {
		if err := xdotool(display, words...); err != nil {
			t.Fatalf("xdotool %q: %v", words, err)
		}
	}
}

// samlWorld is a world on a screen, whose browser is Debian's Chromium.
func samlWorld(t *testing.T) (w *world, display string) {
	t.Helper()
	browser := need.Program(t, "chromium")
	need.Program(t, "xdotool")
	display = screen(t)
	w = adopted(t)
	options := " --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage" + // for root, in a container
		" --kiosk" // without an address bar, which may have the keyboard
	said := filepath.Join(w.dir, "browser-said")
	t.Cleanup(func() {
		if text, _ := os.ReadFile(said); t.Failed() {
			t.Logf("the browser said:\n%s", text)
		}
	})
	w.write("browser", "#!/bin/sh\nexec 2>>"+said+"\n"+browser+" \"$@\"\necho ended $? >&2\n")
	if err := os.Chmod(filepath.Join(w.home, "browser"), 0o700); err != nil {
		t.Fatal(err)
	}
	browser = filepath.Join(w.home, "browser")
	config := strings.Replace(w.read(".aws/config"), "guise_saml_url", "guise_saml_browser = "+browser+options+"\nguise_saml_url", 1)
	w.write(".aws/config", config)
	w.env = append(w.env, "DISPLAY="+display)
	return w, display
}

// TestSAML: a user signs in at an identity provider in a real browser, by the
// keyboard; the assertion is caught before AWS's page has it.
func TestSAML(t *testing.T) {
	w, display := samlWorld(t)
	s := w.shell("bash")
	s.Type("guise login federated\r")
	s.See("guise opens a browser window of its own")
	typePassword(t, display)
	s.See("federated: Federated, 333333333333, eu-west-1, 4h left") // the role's maximum
	if n := len(w.aws.Calls("SAMLPost")); n != 0 {
		t.Errorf("the assertion went to AWS's page %d times", n)
	}
	if got := w.guise("whoami", "federated"); !strings.Contains(got.out, "assumed-role/Federated/alice") {
		t.Errorf("%+v", got)
	}
	w.noSecrets()
	// Five minutes long the assertion is good for other roles too.
	w.write(".aws/config", strings.ReplaceAll(w.read(".aws/config"), "arn:aws:iam::333333333333:role/Federated", "arn:aws:iam::444444444444:role/Federated"))
	if got := w.guise("whoami", "federated"); !strings.Contains(got.out, "444444444444:assumed-role/Federated/alice") {
		t.Errorf("%+v", got)
	}
	// Without a role in the profile, the user picks one of those offered.
	var without []string
	for line := range strings.Lines(w.read(".aws/config")) {
		if !strings.HasPrefix(line, "guise_saml_role_arn") {
			without = append(without, line)
		}
	}
	w.write(".aws/config", strings.Join(without, ""))
	if got := w.guise("credential-process", "--profile", "federated"); got.code != 3 {
		t.Errorf("nobody there to pick: %+v", got)
	}
	s.Type("guise login federated\r")
	s.See("role for federated>")
	s.Type("3333\r")
	s.See("keeps this choice")
	s.See("federated: .*4h left")
	// A call of an SDK's in a terminal: the page, and then the choice.
	s.Type("guise logout federated\r")
	s.See("cached sessions? removed")
	s.Type("guise credential-process --profile federated | cut -c1-30\r")
	s.See("guise opens a browser window of its own")
	typePassword(t, display)
	s.See("role for federated")
	s.See("444444444444")
	s.Type("\x1b[B\r") // in a list, which notices that its caller is gone
	s.See("AccessKeyId")
}

// TestSAMLPartitions: the identity provider's page leads to the sign-in of each partition,
// where the assertion is caught; the role is got at the partition's STS. The address of
// the European Sovereign Cloud is its sign-in domain (the SDK's endpoint rules) with the path
// of the others: no page of AWS's that was found says it.
func TestSAMLPartitions(t *testing.T) {
	w, display := samlWorld(t)
	net := internet.Open(t, w.aws, internet.Center{StartURL: "https://acme.awsapps.com/start", Region: "eu-west-1"})
	w.env = slices.DeleteFunc(w.env, func(pair string) bool { return strings.HasPrefix(pair, "AWS_ENDPOINT_URL=") })
	w.env = append(w.env, net.Env()...)
	config := w.read(".aws/config")
	for _, c := range need.Part(t, 4, []struct{ region, receiver, sts string }{
		{"eu-central-1", "https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSPAB12", "sts.eu-central-1.amazonaws.com"},
		{"cn-north-1", "https://signin.amazonaws.cn/saml", "sts.cn-north-1.amazonaws.com.cn"},
		{"us-gov-west-1", "https://signin.amazonaws-us-gov.com/saml", "sts.us-gov-west-1.amazonaws.com"},
		{"eusc-de-east-1", "https://eusc-de-east-1.signin.amazonaws-eusc.eu/saml", "sts.eusc-de-east-1.amazonaws.eu"},
	}) {
		before, after, _ := strings.Cut(config, "[profile federated]")
		w.write(".aws/config", before+"[profile federated]"+strings.Replace(after, "region = eu-west-1", "region = "+c.region, 1))
		w.aws.SetSAMLReceiver(c.receiver)
		net.Forget()
		s := w.at("guise logout federated; guise login federated")
		s.See("guise opens a browser window of its own")
		typePassword(t, display)
		s.See("federated: Federated, 333333333333, " + c.region + ", 4h left\\s+code 0")
		if hosts := net.Hosts(); !slices.Contains(hosts, c.sts) || slices.ContainsFunc(hosts, func(host string) bool { return strings.Contains(host, "signin") }) {
			t.Errorf("%s: %s were asked", c.region, hosts)
		}
	}
}

// A page of the identity provider, by its title, and as it is called once its field for
// a password has the keyboard.
const (
	identityPage = "The demo's identity provider"
	passwordPage = identityPage + ": your password"
)

// awaitPassword waits until the identity provider's page can be typed into. There is no
// window manager to give the browser the keyboard: a click does.
func awaitPassword(t *testing.T, display string) {
	t.Helper()
	awaitWindow(t, display, identityPage)
	looks := 0
	await.That(t, "a page for a password", func() bool {
		if looks++; looks%5 == 0 {
			_ = xdotool(display, "search", "--onlyvisible", "--name", identityPage, "windowfocus", "mousemove", "--window", "%1", "300", "500", "click", "1")
		}
		return hasWindow(display, passwordPage)
	})
}

// typePassword signs in at the identity provider. A browser that has only just begun
// may lose what is typed: then it is typed again, as people do.
func typePassword(t *testing.T, display string) {
	t.Helper()
	awaitPassword(t, display)
	looks := 0
	await.That(t, "the end of the page for a password", func() bool {
		if looks++; looks%50 == 1 {
			for _, words := range [][]string{{"key", "ctrl+a"}, {"type", "demo"}, {"key", "Return"}} {
				_ = xdotool(display, words...)
			}
		}
		return !hasWindow(display, identityPage)
	})
}

// TestSAMLClosed: the window is closed, or Esc is pressed: a line, and no hang.
func TestSAMLClosed(t *testing.T) {
	w, display := samlWorld(t)
	s := w.shell("zsh")
	s.Type("guise login federated; echo code=$?\r")
	awaitPassword(t, display)
	if err := xdotool(display, "key", "ctrl+w"); err != nil {
		t.Fatal(err)
	}
	s.See("the browser was closed before the sign-in was finished")
	s.See("code=1")
	s.Type("guise login federated; echo code=$?\r")
	awaitPassword(t, display)
	s.Type("\x1b")
	s.See("cancelled")
	s.See("code=130")
	await.That(t, "the end of the browser", func() bool {
		return !slices.ContainsFunc(w.processes(), func(p process) bool { return strings.Contains(p.words, ".local/state/guise/browser") })
	})
	w.write(".bashrc", "")
	w.env = append(w.env, "DISPLAY=")
	s = w.open(nil, "sh", "-c", "guise login federated; echo code=$?")
	s.See("there is no screen here")
	s.See("code=3")
}
