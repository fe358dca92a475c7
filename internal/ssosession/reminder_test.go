package ssosession

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/configtest"
)

// synced is a config file in which acme was synced, and other was not.
const synced = twoSessions + "# guise sso sync \"acme\" begins: \"{{.AccountName}}.{{.RoleName}}\"\n# guise sso sync \"acme\" ends\n"

// TestReminder: of a session that was synced, and where somebody reads it, once a day.
func TestReminder(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	files, there := configtest.Files(t, synced), true
	if template, err := files.SyncTemplate("acme"); template == "" || err != nil {
		t.Fatal(template, err)
	}
	r := Reminder{Path: filepath.Join(t.TempDir(), "guise", "sso-sync.json"), After: 7 * aDay, Now: func() time.Time { return now }, There: func() bool { return there }}
	after := func(d time.Duration, want string) {
		t.Helper()
		now = now.Add(d)
		var lines []string
		for _, old := range r.Due(files, files.SSOSessions()...) {
			lines = append(lines, old.Line+" | "+old.Hint)
		}
		if got := strings.Join(lines, "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	unwritten := func(why string) {
		t.Helper()
		if _, err := os.Stat(r.Path); err == nil {
			t.Error("a note is written: " + why)
		}
	}
	r.Due(files, "other")
	unwritten("nothing was synced")
	there = false
	r.Due(files, files.SSOSessions()...)
	unwritten("nobody is there")
	there = true
	after(0, "") // when it was synced nobody knows
	after(6*aDay, "")
	there = false
	after(2*aDay, "")
	there = true
	after(0, "acme: last synced 2 Jan | guise sso sync acme")
	after(time.Hour, "")
	after(aDay, "acme: last synced 2 Jan | guise sso sync acme")
	r.Synced("acme")
	after(7*aDay, "")
	after(time.Hour, "acme: last synced 11 Jan | guise sso sync acme")
	r.After = 0
	after(2*aDay, "")
	r.After = 7 * aDay

	// A clock that was set back: nobody is reminded for years of what lies in the future.
	now = now.AddDate(-1, 0, 0)
	after(0, "")
	after(8*aDay, "acme: last synced 20 Jan | guise sso sync acme")
	if info, err := os.Stat(r.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, text := range []string{"nonsense", `{"version":2,"sessions":{"acme":{"synced":"2020-01-01T00:00:00Z"}}}`} {
		if err := os.WriteFile(r.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		after(30*aDay, "")
		if data, _ := os.ReadFile(r.Path); strings.Contains(text, "version") && string(data) != text {
			t.Errorf("a later version's note became %s", data)
		}
	}
}

// TestReminderOfMany: whether a sync is due is seen without taking a config file apart in
// which nothing was synced: each `guise list` looks.
func TestReminderOfMany(t *testing.T) {
	files := configtest.Files(t, twoSessions+strings.Repeat("[profile p]\nregion = eu-west-1\n", 5000))
	r := Reminder{Path: filepath.Join(t.TempDir(), "sso-sync.json"), After: 7 * aDay, Now: time.Now, There: func() bool { return true }}
	sessions := files.SSOSessions()
	if n := testing.AllocsPerRun(3, func() { r.Due(files, sessions...) }); n > 30 {
		t.Errorf("%.0f allocations", n)
	}
}
