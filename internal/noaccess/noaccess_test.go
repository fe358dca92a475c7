package noaccess

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/configtest"
	"guise/session"
)

const files = `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
guise_request_url = https://ask.example/{account}

[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_account_name = platform
sso_role_name = Admin

[profile deploy]
role_arn = arn:aws:iam::222222222222:role/a path/Deploy
source_profile = dev
`

// chain is that of deploy.
func chain() session.Chain {
	return session.Chain{
		{Kind: session.SSOToken, Profile: "dev", Session: "corp"},
		{Kind: session.SSORole, Profile: "dev", Session: "corp", AccountID: "111111111111", RoleName: "Admin"},
		{Kind: session.AssumeRole, Profile: "deploy", RoleARN: "arn:aws:iam::222222222222:role/a path/Deploy"},
	}
}

func denial(l session.Link) error {
	return &session.StepError{Link: l, Err: &session.APIError{Op: "Op", Code: "AccessDenied", Message: "no", Reason: session.Denied}}
}

// TestOf: what a denial is of, and when a sign-in is too old to tell.
func TestOf(t *testing.T) {
	f, now := configtest.Files(t, files), time.Now()
	of := func(err error, signedIn time.Time) (*Denied, bool) {
		return Of(err, f, chain(), func(session.Link) time.Time { return signedIn }, now)
	}
	for name, c := range map[string]struct {
		link     session.Link
		signedIn time.Time
		says     string
		unseen   bool
		again    string
		url      string
	}{
		"SSO, long ago":          {chain()[1], now.Add(-6 * time.Minute), "no access to the role Admin in account platform (111111111111): Op: AccessDenied: no", true, "login --force", "https://ask.example/111111111111"},
		"SSO, nobody knows when": {chain()[1], time.Time{}, "no access to the role Admin in account platform (111111111111): ", true, "login --force", "https://ask.example/111111111111"},
		"SSO, just now":          {chain()[1], now.Add(-4 * time.Minute), "no access to the role Admin in account platform (111111111111): ", false, "login --force", "https://ask.example/111111111111"},
		"a role":                 {chain()[2], now.Add(-time.Hour), "no access to the role a path/Deploy in account 222222222222: ", false, "login", "https://ask.example/222222222222"},
	} {
		e, ok := of(denial(c.link), c.signedIn)
		if !ok || !strings.HasPrefix(e.Error(), c.says) || e.Unseen != c.unseen || e.Again() != c.again || e.URL != c.url || e.Problem != nil || session.ReasonOf(e) != session.Denied {
			t.Errorf("%s: %+v", name, e)
		}
	}
	for name, err := range map[string]error{
		"nothing": nil, "no step": errors.New("x"), "no denial": &session.StepError{Link: chain()[1], Err: &session.APIError{Reason: session.BadSource}},
		"a user": denial(session.Link{Kind: session.SessionToken}), "nobody was there": &session.StepError{Link: chain()[2], Err: &session.UnaskedError{Denied: denial(chain()[2])}},
	} {
		if e, ok := of(err, now); ok {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// TestAddress: what an address may be, and that no part of a denial becomes more of it than
// a part.
func TestAddress(t *testing.T) {
	e := &Denied{Profile: `a b/../?x=1&y#z@evil.example`, Account: "111111111111", Role: "+Admin=%41"}
	const profile, role = "a%20b%2F..%2F%3Fx%3D1%26y%23z%40evil.example", "%2BAdmin%3D%2541"
	for template, want := range map[string]string{
		"":                                       "",
		"https://ask.example":                    "https://ask.example",
		"https://ask.example/{account}":          "https://ask.example/111111111111",
		"https://ask.example/{profile}?r={role}": "https://ask.example/" + profile + "?r=" + role,
		"http://localhost:8080/{role}":           "http://localhost:8080/" + role,
		"http://127.0.0.1/":                      "http://127.0.0.1/",
		"http://[::1]/":                          "http://[::1]/",
	} {
		if got, err := e.address(template); got != want || err != nil {
			t.Errorf("%s: %s, %v", template, got, err)
		}
	}
	for _, template := range []string{
		"http://ask.example/", "http://localhost.evil.example/", "ftp://ask.example/", "file:///etc/passwd", "javascript:alert(1)", "ask.example", "https://", "https:///x",
		"https://{profile}/", "https://{account}.ask.example/", "https://ask.example/{unknown}", "https://me:secret@ask.example/", "https://ask.example/ x", "https://ask.example/\x1b]0;x", "https://ask.example/\u202e", "{profile}",
	} {
		if got, err := e.address(template); got != "" || err == nil {
			t.Errorf("%q is taken: %s", template, got)
		}
	}
}

// offered is a user who is asked whether to run something.
type offered struct {
	ran    bool
	err    error
	asked  string
	words  []string
	env    []string
	said   []string
	before string
}

func (o *offered) Offer(_ context.Context, question string, words, env []string, profile string) (bool, error) {
	o.asked, o.words, o.env, o.before = question, words, env, profile
	return o.ran, o.err
}

func (o *offered) Say(line string) { o.said = append(o.said, line) }

// TestAsk: the command's words, whatever the names in them; nobody is asked where another
// sign-in may be enough.
func TestAsk(t *testing.T) {
	f := configtest.Files(t, strings.ReplaceAll(files, "guise_request_url = https://ask.example/{account}", `guise_request_command = ask "for {role}" --of={account} $HOME`))
	e, ok := Of(denial(chain()[2]), f, chain(), nil, time.Now())
	want := []string{"ask", "for a path/Deploy", "--of=222222222222", "$HOME"}
	if !ok || !slices.Equal(e.Command, want) {
		t.Fatalf("%+v", e)
	}
	for _, c := range []struct {
		answer offered
		asked  bool
	}{{offered{ran: true}, true}, {offered{}, false}, {offered{ran: true, err: errors.New("exit status 1")}, false}} {
		e.Ask(t.Context(), &c.answer)
		if e.Asked != c.asked || !slices.Equal(c.answer.words, want) || !slices.Contains(c.answer.env, "GUISE_ROLE=a path/Deploy") || c.answer.before != "deploy" || (len(c.answer.said) > 0) != (c.answer.err != nil) {
			t.Errorf("%+v: %v", c.answer, e.Asked)
		}
	}
	e.Unseen = true
	var nobody offered
	if e.Ask(t.Context(), &nobody); nobody.asked != "" {
		t.Error(nobody.asked)
	}
	odd := configtest.Files(t, strings.ReplaceAll(files, "guise_request_url = https://ask.example/{account}", `guise_request_command = ask "for`))
	if e, _ := Of(denial(chain()[2]), odd, chain(), nil, time.Now()); e.Problem == nil || e.Command != nil {
		t.Errorf("%+v", e)
	}
}

// TestWords: no name in a denial is the program, or an option of it.
func TestWords(t *testing.T) {
	e := &Denied{Profile: "--config=evil", Account: "111111111111", Role: "-x"}
	for template, want := range map[string][]string{
		"ask --role={role} --of {account}": {"ask", "--role=-x", "--of", "111111111111"},
		"ask for{profile}":                 {"ask", "for--config=evil"},
		"{role} {account}":                 {"{role}", "111111111111"},
		"ask {role}":                       nil,
		"ask --for {profile}":              nil,
		`ask "{role} in {account}"`:        nil,
	} {
		words, err := e.words(template)
		if !slices.Equal(words, want) || (err == nil) != (want != nil) {
			t.Errorf("%s: %q, %v", template, words, err)
		}
	}
}
