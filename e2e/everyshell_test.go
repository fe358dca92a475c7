//go:build unix

package e2e

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsenv"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// The acceptance suite of shells: each act is played in each of them, for real.

// An act is a user's story in one shell, which has the hook and nothing else.
type act struct {
	name string
	play func(t *testing.T, d driver)
}

func (a act) String() string { return a.name }

func acts() []act {
	return []act{
		{"switch", switches}, {"notice", notices}, {"hostile", hostileNamesIn}, {"ending", endings}, {"segment", segments}, {"exec", opened}, {"completion", completes}, {"demo", demos}, {"lease", leases},
	}
}

// TestEveryShell: switching, going back, regions, names that are made to harm, pending
// requests, the segment and completion, in every shell that guise has a hook for. On a
// user's machine those that are in few hands play a part of the acts.
func TestEveryShell(t *testing.T) {
	for _, d := range drivers() {
		if d.program == nil {
			continue // docs/shells.md says that it is not run
		}
		t.Run(d.name, func(t *testing.T) {
			d.find(t)
			acts := acts()
			if !slices.Contains([]string{"zsh", "bash", "fish"}, d.name) {
				acts = need.Part(t, 4, acts)
			}
			for _, a := range acts {
				t.Run(a.name, func(t *testing.T) { a.play(t, d) })
			}
		})
	}
}

// stage is one shell with the hook.
type stage struct {
	*terminaltest.Terminal
	t *testing.T
	d driver
	w *world
}

// enter opens a shell in a world. The program have says what other programs see.
func enter(t *testing.T, d driver, w *world, env ...string) stage {
	t.Helper()
	tools := filepath.Join(w.dir, "tools")
	if err := os.MkdirAll(tools, 0o700); err != nil {
		t.Fatal(err)
	}
	w.program(filepath.Join(tools, "have"), `#!/bin/sh
printf 'have'
for name in PROFILE DEFAULT_PROFILE REGION DEFAULT_REGION SDK_LOAD_CONFIG ACCESS_KEY_ID; do
  eval "printf ' %s=<%s>' $name \"\${AWS_$name-unset}\""
done
printf ' had\n'
`)
	w.program(filepath.Join(tools, "streams"), "#!/bin/sh\ntest -t 0 && test -t 1 && test -t 2 && echo all are the terminal\n")
	path, _ := awsenv.Env(w.env).Get("PATH")
	return stage{d.open(w, append([]string{"PATH=" + tools + ":" + path}, env...)...), t, d, w}
}

// run types a line, sees what it shows, and the prompt after it.
func (s stage) run(line string, shown ...string) {
	s.t.Helper()
	s.Type(line + "\r")
	for _, pattern := range shown {
		s.See(pattern)
	}
	s.See("(?s)<.*>ready")
}

// has is what programs of the terminal see of AWS's variables.
func (s stage) has() string {
	s.t.Helper()
	s.Type("have\r")
	found := s.See(`have PROFILE=(.*) had`)[1]
	s.See("(?s)<.*>ready")
	return "PROFILE=" + found
}

// profile is what programs see as AWS_PROFILE.
func (s stage) profile() string {
	s.t.Helper()
	profile, _, _ := strings.Cut(strings.TrimPrefix(s.has(), "PROFILE=<"), "> DEFAULT_PROFILE=")
	return profile
}

// nothingRan fails where a name was run.
func (s stage) nothingRan() {
	s.t.Helper()
	if got := s.w.run(nil, "sh", "-c", "find "+s.w.dir+" -name 'pwned*'"); got.out != "" {
		s.t.Errorf("something ran: %s", got.out)
	}
}

