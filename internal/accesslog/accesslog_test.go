package accesslog

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// refusedBy is a refusal of approval, say.
type refusedBy struct{}

func (refusedBy) Error() string { return "refused by Ana" }
func (refusedBy) Refused() bool { return true }

func logIn(t *testing.T, level string) (l *Log, said *[]string) {
	t.Helper()
	said = new([]string)
	return &Log{
		Path: Path(t.TempDir()), Level: level, Now: func() time.Time { return time.Date(2026, 11, 22, 7, 0, 0, 1234567, time.FixedZone("", 3600)) },
		Caller: func() (string, int, string) { return "terraform", 4242, "/home/ana/infra" },
		Say:    func(line string) { *said = append(*said, line) },
	}, said
}

func logged(t *testing.T, l *Log) (all []Entry) {
	t.Helper()
	data, err := os.ReadFile(l.Path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var e Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// TestResults: each outcome has its word, and what was plainly cached is logged at the level
// all alone.
func TestResults(t *testing.T) {
	got := func(how session.Obtained) session.Credentials {
		return session.Credentials{AccessKeyID: "ASIAEXAMPLE", Obtained: how}
	}
	denied := &session.StepError{Err: &session.APIError{Op: "AssumeRole", Code: "AccessDenied", Message: "no", RequestID: "id-1"}}
	for _, c := range []struct {
		name   string
		answer Answer
		want   Result
		level  string // from which on it is logged
	}{
		{"cached", Answer{Credentials: got(session.Cached)}, Served, All},
		{"another made it", Answer{Credentials: got(session.Served)}, Served, Asked},
		{"AWS gave it", Answer{Credentials: got(session.Renewed)}, Renewed, Asked},
		{"with a code", Answer{Credentials: got(session.Renewed), Asked: true}, ByUser, Asked},
		{"another had the code typed", Answer{Credentials: got(session.Cached), Asked: true}, ByUser, Asked},
		{"approved, from the cache", Answer{Credentials: got(session.Cached), Approved: true}, Approved, Asked},
		{"cancelled", Answer{Err: fmt.Errorf("prod: %w", session.ErrCancelled), Asked: true}, Refused, Asked},
		{"not approved", Answer{Err: fmt.Errorf("prod: %w", refusedBy{})}, Refused, Asked},
		{"denied", Answer{Err: denied}, Failed, Asked},
		{"nobody there", Answer{Err: session.ErrNoPerson}, Failed, Asked},
	} {
		for _, level := range []string{Off, Asked, All} {
			l, _ := logIn(t, level)
			l.Note(c.answer)
			entries := logged(t, l)
			if want := level == All || level == c.level; (len(entries) == 1) != want {
				t.Errorf("%s, at the level %s: %v", c.name, level, entries)
			}
			for _, e := range entries {
				if e.Result != c.want || (e.AccessKeyID == "") != (c.answer.Err != nil) {
					t.Errorf("%s: %+v", c.name, e)
				}
			}
		}
	}
	l, _ := logIn(t, Asked)
	l.Note(Answer{Err: denied})
	if e := logged(t, l)[0]; e.Error != "AccessDenied" || e.RequestID != "id-1" {
		t.Errorf("%+v", e)
	}
}

// TestEntry: a line says who asked for what, and no secret.
func TestEntry(t *testing.T) {
	chain := session.Chain{{Kind: session.Keys, AccessKeyID: "AKIAEXAMPLE"}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::222222222222:role/team/Admin"}}
	l, said := logIn(t, Asked)
	l.Note(Answer{Profile: "prod", Chain: chain, Credentials: session.Credentials{
		AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: secret.New("hush-key"), SessionToken: secret.New("hush-token"), Obtained: session.Renewed, RequestID: "id-2",
	}})
	want := Entry{
		Time: time.Date(2026, 11, 22, 6, 0, 0, 1000000, time.UTC), Program: "terraform", PID: 4242, Folder: "/home/ana/infra",
		Profile: "prod", Account: "222222222222", Role: "team/Admin", AccessKeyID: "ASIAEXAMPLE", Result: Renewed, RequestID: "id-2",
	}
	if got := logged(t, l); len(got) != 1 || !reflect.DeepEqual(got[0], want) || len(*said) > 0 {
		t.Errorf("%+v, %q", got, *said)
	}
	if data, _ := os.ReadFile(l.Path); strings.Contains(string(data), "hush") {
		t.Errorf("%s", data)
	}
	// Which of the roles that a sign-in offers, AWS says.
	l.Note(Answer{Chain: session.Chain{{Kind: session.Assertion}, {Kind: session.SAML}}, Credentials: session.Credentials{
		ARN: "arn:aws:sts::333333333333:assumed-role/Ops/ana@example.com", Obtained: session.Renewed,
	}})
	if got := logged(t, l)[1]; got.Account != "333333333333" || got.Role != "Ops" {
		t.Errorf("%+v", got)
	}
}

// TestNarrowed: a line of a narrowed session says of which profile it is, and what narrows
// it, also where it is handed out in the place of the wide one.
func TestNarrowed(t *testing.T) {
	l, _ := logIn(t, Asked)
	chain := session.Chain{{Kind: session.Keys}, {Kind: session.AssumeRole, Profile: "prod", NarrowedBy: "prod@read-only", PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}
	for _, c := range []struct{ profile, of string }{{"prod@read-only", "prod"}, {"prod", ""}} {
		l.Note(Answer{Profile: c.profile, Chain: chain, Credentials: session.Credentials{Obtained: session.Renewed}})
		all := logged(t, l)
		if e := all[len(all)-1]; e.Of != c.of || e.Narrowed != "ReadOnlyAccess" {
			t.Errorf("%s: %+v", c.profile, e)
		}
	}
}

// TestLongNames: a line stays short enough for one write.
func TestLongNames(t *testing.T) {
	l, _ := logIn(t, Asked)
	l.Caller = func() (string, int, string) { return "p", 1, "/" + strings.Repeat("é", 3000) }
	l.Note(Answer{Credentials: session.Credentials{Obtained: session.Renewed}})
	if e := logged(t, l)[0]; len(e.Folder) > longest+3 || !strings.HasSuffix(e.Folder, "é…") {
		t.Errorf("%q", e.Folder)
	}
}

// TestCannotBeWritten: it is said once, and that is all.
func TestCannotBeWritten(t *testing.T) {
	l, said := logIn(t, Asked)
	l.Path = filepath.Join(os.DevNull, "log.jsonl")
	for range 3 {
		l.Note(Answer{Err: session.ErrNoPerson})
	}
	if len(*said) != 1 || !strings.HasPrefix((*said)[0], "the log cannot be written: ") {
		t.Errorf("%q", *said)
	}
}
