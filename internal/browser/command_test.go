//go:build unix

package browser

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/standin"
)

// at is a system of its own: a home, and programs on its PATH that do nothing.
func at(t *testing.T, system string, env map[string]string, programs ...string) Browser {
	t.Helper()
	root := t.TempDir()
	bin := filepath.Join(root, "bin")
	for _, name := range programs {
		install(t, filepath.Join(bin, name), "")
	}
	t.Setenv("PATH", bin)
	if env == nil {
		env = map[string]string{}
	}
	env["HOME"] = filepath.Join(root, "home")
	return Browser{
		Getenv: func(name string) string { return strings.ReplaceAll(env[name], "ROOT", root) }, Environ: os.Environ,
		system: system, root: root,
	}
}

// install writes a program.
func install(t *testing.T, path, script string) {
	t.Helper()
	standin.Program(t, path, "#!/bin/sh\n"+script)
}

// TestCommand: what a user writes, and the words that the browser is started with.
func TestCommand(t *testing.T) {
	const url = "http://127.0.0.1:1/x"
	b := at(t, "linux", nil, "mine", "my browser", "google-chrome", "firefox", "chromium")
	bin := filepath.Join(b.root, "bin")
	hostile := "`$(touch x)`y`'\";& {url} %s"
	for _, c := range []struct {
		written, profile, place string
		want                    []string // of a program in bin by its path; nil: a refusal
		why                     string
	}{
		{"mine", "prod", "", []string{"mine", url}, ""},
		{"mine --new-window", "prod", "", []string{"mine", "--new-window", url}, ""},
		{"mine %s --new-window", "prod", "", []string{"mine", url, "--new-window"}, ""},
		{"mine --in={profile} --at={url}", "prod", "", []string{"mine", "--in=prod", "--at=" + url}, ""},
		{"mine {profile}", "prod", "", []string{"mine", "prod", url}, ""},
		{`mine -P "My Work" '{url}'`, "prod", "", []string{"mine", "-P", "My Work", url}, ""},
		{`mine it\'s a\ b ""`, "prod", "", []string{"mine", "it's", "a b", "", url}, ""},
		{filepath.Join(bin, "my browser"), "prod", "", []string{filepath.Join(bin, "my browser"), url}, ""},
		{`"` + filepath.Join(bin, "my browser") + `" --in {profile}`, "prod", "", []string{filepath.Join(bin, "my browser"), "--in", "prod", url}, ""},
		{"mine --in={profile} {url}", hostile, "", []string{"mine", "--in=" + hostile, url}, ""},
		{"mine {profile} {url}", hostile, "", []string{"mine", hostile, url}, ""},
		{"mine --in={profile} {url}", "-x", "", []string{"mine", "--in=-x", url}, ""},
		{"mine {profile} {url}", "-x", "", nil, "would be an option"},
		{"mine {profile}x {url}", "--load-extension=/tmp/", "", nil, "would be an option"},
		{`mine "half`, "prod", "", nil, "a quote is not closed"},
		{"   ", "prod", "", nil, "names no program"},
		{"nowhere {url}", "prod", "", nil, "there is no program nowhere"},
		{"crome:Work", "prod", "", nil, "there is no program crome:Work"},

		{"chrome", "prod", "prod", []string{"/google-chrome", url}, ""},
		{"Chrome:Profile 2", "prod", "", []string{"/google-chrome", "--profile-directory=Profile 2", "--no-first-run", url}, ""},
		{"chrome:{profile}", "prod", "", []string{"/google-chrome", "--profile-directory=prod", "--no-first-run", url}, ""},
		{"chrome:-x", "prod", "", []string{"/google-chrome", "--profile-directory=-x", "--no-first-run", url}, ""},
		{"chrome:../../etc", "prod", "", nil, "without a path"},
		{"chrome:{profile}", "a/b", "", nil, "without a path"},
		{"chrome:..", "prod", "", nil, "without a path"},
		{"firefox:Work", "prod", "", []string{"/firefox", "-P", "Work", url}, ""},
		{"firefox:-profile", "prod", "", nil, "cannot begin with -"},
		{"firefox:{profile}", "-x", "", nil, "cannot begin with -"},
		{"brave:Work", "prod", "", nil, "it is not installed"},

		{"firefox-containers", "prod", "prod", []string{"/firefox", "ext+container:name=prod&url=http%3A%2F%2F127.0.0.1%3A1%2Fx"}, ""},
		{"firefox-containers", "a&url=b c", "a&url=b c", []string{"/firefox", "ext+container:name=a%26url%3Db%20c&url=http%3A%2F%2F127.0.0.1%3A1%2Fx"}, ""},
		{"firefox-containers:Work", "prod", "", []string{"/firefox", "ext+container:name=Work&url=http%3A%2F%2F127.0.0.1%3A1%2Fx"}, ""},
		{"chromium-profiles", "prod", "a/b `x`", []string{"/chromium", "--profile-directory=guise-a_b__x_-939b1f71", "--no-first-run", url}, ""},
		{"chromium-profiles", "prod", "", []string{"/chromium", url}, ""},
		{"firefox-containers", "prod", "", []string{"/firefox", url}, ""},
		{"firefox-profiles", "prod", "prod", nil, "there is no program firefox-profiles"},
		{"chrome-containers", "prod", "prod", nil, "there is no program chrome-containers"},
	} {
		b.Command, b.Profile, b.Place = c.written, c.profile, c.place
		got, err := b.Words(url)
		refused, ok := errors.AsType[*CommandError](err)
		for i := range c.want {
			if i == 0 && strings.HasPrefix(c.want[0], "/") && !strings.HasPrefix(c.want[0], bin) {
				c.want[0] = bin + c.want[0]
			}
		}
		if !slices.Equal(got, c.want) || ok != (c.want == nil) || ok && (refused.Command != c.written || !strings.Contains(refused.Why, c.why)) {
			t.Errorf("%s as %s:\ngot  %q, %v\nwant %q, %s", c.written, c.profile, got, err, c.want, c.why)
		}
	}
}

