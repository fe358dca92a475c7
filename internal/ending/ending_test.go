package ending

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/files"
	"guise/internal/printable"
	"guise/session"
)

func notices(t *testing.T, now *time.Time) Notices {
	t.Helper()
	return Notices{Folders: []files.Folder{{Root: t.TempDir(), Below: "guise/waiting"}}, Now: func() time.Time { return *now }}
}

func (n Notices) names(t *testing.T) (names []string) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(n.Folders[0].Path(), "*"))
	for _, path := range found {
		names = append(names, strings.ReplaceAll(filepath.Base(path), session.Chain{corp}.Key()[:32], "corp"))
	}
	return names
}

var corp = session.Link{Kind: session.SSOToken, Session: "corp", StartURL: "https://corp.awsapps.com/start", Profile: "dev"}

const quarter = 15 * time.Minute

// TestNotice: a notice is told once for each sign-in, from the moment on that it is due until
// the end, with the time that is left then.
func TestNotice(t *testing.T) {
	began := time.Unix(1767351000, 0)
	now := began
	n := notices(t, &now)
	end := began.Add(8 * time.Hour)
	n.Ends(corp, began, end.Add(-quarter), end)
	if got := n.names(t); fmt.Sprint(got) != "[ends-corp-1767351000-1767378900]" {
		t.Fatal(got)
	}
	path := n.paths(prefix)[0]
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || !info.ModTime().Equal(end.Add(-quarter)) {
		t.Errorf("%v, %v", info, err)
	}
	want := "@1767378900 1767379800\nguise: the SSO session corp ends in about\nhint: guise sso login corp\n"
	if data, _ := os.ReadFile(path); string(data) != want {
		t.Errorf("%q", data)
	}
	tells := func(after time.Duration, want string) {
		t.Helper()
		now = began.Add(after)
		if got := strings.Join(n.Tell(), "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	tells(7*time.Hour, "")
	tells(7*time.Hour+50*time.Minute, "guise: the SSO session corp ends in about 10m: guise sso login corp")
	tells(7*time.Hour+51*time.Minute, "")
	if got := strings.Join(n.Show(), "; "); got != "guise: the SSO session corp ends in about 9m; hint: guise sso login corp" {
		t.Errorf("at a prompt: %q", got)
	}
	if got := n.Show(); len(got) > 0 {
		t.Errorf("shown again: %q", got)
	}
	_ = os.Remove(path[:strings.LastIndexByte(path, '-')] + shown)

	// Its end turns out to be later: the same sign-in.
	end = end.Add(time.Hour)
	n.Ends(corp, began, end.Add(-quarter), end)
	if got := n.names(t); fmt.Sprint(got) != "[ends-corp-1767351000-1767382500 ends-corp-1767351000.told]" {
		t.Error(got)
	}
	tells(8*time.Hour+50*time.Minute, "")
	n.Unknown(corp)
	if got := n.names(t); fmt.Sprint(got) != "[ends-corp-1767351000.told]" {
		t.Error(got)
	}

	// Another sign-in is another notice; after its end nobody is told of it.
	began = end
	end = began.Add(time.Hour)
	n.Ends(corp, began, end.Add(-quarter), end)
	if got := n.names(t); len(got) != 1 {
		t.Error(got)
	}
	tells(time.Hour, "")
	n.Over(corp)
	if got := n.names(t); len(got) > 0 {
		t.Error(got)
	}
}

// TestOneTells: of many processes one tells.
func TestOneTells(t *testing.T) {
	now := time.Now()
	n := notices(t, &now)
	n.Ends(corp, now.Add(-time.Hour), now.Add(-time.Minute), now.Add(time.Minute))
	other := corp
	other.Session = "other" // has its own
	n.Ends(other, now.Add(-time.Hour), now.Add(-time.Minute), now.Add(time.Minute))
	var mu sync.Mutex
	var told []string
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			lines := n.Tell()
			mu.Lock()
			defer mu.Unlock()
			told = append(told, lines...)
		})
	}
	all.Wait()
	if len(told) != 2 || told[0] == told[1] {
		t.Errorf("%q", told)
	}
}

// TestHostileNames: a name is data, in the file and in the line.
func TestHostileNames(t *testing.T) {
	now := time.Now()
	for _, l := range []session.Link{
		{Kind: session.SSOToken, Session: "a\nhint: rm -rf ~\x1b]0;x\x07$(touch pwned)`touch pwned`'\": guise x", StartURL: "u"},
		{Kind: session.SSOToken, StartURL: "https://x\n@1 2\u202e", Profile: "$(touch pwned) \x9b"},
	} {
		n := notices(t, &now)
		n.Ends(l, now.Add(-time.Hour), now.Add(-time.Minute), now.Add(time.Minute))
		data, err := os.ReadFile(n.paths(prefix)[0])
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[2], "hint: guise ") || !printable.Text(lines[1]) || !printable.Text(lines[2]) {
			t.Errorf("%q", data)
		}
		if got := n.Tell(); len(got) != 1 || !printable.Text(got[0]) {
			t.Errorf("%q", got)
		}
	}
}

// TestNoNotice: what is in the folder and is no notice of ours is none, and stays; where
// there is no folder of ours nobody is told, and nothing fails.
func TestNoNotice(t *testing.T) {
	now := time.Now()
	n := notices(t, &now)
	if len(n.Tell()) > 0 {
		t.Error("there is no folder")
	}
	dir, err := files.MakeFirst(n.Folders)
	if err != nil {
		t.Fatal(err)
	}
	good := "@1 9999999999\nguise: a\nhint: b\n"
	for name, text := range map[string]string{"0123": good, "ends-": "", "ends-1": "@1\na\nb", "ends-2": "1 9999999999\na\nb\n", "ends-3": "@1 9999999999\na"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// That others may read is no secret, and none of guise's; whatever the umask is here.
	theirs := filepath.Join(dir, "ends-4")
	if err := errors.Join(os.WriteFile(theirs, []byte(good), 0o644), os.Chmod(theirs, 0o644)); err != nil {
		t.Fatal(err)
	}
	if got := n.Tell(); len(got) > 0 {
		t.Errorf("%q", got)
	}
	n.Ends(corp, now, now, now.Add(time.Minute))
	n.Over(corp)
	if got := n.names(t); len(got) != 6 {
		t.Error(got)
	}
	file := filepath.Join(dir, "0123")
	nowhere := Notices{Folders: []files.Folder{{Root: file, Below: "guise"}}, Now: n.Now}
	nowhere.Ends(corp, now, now, now.Add(time.Minute))
	nowhere.Unknown(corp)
	nowhere.Over(corp)
}
