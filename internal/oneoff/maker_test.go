package oneoff

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/configtest"
	"guise/internal/naming"
	"guise/internal/ssosession"
	"guise/session"
)

const moreProfiles = `[profile sso]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Admin
guise_read_only = sso-read
[profile sso-read]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = ReadOnly
[profile sso-only]
sso_session = acme
sso_account_id = 111111111111
sso_role_name = Power
[profile wide]
role_arn = arn:aws:iam::222222222222:role/Wide
source_profile = base
guise_read_only = reads
[profile reads]
role_arn = arn:aws:iam::222222222222:role/Reads
source_profile = base
[profile Prod@222222222222]
[profile Prod@222222222222-2]
`

// TestMaker: which profile flags lead to, what becomes of it, and which error is said about
// which profile.
func TestMaker(t *testing.T) {
	files := configtest.Files(t, awsFile+moreProfiles)
	lost, no := errors.New("lost"), errors.New("no")
	role := "--role-arn|arn:aws:iam::222222222222:role/team/Prod|--source|base"
	for _, c := range []struct {
		words   string
		console bool
		broken  string // which function fails
		name    string
		did     string // what was called, in order
		err     string
	}{
		{words: "prod", name: "prod"},
		{words: "gone", broken: "find", err: "lost"},
		{words: "prod|--read-only", broken: "find", err: "lost"},
		{words: "prod|--read-only", broken: "files", err: "lost"},
		{words: "prod|--read-only", name: "prod@read-only", did: "keep prod@read-only of prod"},
		{words: "prod|--duration|1h", console: true, name: "prod"},
		{words: "sso|--read-only", name: "sso-read"},
		{words: "sso|--read-only|--save-as|mine", err: "sso-read is the profile that only reads of sso already"},
		{words: "sso-only|--read-only", name: "sso-only", did: "wrong sso-only", err: "no session policy"},
		{words: "gone|--read-only", did: "wrong gone", err: "no such profile"},
		{words: "gone|--duration|1h", did: "wrong gone", err: "no such profile"},
		{words: "prod|--read-only|--save-as|other", name: "", err: "there is a profile of this name already"},
		{words: "prod|--read-only|--save-as|mine", name: "mine", did: "save mine of prod"},
		{words: "prod|--read-only|--save-as|mine", broken: "save", name: "mine", did: "save mine of prod", err: "no"},
		{words: role, name: "Prod@222222222222-3", did: "source exec --source base; keep Prod@222222222222-3 of base"},
		{words: strings.TrimSuffix(role, "|--source|base"), name: "Prod@222222222222-3", did: "source exec --source; keep Prod@222222222222-3 of other"},
		{words: "wide|--read-only|--duration|1h", name: "reads@read-only", did: "keep reads@read-only of reads"},
		{words: strings.Replace(role, "base", "Prod@222222222222", 1), did: "source exec --source Prod@222222222222; wrong Prod@222222222222", err: "no credentials"},
		{words: "--account|111111111111|--role|Dev|--source|sso", name: "Dev@111111111111", did: "source exec --source sso; keep Dev@111111111111 of acme"},
		{words: "--account|111111111111|--role|Dev|--source|prod", did: "source exec --source prod", err: "this profile is of no [sso-session]"},
		{words: "--account|111111111111|--role|Dev|--source|gone", did: "source exec --source gone", err: "no such profile"},
		{words: "--account|111111111111|--role|Dev|--source|sso", broken: "source", did: "source exec --source sso", err: "lost"},
		{words: role, broken: "source", did: "source exec --source base", err: "lost"},
		{words: strings.Replace(role, "base", "gone", 1), did: "source exec --source gone", err: "no such profile"},
		{words: role + "|--save-as|mine", name: "mine", did: "source exec --source base; confirm mine; save mine of base"},
		{words: role + "|--save-as|mine", broken: "confirm", name: "mine", did: "source exec --source base; confirm mine", err: "no"},
		{words: "--account|111111111111|--role|Dev", name: "Dev@111111111111", did: "keep Dev@111111111111 of acme"},
		{words: "--account|111111111111|--role|Dev", broken: "sso", err: "lost"},
		{words: "--account|111111111111|--role|Dev|--read-only", name: "Dev@111111111111", did: "wrong Dev@111111111111", err: "no session policy for an SSO role"},
	} {
		f, args := parsed(t, c.words)
		f.Console = c.console
		if err := f.Check(args); err != nil {
			t.Fatal(c.words, err)
		}
		var did []string
		fails := func(what string, err error) error {
			if c.broken == what {
				return err
			}
			return nil
		}
		of := func(p Profile) string { return p.Name + " of " + p.Of + p.Session }
		m := Maker{
			Flags: &f, What: "exec", Defaults: func() session.Defaults { return session.Defaults{} },
			Files: func() (*awsconfig.Files, error) { return files, fails("files", lost) },
			Source: func(_ context.Context, what string, words []string) (string, error) {
				did = append(did, strings.TrimSpace("source "+what+" "+strings.Join(words, " ")))
				return strings.Join(append(words, "other")[:1], ""), fails("source", lost)
			},
			SSO:  func() (ssosession.Sessions, error) { return ssosession.Sessions{Files: files}, fails("sso", lost) },
			Keep: func(p Profile) { did = append(did, "keep "+of(p)) },
			Save: func(_ context.Context, p Profile) error { did = append(did, "save "+of(p)); return fails("save", no) },
			Wrong: func(_ *awsconfig.Files, name string, err error) error {
				did = append(did, "wrong "+name)
				if narrow, ok := errors.AsType[*session.NarrowError](err); ok && !narrow.Asked {
					t.Errorf("%s: who asked is not known", c.words)
				}
				return err
			},
			Confirm: func(_ context.Context, p Profile) error {
				did = append(did, "confirm "+p.Name)
				return fails("confirm", no)
			},
		}
		name, err := m.Profile(t.Context(), func(context.Context) (string, error) {
			if c.broken == "find" {
				return "", lost
			}
			return args[0], nil
		})
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) || c.err == "" && name != c.name {
			t.Errorf("%s %s: %q, %v", c.words, c.broken, name, err)
		}
		if got := strings.Join(did, "; "); got != c.did && !(c.err != "" && strings.HasPrefix(got, c.did)) {
			t.Errorf("%s %s: did %q", c.words, c.broken, got)
		}
		if c.err == "there is a profile of this name already" && !errors.As(err, new(*naming.Misuse)) {
			t.Errorf("%s: %v", c.words, err)
		}
	}
}

