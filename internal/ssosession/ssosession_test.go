package ssosession

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/configtest"
	"guise/internal/display"
	"guise/internal/naming"
	"guise/internal/signin"
	"guise/session"
)

const twoSessions = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1

[sso-session other]
sso_start_url = https://ssoins-1.portal.eu-north-1.app.aws
`

// TestWhich: of several sessions one must be named where nobody can be asked.
func TestWhich(t *testing.T) {
	all := []string{"acme", "other"}
	for _, c := range []struct {
		all, args []string
		picked    int
		want      string
		says      string
	}{
		{all, nil, 1, "other", ""},
		{all, []string{"acme"}, -1, "acme", ""},
		{all[:1], nil, -1, "acme", ""},
		{all, nil, -1, "", "there are several sessions: acme, other"},
		{all, []string{"third"}, -1, "", "there is no such [sso-session]; the file has acme, other"},
		{nil, nil, -1, "", "no [sso-session]"},
		{nil, []string{"acme"}, -1, "", "no [sso-session]"},
	} {
		config := ""
		for _, name := range c.all {
			config += "[sso-session " + name + "]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n"
		}
		x := Sessions{Typed: "sso sync", Files: configtest.Files(t, config), Choose: func(context.Context, string, []string) (int, error) {
			if c.picked < 0 {
				return 0, session.ErrNoPerson
			}
			return c.picked, nil
		}}
		link, err := x.Which(t.Context(), c.args)
		got := link.Session
		misuse, failed := errors.AsType[*naming.Misuse](err)
		if got != c.want || (c.says != "") != failed || failed && (!strings.Contains(err.Error(), c.says) || misuse.Hint == "") {
			t.Errorf("%q %q: %q, %v", c.all, c.args, got, err)
		}
	}
	gone := errors.New("gone")
	x := Sessions{Files: configtest.Files(t, twoSessions), Choose: func(context.Context, string, []string) (int, error) { return 0, gone }}
	if _, err := x.Which(t.Context(), nil); !errors.Is(err, gone) {
		t.Error(err)
	}
}

// TestComplete: what a start URL tells, and what it cannot.
func TestComplete(t *testing.T) {
	files := configtest.Files(t, twoSessions+"\n[sso-session initech]\nsso_start_url = https://x.example\n")
	leads := func(to string, err error) func(context.Context, string) (string, error) {
		return func(context.Context, string) (string, error) { return to, err }
	}
	unasked := func(context.Context, string) (string, error) { t.Error("asked where it leads"); return "", nil }
	refused := errors.New("no portal")
	for _, c := range []struct {
		in   New
		asks func(context.Context, string) (string, error)
		want New
		says string
	}{
		{New{StartURL: "https://umbrella.awsapps.com/start/#/"}, unasked, New{}, "does not tell its region"},
		{New{StartURL: "umbrella.awsapps.com/start", Region: "eu-west-1"}, unasked, New{"https://umbrella.awsapps.com/start", "umbrella", "eu-west-1"}, ""},
		{New{StartURL: "https://d-1234567890.awsapps.com/start", Region: "eu-west-1"}, unasked, New{"https://d-1234567890.awsapps.com/start", "sso", "eu-west-1"}, ""},
		{New{StartURL: "https://start.us-gov-home.awsapps.com/directory/hooli", Name: "gov", Region: "us-gov-west-1"}, unasked, New{"https://start.us-gov-home.awsapps.com/directory/hooli", "gov", "us-gov-west-1"}, ""},
		{New{StartURL: "https://start.us-gov-home.awsapps.com/directory/hooli", Region: "us-gov-west-1"}, unasked, New{"https://start.us-gov-home.awsapps.com/directory/hooli", "hooli", "us-gov-west-1"}, ""},
		{New{StartURL: "https://ssoins-2.eu-west-1.portal.amazonaws.com/"}, unasked, New{"https://ssoins-2.eu-west-1.portal.amazonaws.com", "sso", "eu-west-1"}, ""},
		{New{StartURL: "https://ssoins-2.portal.eusc-de-east-1.api.amazonwebservices.eu", Name: "eu"}, unasked, New{"https://ssoins-2.portal.eusc-de-east-1.api.amazonwebservices.eu", "eu", "eusc-de-east-1"}, ""},
		{New{StartURL: "https://aws.initech.example"}, leads("https://ssoins-2.portal.us-east-2.app.aws", nil), New{"https://aws.initech.example", "initech-2", "us-east-2"}, ""},
		{New{StartURL: "https://aws.hooli.example"}, leads("", nil), New{}, "does not tell its region"},
		{New{StartURL: "https://aws.hooli.example", Region: "eu-west-1"}, leads("", nil), New{"https://aws.hooli.example", "hooli", "eu-west-1"}, ""},
		{New{StartURL: "https://start.hooli.example", Region: "us-iso-east-1"}, unasked, New{"https://start.hooli.example", "hooli", "us-iso-east-1"}, ""},
		{New{StartURL: "https://aws.hooli.example"}, leads("", refused), New{}, "no portal"},
		{New{StartURL: "https://acme.awsapps.com/start#/"}, unasked, New{"https://acme.awsapps.com/start", "acme", ""}, ""},
		{New{StartURL: "acme.awsapps.com"}, unasked, New{"https://acme.awsapps.com/start", "acme", ""}, ""},
		{New{StartURL: "https://acme.awsapps.com/start", Name: "acme"}, unasked, New{"https://acme.awsapps.com/start", "acme", ""}, ""},
		{New{StartURL: "https://acme.awsapps.com/start", Name: "bob", Region: "eu-west-1"}, unasked, New{"https://acme.awsapps.com/start", "bob", "eu-west-1"}, ""},
		{New{StartURL: "https://ssoins-2.eu-west-1.portal.amazonaws.com", Region: "us-east-1"}, unasked, New{}, "is in eu-west-1, not in us-east-1"},
		{New{StartURL: "http://acme.awsapps.com/start"}, unasked, New{}, "is the https address"},
		{New{StartURL: "https://me:secret@acme.awsapps.com/start"}, unasked, New{}, "is the https address"},
		{New{StartURL: ""}, unasked, New{}, "is the https address"},
		{New{StartURL: "https://]acme.awsapps.com/start", Region: "eu-west-1"}, unasked, New{}, "is the https address"},
		{New{StartURL: "https://$(x).awsapps.com/start", Region: "eu-west-1"}, unasked, New{}, "is the https address"},
		{New{StartURL: " https://umbrella.awsapps.com/start # that of work", Region: "eu-west-1"}, unasked, New{"https://umbrella.awsapps.com/start", "umbrella", "eu-west-1"}, ""},
	} {
		got, there, err := c.in.Complete(t.Context(), files, c.asks)
		if there != (got.Name == "acme") {
			t.Errorf("%+v is there: %v", c.in, there)
		}
		if c.says == "" && (err != nil || got != c.want) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%+v: %+v, %v", c.in, got, err)
		}
	}
}

// TestList: what is known of each session, and how it is shown.
func TestList(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	files := configtest.Files(t, twoSessions+"[sso-session old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n[sso-session broken]\nsso_start_url = nonsense\n")
	store := cache{}
	x := Sessions{Files: files, SSO: &signin.SSO{Cache: store, Now: func() time.Time { return now }, Shared: signin.Shared{Dir: t.TempDir()}}}
	acme, _ := x.Which(t.Context(), []string{"acme"})
	old, _ := x.Which(t.Context(), []string{"old"})
	token := `{"Access":"a","Refresh":"r","ClientID":"c","Expires":"2026-01-02T18:00:00Z","ClientEnds":"2026-03-02T18:00:00Z","Region":"eu-west-1"}`
	store[signin.Names(acme)[0]] = []byte(token)
	store[signin.Names(acme)[1]] = []byte(`{"SignedIn":"2026-01-02T10:00:00Z","Accounts":40,"Roles":90,"Read":"2026-01-02T10:00:00Z"}`)
	store[signin.Names(old)[1]] = []byte(`{"SignedIn":"2026-01-01T10:00:00Z","Accounts":1,"Roles":1,"Read":"2026-01-02T10:00:00Z"}`)
	store[signin.Names(acme)[5]] = []byte(`{"Who":"alice@acme.example","Token":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}`) // of "a"
	store[signin.Names(old)[5]] = []byte(`{"Who":"alice","Token":"of an earlier token"}`)
	all, err := x.List()
	if err != nil {
		t.Error(err)
	}
	want := "SESSION  STATE       IDENTITY            SINCE   TOKEN                  GRANTED\n" +
		"acme     signed in   alice@acme.example  2h ago  6h left, then renewed  90 roles in 40 accounts\n" +
		"other    signed out  -                   -       -                      -\n" +
		"old      signed out  -                   -       -                      1 role in 1 account\n" +
		"broken   cannot      -                   -       -                      -\n"
	if got := (display.Look{}).Table(Table(all, now)); got != want {
		t.Errorf("%s", got)
	}
	if all[0].Warning != "" || !strings.HasPrefix(all[1].Warning, "there is no sso_region; the start URL is in eu-north-1") {
		t.Errorf("%q, %q", all[0].Warning, all[1].Warning)
	}
	wrong := Sessions{Files: configtest.Files(t, "[sso-session a]\nsso_start_url = https://ssoins-1.portal.eu-north-1.app.aws\nsso_region = eu-west-1\n"), SSO: x.SSO}
	if got, _ := wrong.List(); !strings.HasPrefix(got[0].Warning, "sso_region is eu-west-1, and the start URL is in eu-north-1:") || got[0].Region != "eu-north-1" {
		t.Errorf("%+v", got)
	}
	if all[1].Region != "eu-north-1" || all[3].Problem == "" || all[0].Token != "2026-01-02T18:00:00Z" || all[0].SignedIn != "2026-01-02T10:00:00Z" {
		t.Errorf("%+v", all)
	}
	if got := Summary(signin.State{Expires: now.Add(time.Hour)}, now); got != "signed in, 1h left" {
		t.Error(got)
	}
	if got := Summary(signin.State{Expires: now.Add(time.Hour), Renews: true, EndsAbout: now.Add(7*time.Hour + 59*time.Minute + 40*time.Second)}, now); got != "signed in, ends in about 8h, as last time" {
		t.Error(got)
	}
	if got := Summary(signin.State{Renews: true}, now); got != "signed in, renewed when needed" {
		t.Error(got)
	}
	unsure := errors.New("the settings cannot be read")
	if none, err := (Sessions{Files: configtest.Files(t, ""), SSO: &signin.SSO{Unsure: unsure}}).List(); none == nil || len(none) > 0 || !errors.Is(err, unsure) {
		t.Error(none, err)
	}
}

// TestListEnds: where it is known when a session ends, the list has a column for it, which
// a narrow terminal keeps before what the token says.
func TestListEnds(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	known, unknown := Session{Name: "acme"}, Session{Name: "other", State: signedOut}
	known.take(signin.State{About: signin.About{SignedIn: now.Add(-5 * time.Hour)}, Identity: "alice", Expires: now.Add(time.Hour), Renews: true, EndsAbout: now.Add(3 * time.Hour)})
	all := []Session{known, unknown}
	for width, want := range map[int]string{
		0: "SESSION  STATE       IDENTITY  SINCE   TOKEN                  GRANTED  ENDS\n" +
			"acme     signed in   alice     5h ago  1h left, then renewed  -        in about 3h, as last time\n" +
			"other    signed out  -         -       -                      -        -\n",
		80: "SESSION  STATE       IDENTITY  SINCE   GRANTED  ENDS\n" +
			"acme     signed in   alice     5h ago  -        in about 3h, as last time\n" +
			"other    signed out  -         -       -        -\n",
	} {
		if got := (display.Look{Width: width}).Table(Table(all, now)); got != want {
			t.Errorf("%s", got)
		}
	}
	if known.Ends != "2026-01-02T15:00:00Z" || unknown.Ends != "" {
		t.Errorf("%+v", all)
	}
}

// cache is one in memory.
type cache map[string][]byte

func (c cache) Get(name string) ([]byte, bool) { data, ok := c[name]; return data, ok }

func (c cache) Put(name string, data []byte, _ time.Time) error { c[name] = data; return nil }

func (c cache) Delete(name string) error { delete(c, name); return nil }

func (c cache) Lock(context.Context, string) (func(), error) { return func() {}, nil }

// TestSiblings: the same portal, however it is written.
func TestSiblings(t *testing.T) {
	session := func(name, startURL string) string {
		return "[sso-session " + name + "]\nsso_region = eu-west-1\nsso_start_url = " + startURL + "\n"
	}
	files := configtest.Files(t, session("one", "https://acme.awsapps.com/start")+session("two", "https://ACME.awsapps.com/start/#/")+
		session("three", "https://other.awsapps.com/start")+session("four", "https://acme.awsapps.com/else")+"[sso-session broken]\nsso_start_url = nonsense\n")
	for name, want := range map[string][]string{"one": {"two"}, "two": {"one"}, "three": nil, "four": nil} {
		l, err := Sessions{Files: files}.Which(t.Context(), []string{name})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, other := range Siblings(files, l, Sessions{}.Defaults) {
			got = append(got, other.Session)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
