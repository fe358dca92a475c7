//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"guise/internal/await"
	"guise/internal/internet"
	"guise/internal/need"
)

// A browser is Debian's Chromium on a screen of its own, as the user of a world has it: on
// the PATH, with its profiles in the home.
type browser struct {
	*world
	display string
}

// onScreen puts a Chromium into a world. Where net is not nil, it is in that internet, and
// trusts its authority as the user's Chromium trusts that of a company: by the database of
// NSS in the home.
func onScreen(w *world, net *internet.Internet) browser {
	t := w.t
	t.Helper()
	path := need.Program(t, "chromium")
	need.Program(t, "xdotool")
	// For root, in a container; without an address bar, which may have the keyboard.
	options := " --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-sync --no-first-run --no-default-browser-check --password-store=basic --kiosk"
	if net != nil {
		options += " --proxy-server=" + net.Proxy()
		dir := filepath.Join(w.home, ".pki/nssdb")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		certutil := need.Program(t, "certutil")
		for _, words := range [][]string{{"-N", "--empty-password"}, {"-A", "-n", "tests", "-t", "C,,", "-i", net.Bundle()}} {
			if out, err := exec.Command(certutil, append(words, "-d", "sql:"+dir)...).CombinedOutput(); err != nil {
				t.Fatalf("certutil %q: %v: %s", words, err, out)
			}
		}
	}
	b := browser{w, screen(t)}
	said := filepath.Join(w.dir, "browser-said")
	t.Cleanup(func() {
		if text, _ := os.ReadFile(said); t.Failed() {
			t.Logf("the browser said:\n%s", text)
		}
	})
	b.ends("/chromium --")
	bin := filepath.Join(w.home, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	w.program(filepath.Join(bin, "chromium"), "#!/bin/sh\nexec 2>>"+said+"\necho \"$@\" >>"+filepath.Join(w.dir, "browser-words")+"\nexec "+path+options+" \"$@\"\n")
	for i, pair := range w.env {
		if rest, ok := strings.CutPrefix(pair, "PATH="); ok {
			w.env[i] = "PATH=" + bin + ":" + rest
		}
	}
	w.env = append(w.env, "DISPLAY="+b.display, "GUISE_BROWSER=chromium")
	return b
}

// ends has the browser end with the test, and before its screen does: the processes of the
// world that have these words.
func (b browser) ends(words string) {
	b.t.Cleanup(func() {
		running := func(p process) bool { return strings.Contains(p.words, words) && !strings.Contains(p.words, "--type=") }
		for _, p := range slices.DeleteFunc(b.processes(), func(p process) bool { return !running(p) }) {
			_ = syscall.Kill(p.pid, syscall.SIGTERM)
		}
		await.That(b.t, "the end of the browser", func() bool { return !slices.ContainsFunc(b.processes(), running) })
	})
}

// signInPage is the title of AWS' page.
const signInPage = "The demo's sign-in"

// allow is the user at AWS's page, who types a name where it asks for one, and allows it;
// of several pages the one that knows the browser as somebody. There is no window manager
// that would give the page the keyboard: a click does.
func (b browser) allow(who, as string) {
	b.t.Helper()
	asks := signInPage + ".*" + as + ".*: allow"
	if who != "" {
		asks = signInPage + ".*: who"
	}
	looks := 0
	await.That(b.t, "a page that asks", func() bool {
		if looks++; looks%5 == 0 {
			_ = xdotool(b.display, "search", "--onlyvisible", "--name", signInPage+".*"+as, "windowfocus", "mousemove", "--window", "%1", "300", "600", "click", "1")
		}
		return hasWindow(b.display, asks)
	})
	looks = 0
	await.That(b.t, "the end of the page", func() bool {
		if looks++; looks%200 == 1 { // seldom: a page that is slow would be answered twice
			_ = xdotool(b.display, "search", "--onlyvisible", "--name", asks, "windowfocus")
			if who != "" {
				_ = xdotool(b.display, "key", "ctrl+a")
				_ = xdotool(b.display, "type", who)
			}
			_ = xdotool(b.display, "key", "Return")
		}
		return !hasWindow(b.display, asks)
	})
}

// acme is an IAM Identity Center, and how a session of it is written.
func acme() (internet.Center, string) {
	const startURL, region = "https://ssoins-1.portal.eu-west-1.app.aws", "eu-west-1"
	return internet.Center{StartURL: startURL, Region: region, DualStack: true}, "sso_start_url = " + startURL + "\nsso_region = " + region + "\n"
}

// TestChromium: each kind of sign-in in a real browser, by TLS, at AWS's own names.
func TestChromium(t *testing.T) {
	center, session := acme()
	w, net := online(t, center, session, "[profile own]\nlogin_session = arn:aws:iam::111111111111:user/alice\nregion = "+center.Region)
	b := onScreen(w, net)
	s := w.at("guise login corp")
	b.allow("", "")
	s.See(`corp: Developer(?s:.*)code 0`)
	b.awaitEnd("guise: Signed in")

	s = w.at("guise login --force --device corp")
	page := s.See(`(https://oidc\.eu-west-1\.api\.aws/device\?user_code=\S+)`)
	w.open(nil, filepath.Join(w.home, "bin/chromium"), strings.TrimSpace(page[1])) // the user does
	b.allow("", "")
	s.See(`corp: Developer(?s:.*)code 0`)

	s = w.at("guise login own")
	b.allow("", "")
	s.See(`own: 111111111111(?s:.*)code 0`)
	b.awaitEnd("guise: Signed in")

	w.at("guise console corp --service s3").See(`corp: opening the console(?s:.*)code 0`)
	awaitWindow(t, b.display, `console: arn:aws:sts::600000000001:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/alice`)
	words, err := os.ReadFile(filepath.Join(w.dir, "browser-words"))
	if err != nil || strings.Contains(string(words), "state=") || strings.Contains(string(words), "SigninToken") {
		t.Errorf("%s, %v", words, err)
	}
	for _, host := range []string{"oidc.eu-west-1.api.aws", "eu-west-1.signin.aws.amazon.com", "signin.aws.amazon.com"} {
		if !slices.ContainsFunc(net.Requests(), func(r internet.Request) bool {
			return r.Host == host && strings.Contains(r.Header.Get("User-Agent"), "Chrome/")
		}) {
			t.Errorf("Chromium was not at %s", host)
		}
	}
}

// TestChromiumStartURLs: each kind of start URL leads the browser to its own page, and
// back.
func TestChromiumStartURLs(t *testing.T) {
	need.Rest(t, "TestChromium has one start URL in Chromium, TestStartURLs all of them without")
	center, session := acme()
	w, net := online(t, center, session)
	b := onScreen(w, net)
	for _, c := range startURLs() {
		t.Log(c.name)
		net.Move(c.center())
		net.Leads(ownDomain, c.leads)
		net.Forget()
		w.write(".aws/config", corp(c.session(), c.region))
		s := w.at("guise login corp")
		b.allow("", "")
		s.See(`corp: Developer(?s:.*)code 0`)
		b.awaitEnd("guise: Signed in")
		if !slices.ContainsFunc(net.Requests(), func(r internet.Request) bool {
			return r.Host == "oidc."+c.region+"."+c.suffix && r.Path == "/authorize" && strings.Contains(r.Header.Get("User-Agent"), "Chrome/")
		}) {
			t.Errorf("%s: %s", c.name, net.Hosts())
		}
		w.at("guise logout corp").See("code 0")
	}
}

// TestChromiumTwoIdentities: two people at one start URL, each in a browser profile of
// their own, at once: none is ever taken for the other.
func TestChromiumTwoIdentities(t *testing.T) {
	need.Rest(t, "TestTwoIdentitiesAtOnce has two people at one start URL, without Chromium")
	center, session := acme()
	const admin = "[profile admin]\nsso_session = admin\nsso_account_id = 600000000004\nsso_role_name = Admin\nregion = eu-west-1\n"
	config := func(first, second string) string {
		return corp(session+"guise_browser = "+first, center.Region, "[sso-session admin]\n"+session+"guise_browser = "+second, admin)
	}
	w, net := online(t, center, session)
	w.write(".aws/config", config("chromium:Alice", "chromium:Bob"))
	w.aws.SetPerson("") // the page asks whoever has not been there
	b := onScreen(w, net)
	signIn := func(profile, types, as string) {
		t.Helper()
		s := w.at("guise login --force " + profile)
		b.allow(types, "")
		s.See(`code 0`)
		if got := w.guise("whoami", profile); !strings.HasSuffix(got.out, "/"+as+"\n") {
			t.Errorf("%s: %+v", profile, got)
		}
	}
	signIn("corp", "alice", "alice")
	signIn("admin", "bob", "bob")

	// Both at once, and their pages are finished in the other order.
	w.at("guise logout --all").See("code 0")
	first, second := w.at("guise login corp"), w.at("guise login admin")
	b.allow("", "bob")
	second.See(`admin: signed in as bob(?s:.*)admin: Admin(?s:.*)code 0`)
	b.allow("", "alice")
	first.See(`corp: signed in as alice(?s:.*)corp: Developer(?s:.*)code 0`)
	for profile, who := range map[string]string{"corp": "alice", "admin": "bob"} {
		if got := w.guise("whoami", profile); !strings.HasSuffix(got.out, "/"+who+"\n") {
			t.Errorf("%s: %+v", profile, got)
		}
	}

	// The wrong browser: refused. By the name that Chromium shows it is the same profile.
	w.write(".aws/config", config("chromium:"+b.shown("Bob"), "chromium:Bob"))
	s := w.at("guise login --force corp")
	b.allow("", "bob")
	s.See(`this sign-in is bob's, and that of \[sso-session corp\] was alice's: nothing of it was kept(?s:.*)hint: guise sso logout corp(?s:.*)code 1`)
	if got := w.guise("sso", "list", "--json"); strings.Count(got.out, `"state": "signed in"`) != 1 || !strings.Contains(got.out, `"identity": "bob"`) {
		t.Errorf("%+v", got)
	}
	w.write(".aws/config", config("chromium:Alice", "chromium:Bob"))
	signIn("corp", "", "alice")
	w.noSecrets()
}

// awaitEnd waits for a page that needs nobody any more.
func (b browser) awaitEnd(title string) { b.t.Helper(); awaitWindow(b.t, b.display, title) }

// shown is the name by which Chromium shows the profile of a folder.
func (b browser) shown(folder string) (name string) {
	b.t.Helper()
	await.That(b.t, "a name of the profile "+folder, func() bool {
		var state struct {
			Profile struct {
				Cache map[string]struct{ Name string } `json:"info_cache"`
			}
		}
		data, _ := os.ReadFile(filepath.Join(b.home, ".config/chromium/Local State"))
		_ = json.Unmarshal(data, &state)
		name = state.Profile.Cache[folder].Name
		return name != ""
	})
	return name
}