// switches: there, on, back, a region, and off: the terminal is as it was.
func switches(t *testing.T, d driver) {
	w := adopted(t)
	s := enter(t, d, w, "AWS_ACCESS_KEY_ID=AKIAEXPORTED", "AWS_PROFILE=dev", "AWS_REGION=eu-north-1", "AWS_DEFAULT_PROFILE=it's $mine")
	before := s.has()
	if want := "PROFILE=<dev> DEFAULT_PROFILE=<it's $mine> REGION=<eu-north-1> DEFAULT_REGION=<unset> SDK_LOAD_CONFIG=<unset> ACCESS_KEY_ID=<AKIAEXPORTED>"; before != want {
		t.Fatalf("the test is wrong: %s", before)
	}
	s.Type("guise use prod\r")
	s.See("MFA code for prod")
	s.Type("\x1b")
	s.See("cancelled")
	s.See("(?s)<.*>ready")
	if d.status != "" {
		s.run(d.status, `\bstatus 130\b`)
	}
	if now := s.has(); now != before {
		t.Errorf("after a switch that was cancelled: %s", now)
	}
	s.Type("guise use pro\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("removed from this terminal.*AWS_ACCESS_KEY_ID")
	s.See("prod: Admin, 222222222222, eu-north-1")
	s.See("(?s)<.*>ready")
	if now := s.has(); now != "PROFILE=<prod> DEFAULT_PROFILE=<unset> REGION=<eu-north-1> DEFAULT_REGION=<unset> SDK_LOAD_CONFIG=<1> ACCESS_KEY_ID=<unset>" {
		t.Errorf("switched: %s", now)
	}
	s.run("guise whoami", adminARN)
	s.run("guise --no-color use staging-us -r us-west-2", "staging-us: Developer, 333333333333, us-west-2")
	s.run("guise exec staging-us -- streams", "all are the terminal")
	s.run("guise use -", "prod: Admin")
	if now := s.profile(); now != "prod" {
		t.Errorf("back at %s", now)
	}
	s.run("guise region euc1", "region: eu-central-1")
	if now := s.has(); !strings.Contains(now, " REGION=<eu-central-1> DEFAULT_REGION=<eu-central-1> ") {
		t.Errorf("another region: %s", now)
	}
	s.run("guise current", `profile +prod`)
	s.run("guise off", "off; ")
	if now, want := s.has(), strings.Replace(before, "<AKIAEXPORTED>", "<unset>", 1); now != want {
		t.Errorf("after off: %s, want %s", now, want)
	}
	w.noSecrets()
}

// harmful are names that begin with a plain word, and go on with all that some shell
// takes for its own.
const (
	harmfulWord  = "zed$(touch${IFS}pwned1)`id>pwned2`'\";&|!%^{}*?~<>\\n-é"
	harmfulWords = "yak $(touch pwned3) `id >pwned4` '\"; touch pwned5 & !! !$ %n {a,b} (touch pwned6) é"
	harmfulFlag  = "-rf $(touch pwned7) `id >pwned8` {a,b} %F ${HOME} @(x) $HOME \\(x)"
)

// harmfulLong is longer than a line of the terminal, and than some buffers.
func harmfulLong() string { return "vast " + strings.Repeat("$(touch pwned9)", 150) }

func harmfulProfiles() string {
	var text strings.Builder
	for _, name := range []string{harmfulWord, harmfulWords, harmfulFlag, harmfulLong()} {
		text.WriteString("\n[profile " + name + "]\nrole_arn = arn:aws:iam::333333333333:role/Deploy\nsource_profile = ci\nregion = eu-west-1\n")
	}
	return text.String()
}

// hostileNamesIn: a name is data.
func hostileNamesIn(t *testing.T, d driver) {
	w := adopted(t, harmfulProfiles())
	s := enter(t, d, w)
	for _, name := range []string{harmfulWord, harmfulWords, harmfulFlag, harmfulLong()} {
		query := name
		if name == harmfulLong() && d.name == "fish" {
			continue // it cuts a prompt that is wider than the terminal
		}
		if name == harmfulLong() {
			query = "vast" // a part of it: a terminal takes no line of that length everywhere
		}
		s.run("guise use --no-login -- "+strings.ReplaceAll(cmp.Or(d.word, "VALUE"), "VALUE", d.dialect().Quote(query)), "Deploy")
		if now := s.profile(); now != name {
			t.Errorf("%s, want %s", now, name)
		}
		s.run("guise use --no-login dev", "dev: ")
		s.run("guise use --no-login -", "Deploy")
		if now := s.profile(); now != name {
			t.Errorf("back at %s, want %s", now, name)
		}
		s.run("guise region euw1", "region: eu-west-1")
		s.run("guise exec -- streams", "all are the terminal")
		s.run("guise off", "off; ")
	}
	s.Type("guise use --no-login\r") // the picker
	s.See("vast")
	s.Type("touch pwned7\r")
	s.See("Deploy")
	s.See("(?s)<.*>ready")
	if now := s.profile(); now != harmfulFlag {
		t.Errorf("picked %s, want %s", now, harmfulFlag)
	}
	s.nothingRan()
}

// notices: what waits for the user is shown once before the next prompt, or by `use`.
func notices(t *testing.T, d driver) {
	w := adopted(t)
	s := enter(t, d, w)
	w.background("prod")
	w.awaitRequests(1)
	const shown = `guise: terraform \(pid \d+\) needs an MFA code for prod\s+hint: guise login prod`
	if d.notice == atUse {
		s.run("guise use --no-login dev", "dev: ", shown)
		return
	}
	s.run("", shown)
	s.has()
	if strings.Count(s.Everything(), "needs an MFA code") != 1 {
		t.Error("it was shown twice")
	}
}

// endings: that an SSO session ends soon is shown once, before the next prompt or by `use`.
func endings(t *testing.T, d driver) {
	w := adopted(t)
	s := enter(t, d, w)
	soon := endingSoonIn(w)
	if d.notice == atUse {
		s.run("guise use --no-login dev", "dev: ", soon)
	} else {
		s.Type("\r")
		s.See(soon)
		s.See("(?s)<.*>ready")
	}
	s.run("guise use --no-login dev", "dev: ")
	s.has()
	if strings.Count(s.Everything(), "ends in about") != 1 {
		t.Error("it was shown twice")
	}
}

// opened: a shell that `guise exec` has opened shows the time left, too, and what is switched
// to in it.
func opened(t *testing.T, d driver) {
	w := adopted(t)
	s := enter(t, d, w)
	words := append([]string{d.find(t)}, d.program[1:]...)
	s.Type("guise exec prod -- " + strings.Join(words, " ") + "\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("<prod" + leftOf[d.segment] + ">ready")
	if now := s.profile(); now != "prod" {
		t.Errorf("in the shell of exec: %s", now)
	}
	s.Type("guise use --no-login dev\r")
	s.See("dev: ")
	s.Type("\r")
	s.See("<dev>ready")
	s.Type("guise off\r")
	s.See("off; the profile is prod again")
	s.Type("\r")
	s.See("<prod>ready")
	s.Type("exit\r")
	s.See("(?s)<>ready")
}

// leftOf is how a segment shows the time left.
var leftOf = map[ability]string{whole: ` \d+[hm]\d*m?`, untilEnd: ` until \d\d:\d\d`, nameOnly: ""}

// segments: the prompt shows who the terminal is, whoever has switched it.
func segments(t *testing.T, d driver) {
	w := adopted(t)
	s := enter(t, d, w)
	s.Type("guise use prod\r")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("prod: Admin")
	s.Type("\r") // some shells draw a prompt before they know it
	s.See("<prod" + leftOf[d.segment] + ">ready")
	s.Type(strings.NewReplacer("NAME", "AWS_PROFILE", "VALUE", d.dialect().Quote("by hand")).Replace(d.set) + "\r")
	s.Type("\r")
	s.See("<by hand>ready")
	s.Type(strings.NewReplacer("NAME", "AWS_DEFAULT_PROFILE", "VALUE", d.dialect().Quote("dev")).Replace(d.set) + "\r")
	s.Type("\r")
	s.See("<by hand" + map[bool]string{false: "!dev"}[d.segment == nameOnly] + ">ready")
	s.Type("guise off\r")
	s.See("off; ")
	s.Type("\r")
	s.See("<>ready")
}

// leases: at the first prompt after a lease is over the terminal leaves the profile; a shell
// without a prompt hook says that it does not.
func leases(t *testing.T, d driver) {
	w := adopted(t, "\n[profile leased]\nrole_arn = arn:aws:iam::333333333333:role/Deploy\nsource_profile = ci\nregion = eu-west-1\nguise_lease = 1h\nguise_color = red\n")
	s := enter(t, d, w, "AWS_PROFILE=dev")
	if d.notice == atUse {
		s.run("guise use --no-login leased", "this shell has no prompt hook: the lease of 1h is not enforced")
		return
	}
	s.run("guise use --no-login leased", "this terminal leaves leased in 1h")
	s.run("")
	if now := s.profile(); now != "leased" {
		t.Errorf("before its end: %s", now)
	}
	s.Type(strings.NewReplacer("NAME", "GUISE_LEASE", "VALUE", d.dialect().Quote("1000000000:leased")).Replace(d.set) + "\r")
	s.See("guise: the lease of leased is over; the profile is dev again")
	s.run("")
	if now := s.profile(); now != "dev" {
		t.Errorf("after its end: %s", now)
	}
	s.run("guise off", "nothing to undo")
}

// completes: the TAB key puts a name in as one word, and it is the argument.
func completes(t *testing.T, d driver) {
	if d.completion == none {
		return
	}
	w := adopted(t, harmfulProfiles())
	s := enter(t, d, w)
	for _, c := range []struct{ begun, name, shown string }{
		{"au", "audit", "dit"}, {"ze", harmfulWord, "pwned2"}, {"ya", harmfulWords, "pwned6"},
	} {
		if d.completion == plainNames && c.name != "audit" {
			s.Type("guise use --no-login " + c.begun + "\t\t\x03") // nothing fits
			s.See("(?s)<.*>ready")
			continue
		}
		s.Type("guise use --no-login " + c.begun + "\t")
		s.See(c.shown)
		s.Type(d.accept + "\r")
		s.See(": .*, \\d{12}")
		if now := s.profile(); now != c.name {
			t.Errorf("%s was completed to %s, want %s", c.begun, now, c.name)
		}
	}
	s.nothingRan()
}

// demos: the demo opens the shell, with the hook and the segment.
func demos(t *testing.T, d driver) {
	w := newWorld(t)
	path, _ := awsenv.Env(w.env).Get("PATH")
	s := w.open([]string{"PATH=" + path + ":" + filepath.Dir(d.find(t))}, "guise", "demo", "--shell", d.name)
	s.See("demo ")
	s.Type("guise use --no-login dev\r")
	s.See("dev: ")
	s.See(`dev\S*\)? demo `)
	s.Type("exit\r")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}