// TestOwnFolder: what is called differently has a profile of the browser of its own, also
// where files are found by either case.
func TestOwnFolder(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		b, folders := at(t, system, nil), map[string]string{}
		for _, place := range []string{"acme", "Acme", "acme-admin", "a b", "a_b", "a/b", "a+b", "ä", "ö", "..", "__"} {
			b.Place = place
			folder := b.ownFolder()
			same := folder
			if system != "linux" {
				same = strings.ToLower(folder)
			}
			if other, taken := folders[same]; taken || folderName(folder) != folder {
				t.Errorf("%s: %q is in %s, as is %q", system, place, folder, other)
			}
			folders[same] = place
		}
		if b.Place = "acme-admin"; b.ownFolder() != "acme-admin" {
			t.Errorf("%s: %s", system, b.ownFolder())
		}
	}
}

// TestBatch: on Windows cmd.exe reads the words of a batch file as commands.
func TestBatch(t *testing.T) {
	b := at(t, "windows", nil, "mine.bat")
	b.Command = `mine.bat --in={profile} c:\dir\x`
	for profile, ok := range map[string]bool{"prod": true, "a&calc": false, "%PATH%": false, "a b": false} {
		b.Profile = profile
		got, err := b.Words("http://127.0.0.1:1/x")
		if (err == nil) != ok || ok && got[2] != `c:\dir\x` {
			t.Errorf("%s: %q, %v", profile, got, err)
		}
	}
}

// TestProfileAsShown: a profile of Chrome's kin is found by the name that it shows, as by
// that of its folder.
func TestProfileAsShown(t *testing.T) {
	for system, data := range map[string]string{
		"linux": ".config/google-chrome", "darwin": "Library/Application Support/Google/Chrome", "windows": "AppData/Local/Google/Chrome/User Data",
	} {
		b := at(t, system, map[string]string{"LOCALAPPDATA": "ROOT/home/AppData/Local"}, "chrome")
		b.Command = "chrome:Work"
		folder := func(want string) {
			t.Helper()
			got, err := b.Words("http://127.0.0.1:1/x")
			if err != nil || len(got) != 4 || got[1] != "--profile-directory="+want {
				t.Errorf("%s: %q, %v", system, got, err)
			}
		}
		folder("Work") // nothing is known of it: Chrome makes it
		state := filepath.Join(b.Getenv("HOME"), data, "Local State")
		if err := os.MkdirAll(filepath.Dir(state), 0o700); err != nil {
			t.Fatal(err)
		}
		write := func(text string) {
			if err := os.WriteFile(state, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(`{"profile":{"info_cache":{"Default":{"name":"Ann"},"Profile 3":{"name":"Work"},"Profile 2":{"name":"work"}}}}`)
		folder("Profile 2")
		b.Command = "chrome:Profile 3"
		folder("Profile 3")
		b.Command = "chrome:Work"
		write(`{"profile":{"info_cache":{"../../x":{"name":"Work"}}}}`)
		if got, err := b.Words("http://127.0.0.1:1/x"); err == nil {
			t.Errorf("%q", got)
		}
		write(`not JSON`)
		folder("Work")
	}
}
