package accesslog

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/files"
	"guise/internal/need"
	"guise/internal/secret"
	"guise/session"
)

// shows is what a view of a log shows, and says beside it.
func shows(t *testing.T, v View, name func([]string) (string, error)) (shown, said string, err error) {
	t.Helper()
	v.Write = func(text string) error { shown += text; return nil }
	v.Say = func(line string) { said += line + "\n" }
	err = v.Show(t.Context(), name)
	return shown, said, err
}

func entries(t *testing.T, all ...Entry) string {
	t.Helper()
	path := Path(t.TempDir())
	var text []byte
	for _, e := range all {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		text = append(append(text, line...), '\n')
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestShow: the lines of one profile, with those that narrow it, from a time on, as a table
// or as they are.
func TestShow(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	path := entries(
		t,
		Entry{Time: at, Profile: "prod", Result: Renewed, Program: "aws", PID: 1, Folder: "/home/ana", Role: "Admin"},
		Entry{Time: at.Add(time.Minute), Profile: "prod@read-only", Of: "prod", Narrowed: "ReadOnlyAccess", Result: Served, Role: "Admin", Folder: "/home/ana/x"},
		Entry{Time: at.Add(2 * time.Minute), Profile: "dev", Result: Refused, Program: "\x1b[2J", Narrowed: "x"},
	)
	show := func(v View, name func([]string) (string, error)) []string {
		t.Helper()
		v.Path, v.Home = path, "/home/ana"
		shown, said, err := shows(t, v, name)
		if said != "" || err != nil {
			t.Errorf("%q, %v", said, err)
		}
		return strings.Split(strings.TrimSuffix(shown, "\n"), "\n")
	}
	all := show(View{}, nil)
	if len(all) != 4 || !strings.HasPrefix(all[0], "TIME ") {
		t.Fatalf("%q", all)
	}
	if f := strings.Fields(all[1]); !slices.Equal(f[2:], []string{"prod", "renewed", "aws", "1", "~", "-", "Admin", "-"}) {
		t.Errorf("%q", f)
	}
	if !strings.Contains(all[2], "~/x") || !strings.Contains(all[2], "Admin (narrowed)") || strings.Contains(all[1], "narrowed") {
		t.Errorf("%q", all[1:3])
	}
	if pid := strings.Index(all[0], "PID"); all[2][pid:pid+1] != "-" {
		t.Errorf("a number of no process: %q", all[2])
	}
	if strings.Contains(all[3], "\x1b") || !strings.Contains(all[3], "(narrowed)") {
		t.Errorf("%q", all[3])
	}
	var logged []string
	prod := show(View{}, func(names []string) (string, error) { logged = names; return "prod", nil })
	if len(prod) != 3 || !slices.Equal(logged, []string{"prod", "prod@read-only", "dev"}) {
		t.Errorf("%q, %q", prod, logged)
	}
	if late := show(View{Since: at.Add(2 * time.Minute)}, nil); len(late) != 2 || !strings.Contains(late[1], "dev") {
		t.Errorf("%q", late)
	}
	lines := show(View{JSON: true, Profile: "dev"}, nil)
	var e Entry
	if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &e) != nil || e.Profile != "dev" || e.Program != "\x1b[2J" || strings.Contains(lines[0], "\x1b") {
		t.Errorf("%q", lines)
	}
	wrong := errors.New("no such profile")
	if _, _, err := shows(t, View{Path: path}, func([]string) (string, error) { return "", wrong }); !errors.Is(err, wrong) {
		t.Error(err)
	}
	v := View{Path: path, Follow: true, Write: func(string) error { return wrong }, Say: func(string) {}}
	if err := v.Show(t.Context(), nil); !errors.Is(err, wrong) {
		t.Error(err)
	}
}

// TestNone: that nothing is shown is said, with why, and with what it would take.
func TestNone(t *testing.T) {
	path := entries(t, Entry{Time: time.Unix(1, 0), Profile: "dev", Result: Served}, Entry{Time: time.Unix(2, 0), Profile: "dev", Result: Served})
	since := time.Date(2026, 11, 22, 6, 0, 0, 0, time.Local)
	for _, c := range []struct {
		v    View
		want string
	}{
		{View{Level: Asked}, "no request for prod is in the log\nanswers from the cache are not logged; log = \"all\" in config.toml adds them\n"},
		{View{Level: All, Since: since}, "no request for prod since 2026-11-22 06:00:00 is in the log\n"},
		{View{Level: Off, From: "GUISE_LOG"}, "no request for prod is in the log\nnothing is logged: log = off, from GUISE_LOG\n"},
	} {
		c.v.Path, c.v.Profile = path, "prod"
		if shown, said, err := shows(t, c.v, nil); shown != "" || said != c.want || err != nil {
			t.Errorf("%q, %q, %v", shown, said, err)
		}
	}
	if shown, said, err := shows(t, View{Path: path + ".gone", Level: All}, nil); shown != "" || said != "no request is in the log\n" || err != nil {
		t.Errorf("%q, %q, %v", shown, said, err)
	}
	if shown, said, err := shows(t, View{Path: path, Profile: "prod", JSON: true}, nil); shown+said != "" || err != nil {
		t.Errorf("%q, %q, %v", shown, said, err)
	}
}

// TestDamaged: lines that cannot be read are counted, and what cannot be read at all is an
// error.
func TestDamaged(t *testing.T) {
	path := entries(t, Entry{Time: time.Unix(1, 0), Profile: "dev", Result: Served})
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString("{\"tor\n\n")
	_ = f.Close()
	if shown, said, err := shows(t, View{Path: path}, nil); !strings.Contains(shown, "dev") || said != "1 line of the log cannot be read, and not shown\n" || err != nil {
		t.Errorf("%q, %q, %v", shown, said, err)
	}
	folder := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := shows(t, View{Path: folder}, nil); !errors.As(err, new(*fs.PathError)) {
		t.Error(err)
	}
}

// following shows a log that is followed, until stop; what was shown is in all.
type following struct {
	shown chan string
	all   string
	ended chan error
	stop  context.CancelFunc
}

func follow(t *testing.T, v View) *following {
	t.Helper()
	f := &following{shown: make(chan string, 100), ended: make(chan error, 1)}
	v.Follow, v.Say = true, func(string) {}
	v.Write = func(text string) error { f.shown <- text; return nil }
	ctx, stop := context.WithCancel(t.Context())
	f.stop = stop
	go func() { f.ended <- v.Show(ctx, nil) }()
	return f
}

func (f *following) sees(t *testing.T, what string) {
	t.Helper()
	await.That(t, what+" is shown", func() bool {
		select {
		case text := <-f.shown:
			f.all += text
		default:
		}
		return strings.Contains(f.all, what)
	})
}

// TestFollowWide: a log that has short lines at first leaves room for longer ones.
func TestFollowWide(t *testing.T) {
	path := entries(t, Entry{Time: time.Unix(1, 0), Profile: "dev", Result: Served})
	f := follow(t, View{Path: path})
	f.sees(t, "dev")
	l := Log{Path: path, Level: All, Now: time.Now, Caller: func() (string, int, string) { return "terraform", 1234567, "/src" }, Say: func(string) {}}
	l.Note(Answer{Profile: "staging", Credentials: session.Credentials{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: secret.New("x"), Obtained: session.Renewed}})
	f.sees(t, "ASIAIOSFODNN7EXAMPLE")
	f.stop()
	if err := <-f.ended; err != nil {
		t.Error(err)
	}
	lines := strings.Split(f.all, "\n")
	if at := strings.Index(lines[0], "ACCESS KEY"); at < 0 || strings.Index(lines[2], "ASIA") != at || strings.Count(f.all, "TIME ") != 1 {
		t.Errorf("%q", lines)
	}
}

// TestFollowJSON: lines are shown as they are, also where there were none at first; what
// cannot be read any more ends it.
func TestFollowJSON(t *testing.T) {
	path := Path(t.TempDir())
	f := follow(t, View{Path: path, JSON: true})
	if err := os.WriteFile(path, append(entry(1), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	f.sees(t, `"p1"`)
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := <-f.ended; !errors.As(err, new(*fs.PathError)) {
		t.Error(err)
	}
	f.stop()
	if strings.Contains(f.all, "TIME") {
		t.Errorf("%q", f.all)
	}
}

// TestReaderCloses: a reader leaves no file open, and has at most two open while it reads.
func TestReaderCloses(t *testing.T) {
	_, err := os.Stat("/proc/self/fd")
	need.That(t, err)
	dir := t.TempDir()
	opened := func() (n int) {
		all, _ := filepath.Glob("/proc/self/fd/*")
		for _, fd := range all {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, dir) {
				n++
			}
		}
		return n
	}
	path := filepath.Join(dir, "log.jsonl")
	r := Open(path)
	for i := range 5 {
		if err := os.WriteFile(path, append(entry(i), '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		if n := opened(); n > 2 {
			t.Errorf("%d files are open", n)
		}
	}
	r.Close()
	if n := opened(); n > 0 {
		t.Errorf("%d files are left open", n)
	}
	if lines, err := r.Next(); len(lines) != 1 || err != nil {
		t.Errorf("%v, %v: it does not begin at the beginning", lines, err)
	}
	r.Close()
	v := View{Path: path, Write: func(string) error { return nil }, Say: func(string) {}}
	if err := v.Show(t.Context(), nil); err != nil || opened() > 0 {
		t.Errorf("%v, %d files are left open", err, opened())
	}
}

// TestEmptiedWithin: a log that is emptied in the middle of a line is read from its
// beginning.
func TestEmptiedWithin(t *testing.T) {
	path := Path(t.TempDir())
	if err := os.WriteFile(path, append(append(entry(1), '\n'), entry(2)[:20]...), 0o600); err != nil {
		t.Fatal(err)
	}
	r := Open(path)
	defer r.Close()
	if got := profilesOf(t, r); got != "p1" {
		t.Error(got)
	}
	if err := os.WriteFile(path, append(entry(3), '\n')[:len(entry(3))+1], 0o600); err != nil {
		t.Fatal(err)
	}
	if got := profilesOf(t, r); got != "p3" || r.Damaged > 0 {
		t.Errorf("%q, %d damaged", got, r.Damaged)
	}
}

// TestAccount: the account and role of an entry are those that the chain leads to, or else
// what AWS has said.
func TestAccount(t *testing.T) {
	role := session.Chain{{Kind: session.Keys}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::222222222222:role/Admin"}}
	for _, c := range []struct {
		chain         session.Chain
		got           session.Credentials
		account, role string
	}{
		{role, session.Credentials{ARN: "arn:aws:sts::333333333333:assumed-role/Other/x", AccountID: "444444444444"}, "222222222222", "Admin"},
		{session.Chain{{Kind: session.Keys}}, session.Credentials{AccountID: "444444444444"}, "444444444444", ""},
		{nil, session.Credentials{ARN: "arn:aws:sts::333333333333:assumed-role/Other/x"}, "333333333333", "Other"},
	} {
		l, _ := logIn(t, All)
		l.Note(Answer{Chain: c.chain, Credentials: c.got})
		if e := logged(t, l)[0]; e.Account != c.account || e.Role != c.role {
			t.Errorf("%+v: %+v", c, e)
		}
	}
	if got := short(strings.Repeat("x", longest)); len(got) != longest {
		t.Errorf("%d bytes", len(got))
	}
}

// TestSinceNow: the time from now is that of here, and none is none.
func TestSinceNow(t *testing.T) {
	now := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{"0s": now, "today": time.Date(now.Local().Year(), now.Local().Month(), now.Local().Day(), 0, 0, 0, 0, time.Local)} {
		if got, err := Since(text, now); err != nil || !got.Equal(want) || got.Location() != time.Local {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// TestFollowFromNothing: a log that is empty at first is a table from its first line on, with
// one heading; what cannot be written ends it.
func TestFollowFromNothing(t *testing.T) {
	path := Path(t.TempDir())
	said, shown := make(chan string, 10), make(chan string, 10)
	wrong := errors.New("the pipe is closed")
	v := View{
		Path: path, Follow: true, Level: All, Say: func(line string) { said <- line },
		Write: func(text string) error {
			shown <- text
			if strings.Contains(text, "p3") {
				return wrong
			}
			return nil
		},
	}
	ended := make(chan error, 1)
	go func() { ended <- v.Show(t.Context(), nil) }()
	if line := <-said; line != "no request is in the log" {
		t.Error(line)
	}
	all := ""
	for i := 1; i <= 3; i++ {
		if err := files.Append(path, entry(i), 1<<20); err != nil {
			t.Fatal(err)
		}
		for !strings.Contains(all, "p"+string(rune('0'+i))) {
			all += <-shown
		}
	}
	if err := <-ended; !errors.Is(err, wrong) {
		t.Error(err)
	}
	if strings.Count(all, "TIME ") != 1 || !strings.HasPrefix(all, "TIME ") || len(strings.Split(strings.TrimSpace(all), "\n")) != 4 {
		t.Errorf("%q", all)
	}
	if len(said) > 0 {
		t.Errorf("said again: %s", <-said)
	}
	twice := []Line{{Entry: Entry{Profile: "a"}}, {Entry: Entry{Profile: "b"}}, {Entry: Entry{Profile: "a"}}}
	if got := profiles(twice); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
}