// TestApart: who gets a session that stands in no file is to see no profile.
func TestApart(t *testing.T) {
	files := configtest.Files(t, awsFile)
	with := files.With("made", setting("region", "x"))
	lost := errors.New("lost")
	for _, c := range []struct {
		words, profile string
		err            error
		want           bool
	}{{"prod", "prod", nil, false}, {"prod", "made", nil, true}, {"prod", "made", lost, false}, {"prod|--read-only", "prod", nil, true}, {"prod|--read-only", "prod", lost, true}} {
		f, args := parsed(t, c.words)
		if err := f.Check(args); err != nil {
			t.Fatal(err)
		}
		m := Maker{Flags: &f, Files: func() (*awsconfig.Files, error) { return with, c.err }}
		if got := m.Apart(c.profile); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestLimits: what AWS takes at most is taken, and one more is not.
func TestLimits(t *testing.T) {
	arn := func(n int) string {
		return "arn:aws:iam::222222222222:role/" + strings.Repeat("r", n-len("arn:aws:iam::222222222222:role/"))
	}
	many := func(n int) (tags []string) {
		for i := range n {
			tags = append(tags, "k"+strings.Repeat("x", i)+"=v")
		}
		return tags
	}
	policies := func(n int) (all []string) {
		for i := range n {
			all = append(all, "arn:aws:iam::aws:policy/p"+strings.Repeat("x", i))
		}
		return all
	}
	long := func(n int) []string {
		return []string{"arn:aws:iam::aws:policy/" + strings.Repeat("p", n-len("arn:aws:iam::aws:policy/"))}
	}
	role := arn(100)
	for name, c := range map[string]struct{ most, more Flags }{
		"--role-arn":      {Flags{RoleARN: arn(2048)}, Flags{RoleARN: arn(2049)}},
		"--tag":           {Flags{RoleARN: role, Tags: many(50)}, Flags{RoleARN: role, Tags: many(51)}},
		"key":             {Flags{RoleARN: role, Tags: []string{strings.Repeat("é", 128) + "="}}, Flags{RoleARN: role, Tags: []string{strings.Repeat("é", 129) + "="}}},
		"value":           {Flags{RoleARN: role, Tags: []string{"k=" + strings.Repeat("é", 256)}}, Flags{RoleARN: role, Tags: []string{"k=" + strings.Repeat("é", 257)}}},
		"--policy":        {Flags{Policies: policies(10)}, Flags{Policies: policies(11)}},
		"ARN of a policy": {Flags{Policies: long(2048)}, Flags{Policies: long(2049)}},
	} {
		if err := c.most.Check(nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.more.Check(nil) == nil {
			t.Errorf("%s: one more is taken", name)
		}
	}
	for _, wrong := range []string{"arn:aws:iam", "arn:aws:s3:::policy/x", "arn:aws:iam:eu:aws:policy/x", "arn:aws:iam::aws:policy/a\x1b", "arn:aws:iam::11:policy/x"} {
		f := Flags{Policies: []string{wrong}}
		if f.Check(nil) == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	f := Flags{Policies: policies(2)}
	for range 2 { // it may be looked at twice
		if err := f.Check(nil); err != nil || len(f.arns) != 2 {
			t.Errorf("%v, %q", err, f.arns)
		}
	}
	if f.Given(); f.Lasts() != 0 {
		t.Error(f.Lasts())
	}
	f = Flags{Duration: "1h"}
	if err := f.Check(nil); err != nil || f.Lasts() != time.Hour || !f.Given() {
		t.Errorf("%v, %v", err, f.Lasts())
	}
}

// TestHandedOn: none is handed on as nothing; some come back as they are, and what is no
// value has none.
func TestHandedOn(t *testing.T) {
	if e := With(awsenv.Env{"A=b"}, nil); len(e) != 1 {
		t.Errorf("%q", e)
	}
	all := []Profile{{Name: "p", Of: "base", Settings: []awsconfig.Setting{setting("region", "x")}}}
	e := With(awsenv.Env{"A=b"}, all)
	if len(e) != 2 || len(Decode(strings.TrimPrefix(e[1], Variable+"="))) != 1 {
		t.Errorf("%q", e)
	}
	half := base64.RawURLEncoding.EncodeToString([]byte(`[{"Name":"p"},1]`))
	for _, text := range []string{"", "!", "e30", Encode(all)[:5], "bnVsbA", half} {
		if got := Decode(text); got != nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	files := configtest.Files(t, awsFile+moreProfiles)
	sso := []Profile{{Name: "q", Session: "acme"}, {Name: "p", Of: "other"}, {Name: "r", Session: "none"}}
	for name, want := range map[string][2]string{"p": {"other", ""}, "q": {"sso", ""}, "r": {"", "none"}, "prod": {"prod", ""}} {
		if standing, session := Standing(In(files, sso), sso, name); standing != want[0] || session != want[1] {
			t.Errorf("%s: %q %q", name, standing, session)
		}
	}
	if standing, session := Standing(nil, sso, "q"); standing != "" || session != "acme" {
		t.Errorf("%q %q", standing, session)
	}
}

// TestWhichSession: where there are several SSO sessions, or none, and nobody can choose, the
// hint is the same command in a terminal, or what makes a session.
func TestWhichSession(t *testing.T) {
	const more = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
	_, one, _ := strings.Cut(awsFile, "[sso-session")
	stopped := errors.New("stopped")
	for _, c := range []struct {
		text   string
		choose error
		made   string // which session; else:
		hint   string
		err    error
	}{
		{text: awsFile, choose: session.ErrNoPerson, made: "acme"},
		{text: awsFile + more, made: "corp"},
		{text: awsFile + more, choose: session.ErrNoPerson, hint: "guise exec --account 111111111111 --role 'a b'   # in a terminal: it asks which session"},
		{text: awsFile + more + "[profile in]\nsso_session = corp\n", choose: session.ErrNoPerson, hint: "guise exec --source=in --account 111111111111 --role 'a b'   # or another profile of the session that you mean"},
		{text: awsFile + more, choose: stopped, err: stopped},
		{text: "[profile in]\nsso_session = gone\n", hint: ssosession.AddHint},
		{text: strings.TrimSuffix(awsFile, "[sso-session"+one), hint: ssosession.AddHint},
	} {
		files := configtest.Files(t, c.text)
		m := Maker{
			Flags: &Flags{Account: "111111111111", Role: "Dev"}, What: "exec --account", Typed: []string{"exec", "--account", "111111111111", "--role", "a b"},
			SSO: func() (ssosession.Sessions, error) {
				return ssosession.Sessions{Files: files, Choose: func(context.Context, string, []string) (int, error) { return 1, c.choose }}, nil
			},
		}
		p, err := m.sso(t.Context())
		wrong, isMisuse := errors.AsType[*naming.Misuse](err)
		switch {
		case c.made != "":
			if err != nil || p.Session != c.made {
				t.Errorf("%+v, %v", p, err)
			}
		case c.err != nil:
			if !errors.Is(err, c.err) {
				t.Error(err)
			}
		case !isMisuse || wrong.What != "exec --account" || wrong.Hint != c.hint:
			t.Errorf("%v, hint %q, not %q", err, wrong.Hint, c.hint)
		}
	}
}

// TestRetyped: where no profile is there that a hint could name, it is the command once more.
func TestRetyped(t *testing.T) {
	typed := []string{"exec", "--role-arn", admin, "--", "ls"}
	for _, c := range []struct {
		flags Flags
		want  string
	}{{Flags{ReadOnly: true}, "guise login prod"}, {Flags{RoleARN: admin}, "guise exec --role-arn " + admin + " --force -- ls"}} {
		if is := (Maker{Flags: &c.flags, Typed: typed}).Retyped("--force", "guise login prod"); is != c.want {
			t.Error(is)
		}
	}
}
