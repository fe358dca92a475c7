package source

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/need"
	"guise/session"
)

const mark = "hostile-mark"

// TestProcess: what a credential process prints, with each field holding what it may
// and what it may not.
func TestProcess(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	good := map[string]any{
		"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "wJalr/K7+=", "SessionToken": "IQoJ==", "Expiration": "2026-01-02T04:04:05Z", "AccountId": "111111111111",
	}
	read := func(change func(map[string]any)) error {
		fields := map[string]any{}
		for name, value := range good {
			fields[name] = value
		}
		change(fields)
		data, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Process(data, now)
		if err == nil && (got.AccessKeyID == "" || got.SecretAccessKey.Empty()) {
			t.Errorf("%s: no error and no credentials", data)
		}
		return err
	}
	if err := read(func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"SessionToken", "Expiration", "AccountId"} {
		if err := read(func(f map[string]any) { delete(f, field) }); err != nil {
			t.Errorf("without %s: %v", field, err)
		}
	}
	for field := range good {
		for _, value := range []any{
			mark + "\n[default]\ncredential_process = x", mark + "\r", mark + "\x1b[31m", mark + "\u009b", mark + "\u202e", mark + " ", mark + strings.Repeat("A", 1<<17), 5.5, true, []int{1}, map[string]int{"a": 1},
		} {
			err := read(func(f map[string]any) { f[field] = value })
			if err == nil || strings.Contains(err.Error(), mark) || field != "Version" && !strings.Contains(err.Error(), field) {
				t.Errorf("%s = %.60v: %v", field, value, err)
			}
		}
	}
	for _, field := range []string{"AccessKeyId", "SecretAccessKey", "Version"} {
		if err := read(func(f map[string]any) { delete(f, field) }); err == nil {
			t.Errorf("without %s: taken", field)
		}
	}
	for _, value := range []string{"$(touch${IFS}x)", `a'b"c\d`, "`id`"} { // legal elsewhere than at AWS
		if err := read(func(f map[string]any) { f["SecretAccessKey"] = value }); err != nil {
			t.Errorf("%s: %v", value, err)
		}
	}
	for _, body := range []string{"", " ", "null", "{}", "[]", "<html>", `{"Version":1,`, `"x"`} {
		if _, err := Process([]byte(body), now); err == nil {
			t.Errorf("%q: taken", body)
		}
	}
	far := map[string]string{"9999-12-31T00:00:00Z": "2026-01-03T15:04:05Z", "1970-01-01T00:00:00Z": "2026-01-01T03:04:05Z"}
	for given, want := range far {
		data, _ := json.Marshal(map[string]any{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": given})
		if got, err := Process(data, now); err != nil || got.Expires.Format(time.RFC3339) != want {
			t.Errorf("%s: %v, %v", given, got.Expires, err)
		}
	}
}

// TestRun: a command's output is bounded, and so is what its complaint may do to a
// terminal.
func TestRun(t *testing.T) {
	need.System(t, "linux", "darwin")
	got, err := Run(t.Context(), "printf 'a b'", os.Environ())
	if err != nil || string(got) != "a b" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Run(t.Context(), "head -c 3000000 /dev/zero", os.Environ()); err == nil || !strings.Contains(err.Error(), "more than 1 MiB") {
		t.Error(err)
	}
	if _, err := Run(t.Context(), `printf '\033]0;x\a' >&2; exit 3`, os.Environ()); err == nil || strings.ContainsAny(err.Error(), "\x1b\a") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%q", err)
	}
}

func TestWebToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	for text, ok := range map[string]bool{
		"eyJ.a.b\n": true, "": false, " \n": false, "a b": false, "a\nb": false, "a\x00": false, "<html>\n</html>": false, strings.Repeat("a", 1<<20): false,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := WebToken(path); (err == nil) != ok {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	for command, ok := range map[string]bool{
		`printf 'eyJ.a.b\n'`: true, `printf "$GUISE_PROFILE"`: true, "true": false, "echo a b": false, "exit 1": false, "printf 'a\\nb'": false, "head -c 70000 /dev/zero | tr '\\0' a": false,
	} {
		got, err := Sources{Getenv: os.Getenv, Environ: os.Environ}.Get(t.Context(), session.Link{Kind: session.WebToken, Profile: "p", Command: command}, session.BaseOptions{For: "p"})
		if (err == nil) != ok || ok == got.Bearer.Empty() || err != nil && !strings.HasPrefix(err.Error(), "its web_identity_token_process") {
			t.Errorf("%s: %v", command, err)
		}
	}
	if _, err := Environment("AKIA", "a\nb", ""); err == nil {
		t.Error("a secret of two lines")
	}
}
