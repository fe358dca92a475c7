package ask

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guise/internal/printable"
)

// FuzzRequest: whatever is in the file of a pending request, only one that bears
// the file's name is a request, and it is shown in one line that moves no cursor.
func FuzzRequest(f *testing.F) {
	const good = `{"id":"abc","kind":"code","asker":{"program":"terraform","pid":7,"dir":"/x"},"profile":"prod","mfa_serial":"arn:aws:iam::111111111111:mfa/me","since":"2026-01-02T03:04:05Z","answer":"guise mfa"}`
	for _, body := range []string{
		good, strings.Replace(good, "prod", `\u001b]0;x\u0007`, 1), strings.Replace(good, "terraform", `\u202egnp\n[sudo] password:`, 1), strings.Replace(good, "abc", "../abc", 1), "null", "[]", "{}", "",
	} {
		f.Add("7\nline\n" + body + "\n")
	}
	f.Add(good)
	f.Add("\n\n\n")
	f.Fuzz(func(t *testing.T, data string) {
		q, ok := parse([]byte(data), "abc")
		if !ok {
			return
		}
		if line := q.Line(); q.ID != "abc" || !printable.Text(line) || !utf8.ValidString(line) || !strings.HasPrefix(line, "guise: ") {
			t.Fatalf("%q: %q", data, line)
		}
		if strings.Count(data, "\n") < 3 {
			t.Fatalf("half of a request is taken: %q", data)
		}
	})
}
