package profiles

import (
	"strings"
	"testing"
	"time"

	"guise/internal/settings"
)

// TestCurrent: the terminal's region wins over the profile's; a profile that cannot have
// a session is active all the same.
func TestCurrent(t *testing.T) {
	f := read(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		profile string
		env     map[string]string
		left    time.Duration
		want    Current
		line    string
	}{
		{"user", nil, 0, Current{Profile: "user", Account: "111111111111", Region: "eu-west-1"}, "user 111111111111 - eu-west-1 none"},
		{"user", map[string]string{"AWS_DEFAULT_REGION": "b"}, 0, Current{Profile: "user", Account: "111111111111", Region: "b"}, "user 111111111111 - b none"},
		{
			"admin",
			map[string]string{"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"},
			90 * time.Second,
			Current{Profile: "admin", Account: "222222222222", Role: "Admin", Region: "a", Expires: "2026-01-02T03:05:35Z", Left: 90},
			"admin 222222222222 Admin a 2m left",
		},
		{"lost", nil, 0, Current{Profile: "lost"}, "lost - - - none"},
		{"lost", map[string]string{"AWS_PROFILE": "lost", "AWS_DEFAULT_PROFILE": "b"}, 0, Current{Profile: "lost", Other: "b"}, "lost!b - - - none"},
		{"lost", map[string]string{"AWS_PROFILE": "lost", "AWS_DEFAULT_PROFILE": "lost"}, 0, Current{Profile: "lost"}, "lost - - - none"},
	} {
		var ends time.Time
		if c.left > 0 {
			ends = now.Add(c.left)
		}
		got := NewCurrent(planned(t, f, c.profile), ends, now, func(name string) string { return c.env[name] })
		var values []string
		for i, line := range got.Lines() {
			label, value, _ := strings.Cut(line, " ")
			if label != []string{"profile", "account", "role", "region", "session"}[i] {
				t.Errorf("%q", line)
			}
			values = append(values, strings.TrimSpace(value))
		}
		if got != c.want || strings.Join(values, " ") != c.line {
			t.Errorf("%+v, %q, want %+v", got, values, c.want)
		}
	}
}

// TestFill: the prompt's template, with what a name may hold made safe.
func TestFill(t *testing.T) {
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := Current{Profile: "prod\x1b[2J", Account: "1", Role: "r\x1b", Region: "x", Expires: end.Format(time.RFC3339), Left: 90}
	if got := c.Fill("{profile}|{account}|{role}|{region}|{left}|{until}|{other}"); strings.Contains(got, "\x1b") || !strings.HasPrefix(got, "prod") || !strings.HasSuffix(got, "|x|2m|"+end.Local().Format("15:04")+"|{other}") {
		t.Errorf("%q", got)
	}
	if got := (Current{Profile: "p", Other: "o\x1b", Expires: end.Format(time.RFC3339), Left: 90}).Fill("{profile} {left}"); !strings.HasPrefix(got, "p!o") || strings.ContainsAny(got, "\x1b2") {
		t.Errorf("%q", got)
	}
	if got := (Current{Profile: "p"}).Fill("{profile} {left}{until}"); got != "p " {
		t.Errorf("%q", got)
	}
}

// TestPromptFields: what the settings allow in a template is filled in.
func TestPromptFields(t *testing.T) {
	for _, field := range settings.PromptFields() {
		if got := (Current{}).Fill("<{" + field + "}>"); got != "<>" {
			t.Errorf("%s: %q", field, got)
		}
	}
}
