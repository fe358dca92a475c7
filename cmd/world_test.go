package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/loopback"
	"guise/internal/printable"
	"guise/internal/process"
)

// TestStablePath: the path on PATH that leads to the running file, by which an upgrade
// leaves it; not one that is relative, or leads to another program.
func TestStablePath(t *testing.T) {
	dir := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	var failed error
	for _, folder := range []string{"cellar", "bin", "other", "renamed"} {
		failed = errors.Join(failed, os.Mkdir(at(folder), 0o700))
	}
	self := at("cellar", "guise-1.2")
	failed = errors.Join(failed, os.WriteFile(self, nil, 0o700), os.Symlink(self, at("bin", "guise")), os.WriteFile(at("other", "guise"), nil, 0o700), os.Symlink(self, at("renamed", "guise-1.2")))
	if failed != nil {
		t.Fatal(failed)
	}
	t.Chdir(dir)
	running := func() (string, error) { return self, nil }
	for _, c := range []struct {
		arg0 string
		path []string
		want string
	}{
		{"guise", nil, self},
		{"guise", []string{at("other"), at("bin")}, at("bin", "guise")},
		{"guise", []string{"bin", at("none")}, self},
		{at("bin", "guise"), []string{at("renamed")}, at("bin", "guise")},
		{"bin/guise", []string{at("renamed")}, at("renamed", "guise-1.2")},
		{self, nil, self},
	} {
		if got, err := process.StablePath(c.arg0, strings.Join(c.path, string(filepath.ListSeparator)), running); err != nil || got != c.want {
			t.Errorf("%s on %q: %s, %v, want %s", c.arg0, c.path, got, err, c.want)
		}
	}
	// What go run builds is gone when it ends; a link to it that is on PATH counts (the demo).
	built := at("go-build123/b001/exe/guise")
	if err := os.MkdirAll(filepath.Dir(built), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(built, []byte("x"), 0o700); err != nil {
		t.Fatal(err)
	}
	running = func() (string, error) { return built, nil }
	if got, err := process.StablePath(built, at("bin"), running); !errors.Is(err, process.ErrTemporary) {
		t.Errorf("%q, %v", got, err)
	}
	link := at("linked/guise")
	if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o700), os.Symlink(built, link)); err != nil {
		t.Fatal(err)
	}
	if got, err := process.StablePath(built, at("linked"), running); got != link || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	broken := errors.New("broken")
	if _, err := process.StablePath("guise", at("bin"), func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := process.StablePath("guise", at("bin"), func() (string, error) { return at("gone"), nil }); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestAgo: hours for two days, then the day.
func TestAgo(t *testing.T) {
	now := time.Date(2026, 1, 12, 3, 4, 5, 0, time.Local)
	for since, want := range map[time.Duration]string{0: "0s ago", 90 * time.Minute: "1h30m ago", -time.Hour: "0s ago", 47 * time.Hour: "47h ago", 48 * time.Hour: "10 Jan"} {
		if got := printable.Ago(now.Add(-since), now); got != want {
			t.Errorf("%s: %q, want %q", since, got, want)
		}
	}
	if got := printable.Ago(time.Time{}, now); got != "" {
		t.Errorf("never: %q", got)
	}
}

// TestClockOff: which way the clock is off.
func TestClockOff(t *testing.T) {
	for skew, want := range map[time.Duration]string{90 * time.Second: "1m30s behind AWS's", -6 * time.Minute: "6m0s ahead of AWS's"} {
		if got := awsapi.ClockOff(skew); got != "this computer's clock is "+want+": set it" {
			t.Error(got)
		}
	}
}

// TestDemoSaysHowMany: the help of the demo has the number of its profiles.
func TestDemoSaysHowMany(t *testing.T) {
	_, config := loopback.DemoWorld(time.Now)
	path := filepath.Join(t.TempDir(), "config")
	for name, text := range map[string]string{path: config.ConfigFile, path + ".credentials": config.CredentialsFile} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := awsconfig.Read(path, path+".credentials")
	if err != nil {
		t.Fatal(err)
	}
	w, out, _ := here(t, nil, "demo", "--help")
	if n := fmt.Sprintf("with %d managed profiles", len(files.Profiles())); Main(w) != exitDone || !strings.Contains(out.String(), n) {
		t.Errorf("it does not say %q:\n%s", n, out)
	}
}
