package accesslog

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/display"
	"guise/internal/files"
)

// TestLogged: the names of all profiles, each once, whatever they and other fields hold.
func TestLogged(t *testing.T) {
	l, _ := logIn(t, All)
	want := []string{"a", `"profile":"x"`, "b\\", "é ñ"}
	l.Caller = func() (string, int, string) { return `"profile":"none"`, 1, `/"profile":"none"` }
	for _, name := range append(want, want...) {
		l.Note(Answer{Profile: name})
	}
	if got := Logged(l.Path); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Logged(l.Path + ".none"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 4, 5, 0, time.Local)
	day := func(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, time.Local) }
	for text, want := range map[string]time.Time{
		"": {}, "today": day(22, 0, 0), "yesterday": day(21, 0, 0), "2026-11-20": day(20, 0, 0), "2026-11-20 08:30": day(20, 8, 30),
		"2026-11-20T08:30:00Z": time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC), "24h": now.Add(-24 * time.Hour), "90m": now.Add(-90 * time.Minute), "7d": now.AddDate(0, 0, -7),
	} {
		if got, err := Since(text, now); !got.Equal(want) || err != nil {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"soon", "-5h", "d", "-1d", "99999999d", "20261120", "2026-13-01"} {
		if got, err := Since(text, now); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestTableFits: the log fits the terminal, and says at any width when, who, what and how.
func TestTableFits(t *testing.T) {
	lines := []Line{
		{Entry: Entry{Time: time.Now(), Program: "terraform", PID: 424242, Folder: "/home/ana/src/infrastructure/production", Profile: "production-of-europe", Account: "222222222222", Role: "AdministratorAccess", AccessKeyID: "ASIAIOSFODNN7EXAMPLE", Result: Renewed}},
		{Entry: Entry{Time: time.Now(), Program: "\x1b[2Jevil", Folder: "/home/ana", Profile: "x", Result: Refused}},
	}
	for _, width := range []int{60, 80, 140} {
		text := display.Look{Width: width}.Table(Table(lines, "/home/ana"))
		t.Logf("%d:\n%s", width, text)
		for line := range strings.Lines(text) {
			if n := display.Width(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns: %q takes %d", width, line, n)
			}
		}
		for _, want := range []string{"TIME", "PROFILE", "RESULT", "PROGRAM", "renewed", "refused", "production-"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d columns: no %s:\n%s", width, want, text)
			}
		}
		if strings.Contains(text, "\x1b") || width == 140 && !strings.Contains(text, "~/src/infra") {
			t.Errorf("%q", text)
		}
	}
}

// TestFollow: what is logged later is shown below, in the same columns, also where the log
// was empty, and becomes the old one meanwhile.
func TestFollow(t *testing.T) {
	path := Path(t.TempDir())
	shown := make(chan string, 10)
	v := View{Path: path, Follow: true, Write: func(text string) error { shown <- text; return nil }, Say: func(string) {}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- v.Show(ctx, func([]string) (string, error) { return "p2", nil }) }()
	var got strings.Builder
	for _, most := range []int64{1, 1 << 20, 1} {
		for _, i := range []int{1, 2} {
			if err := files.Append(path, entry(i), most<<20); err != nil {
				t.Fatal(err)
			}
		}
		if most == 1 {
			_ = os.Rename(path, path+files.OldSuffix)
		}
		before := strings.Count(got.String(), "p2")
		await.That(t, "the new line is shown", func() bool {
			select {
			case text := <-shown:
				got.WriteString(text)
			default:
			}
			return strings.Count(got.String(), "p2") > before
		})
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	all := strings.Split(strings.TrimSpace(got.String()), "\n")
	if len(all) != 4 || !strings.HasPrefix(all[0], "TIME ") || strings.Contains(got.String(), "p1") {
		t.Fatalf("%q", got.String())
	}
	for _, line := range all[1:] {
		if strings.Index(line, "renewed") != strings.Index(all[0], "RESULT") {
			t.Errorf("%q does not stand under %q", line, all[0])
		}
	}
}
