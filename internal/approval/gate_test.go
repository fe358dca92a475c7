package approval

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
	"guise/internal/guard"
	"guise/session"
)

const profiles = `[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
[profile prod]
role_arn = arn:aws:iam::111111111111:role/Admin
source_profile = base
guise_approve = 15m
[profile each]
role_arn = arn:aws:iam::111111111111:role/Each
source_profile = base
guise_approve = each
[profile free]
role_arn = arn:aws:iam::111111111111:role/Free
source_profile = base
[profile below]
role_arn = arn:aws:iam::111111111111:role/Below
source_profile = prod
[profile narrow]
guise_of = prod
guise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
[profile wrong]
role_arn = arn:aws:iam::111111111111:role/Wrong
source_profile = base
guise_approve = soon
[profile confirmed]
role_arn = arn:aws:iam::111111111111:role/Confirmed
source_profile = base
guise_confirm = yes
[profile circle]
role_arn = arn:aws:iam::111111111111:role/Circle
source_profile = nobody
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Admin
[profile sso-read]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Power
guise_read_only = sso-reader
[profile sso-reader]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = ReadOnly
guise_approve = each
`

// gate is one for a requester; an empty agent is none.
func (b *bench) gate(f *awsconfig.Files, rules guard.Rules, agent string) Gate {
	who := b.request().Who
	if agent != "" {
		who.Unit, who.Agent = "agent", agent
	}
	book := b.book()
	book.Rules = rules
	return Gate{
		Book: book, Files: func() (*awsconfig.Files, error) { return f, nil }, Began: b.clock,
		Who: func() Requester { return who }, Program: func(Requester) string { return "aws (pid 40)" }, Person: b,
	}
}

// kind is what became of a request.
type kind string

const (
	given   kind = "given"
	narrow  kind = "given, narrowed"
	asked   kind = "asked"
	askedRO kind = "asked, narrowed"
	denied  kind = "denied"
	unsure  kind = "an error"
)

func (b *bench) kindOf(wide, got session.Chain, err error) kind {
	n := b.asked.Swap(0)
	isDenied := errors.As(err, new(*DeniedError))
	switch {
	case isDenied && n == 0 && got.Key() == wide.Key():
		return denied
	case err != nil && n == 0:
		return unsure
	case err != nil:
		return kind(err.Error())
	}
	narrows := got.Narrows() != wide.Narrows()
	switch {
	case narrows && n == 0:
		return narrow
	case narrows:
		return askedRO
	case n > 0:
		return asked
	}
	return given
}

// TestGate: of each kind of profile, requester and rule, who is asked by the ways that
// hand out now, by those that do so later, by those where nobody can be asked, and by the
// cached answer; and what is said of the profile.
func TestGate(t *testing.T) {
	agents := func(what string) guard.Rules { return guard.Rules{Agents: what} }
	rule := guard.Rules{Rules: []guard.Rule{{Pattern: "fr*", Approve: "1h"}}}
	broken := guard.Rules{Unsure: errors.New("it cannot be read")}
	for _, c := range []struct {
		profile string
		rules   guard.Rules
		agent   string
		want    kind   // Admit
		later   kind   // AdmitLater
		stated  string // as people read it
		guarded bool
		yours   string // why an agent may not release it
	}{
		{profile: "free", want: given, later: given},
		{profile: "free", agent: "claude", want: given, later: given},
		{profile: "free", rules: agents("deny"), want: given, later: given},
		{profile: "free", rules: agents("deny"), agent: "claude", want: denied, later: denied, yours: "only you release it (config.toml, [guard])"},
		{profile: "free", rules: agents("ask"), agent: "claude", want: asked, later: asked, yours: "only you release it (config.toml, [guard])"},
		{profile: "free", rules: agents("read-only"), agent: "claude", want: narrow, later: narrow, yours: "only you release it (config.toml, [guard])"},
		{profile: "free", rules: rule, want: asked, later: asked, stated: "1h", guarded: true},
		{profile: "free", rules: broken, want: unsure, later: unsure, stated: "own", guarded: true},
		{profile: "free", rules: broken, agent: "claude", want: unsure, later: unsure, stated: "own", guarded: true, yours: "only you release it (config.toml, [guard])"},
		{profile: "free", rules: guard.Rules{Unsure: broken.Unsure, Agents: "ask"}, want: unsure, later: unsure, stated: "own", guarded: true},
		{profile: "prod", rules: guard.Rules{Unsure: broken.Unsure, Agents: "ask"}, agent: "claude", want: unsure, later: unsure, stated: "own", guarded: true, yours: "only you release it (config.toml, [guard])"},
		{profile: "prod", want: asked, later: asked, stated: "15m", guarded: true},
		{profile: "prod", agent: "claude", want: asked, later: asked, stated: "15m", guarded: true, yours: "only you release it, since it asks for your approval"},
		{profile: "prod", rules: agents("read-only"), agent: "claude", want: askedRO, later: askedRO, stated: "15m", guarded: true, yours: "only you release it, since it asks for your approval"},
		{profile: "each", want: asked, later: given, stated: "each", guarded: true},
		{profile: "each", rules: agents("ask"), want: asked, later: asked, stated: "each", guarded: true},
		{profile: "below", want: asked, later: asked, stated: "15m", guarded: true},
		{profile: "narrow", want: asked, later: asked, stated: "15m", guarded: true},
		{profile: "wrong", want: unsure, later: unsure, stated: "own", guarded: true},
		{profile: "wrong", agent: "claude", want: unsure, later: unsure, stated: "own", guarded: true, yours: "only you release it (config.toml, [guard])"},
		{profile: "confirmed", want: given, later: given, guarded: true},
		{profile: "sso", rules: agents("read-only"), agent: "claude", want: denied, later: denied, yours: "only you release it (config.toml, [guard])"},
		{profile: "sso", rules: agents("read-only"), want: given, later: given},
		{profile: "sso-read", want: given, later: given},
	} {
		name := c.profile + " " + c.agent + " " + c.rules.Agents
		f := configtest.Files(t, profiles)
		b := newBench(t)
		g := b.gate(f, c.rules, c.agent)
		chain, err := session.Resolve(f, c.profile, g.Defaults)
		if err != nil {
			t.Fatal(name, err)
		}
		about := g.About(c.profile, chain)
		if open := g.Open(c.profile, chain.Key(), about); open != (c.want == given) {
			t.Errorf("%s: the cached answer is given: %v", name, open)
		}
		got, err := g.Admitted(c.profile)
		silent := b.kindOf(chain, got, err)
		if c.want == asked || c.want == askedRO {
			if !errors.Is(err, session.ErrNoPerson) {
				t.Errorf("%s: with nobody to ask: %v", name, err)
			}
		} else if silent != c.want && !(c.want == denied && errors.As(err, new(*DeniedError))) {
			t.Errorf("%s: with nobody to ask: %s", name, silent)
		}
		if got, err = g.AdmitLater(t.Context(), c.profile, chain); b.kindOf(chain, got, err) != c.later {
			t.Errorf("%s, later: %v, not %s", name, err, c.later)
		}
		b = newBench(t)
		g = b.gate(f, c.rules, c.agent)
		if got, err = g.Admit(t.Context(), c.profile, chain); b.kindOf(chain, got, err) != c.want {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
		if got := g.Stated(chain, "own"); got != c.stated {
			t.Errorf("%s: stated %q, not %q", name, got, c.stated)
		}
		if got := g.Guarded(c.profile); got != c.guarded {
			t.Errorf("%s: guarded %v", name, got)
		}
		yours := g.Yours("release it", "not-there", c.profile)
		if c.yours == "" && yours != nil || c.yours != "" && (!errors.As(yours, new(*DeniedError)) || !strings.HasSuffix(yours.Error(), c.yours) || !strings.Contains(yours.Error(), "aws (pid 40), an agent (by claude)")) {
			t.Errorf("%s: %v, not %q", name, yours, c.yours)
		}
	}
}

// TestNothingToRead: where the files or the profile cannot be had, nothing is given out and
// every profile counts as guarded.
func TestNothingToRead(t *testing.T) {
	lost := errors.New("the files are away")
	b := newBench(t)
	g := b.gate(configtest.Files(t, profiles), guard.Rules{}, "claude")
	chain, err := session.Resolve(configtest.Files(t, profiles), "free", g.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"not-there", "circle"} {
		if _, err := g.Admitted(name); err == nil || !g.Guarded(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := g.Admit(t.Context(), "not-there", chain); err == nil || g.About("not-there", chain) != "" {
		t.Errorf("%v", err)
	}
	g.Files = func() (*awsconfig.Files, error) { return nil, lost }
	if _, err := g.Admit(t.Context(), "free", chain); !errors.Is(err, lost) {
		t.Error(err)
	}
	if _, err := g.Admitted("free"); !errors.Is(err, lost) {
		t.Error(err)
	}
	if err := g.Yours("release it", "free"); !errors.Is(err, lost) {
		t.Error(err)
	}
	if !g.Guarded("free") || g.About("free", chain) != "" || g.Stated(chain, "own") != "own" || g.Stated(nil, "own") != "own" {
		t.Error("what cannot be told counts as nothing")
	}
	for _, about := range []string{"", "x", `{"Name":"free"}`} {
		if g.Open("free", chain.Key(), about) {
			t.Errorf("%q is enough", about)
		}
	}
}

// TestOpen: the cached answer is given after a yes, as long as that holds, of what the yes
// was said to; an agent's goes to who decides.
func TestOpen(t *testing.T) {
	f := configtest.Files(t, profiles)
	for _, c := range []struct {
		profile, agent, agents string
		want                   bool
	}{
		{"prod", "", "", true}, {"prod", "claude", "", true}, {"prod", "claude", "ask", false}, {"prod", "", "ask", true}, {"each", "", "", false}, {"below", "", "", true},
	} {
		b := newBench(t)
		g := b.gate(f, guard.Rules{Agents: c.agents}, c.agent)
		chain, err := session.Resolve(f, c.profile, g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Admit(t.Context(), c.profile, chain); err != nil {
			t.Fatal(err)
		}
		about := g.About(c.profile, chain)
		g.Began = b.clock
		if got := g.Open(c.profile, chain.Key(), about); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
		if g.Open(c.profile, "other", about) {
			t.Errorf("%+v: with another identity", c)
		}
		b.clock = b.clock.Add(time.Hour)
		if g.Open(c.profile, chain.Key(), about) {
			t.Errorf("%+v: when it is over", c)
		}
	}
	b := newBench(t)
	g := b.gate(f, guard.Rules{}, "")
	chain, _ := session.Resolve(f, "prod", g.Defaults)
	b.says = Answer{Where: "here"}
	if _, err := g.Admit(t.Context(), "prod", chain); !errors.As(err, new(*RefusedError)) || err.Error() != "refused to aws (pid 40): you said no here" {
		t.Error(err)
	}
	if g.Open("prod", chain.Key(), g.About("prod", chain)) {
		t.Error("after a no")
	}
	if got, err := g.Admit(t.Context(), "prod", chain); !errors.As(err, new(*RefusedError)) || got.Key() != chain.Key() {
		t.Errorf("%v %v", got, err)
	}
}

// TestMembers: what is asked of a chain is what each profile says that it is made of, each
// once, and what it narrows.
func TestMembers(t *testing.T) {
	f := configtest.Files(t, profiles)
	g := newBench(t).gate(f, guard.Rules{}, "")
	if all, err := g.members("narrow", nil); err != nil || len(all) != 2 || all[1].Name != "prod" {
		t.Errorf("with no chain: %v, %v", all, err)
	}
	wrong, err := session.Resolve(f, "wrong", g.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.members("wrong", wrong); !errors.As(err, new(*guard.ProblemError)) {
		t.Errorf("%v: where does it stand?", err)
	}
	for profile, want := range map[string]string{"free": "free base", "below": "below base prod", "narrow": "narrow base prod"} {
		chain, err := session.Resolve(f, profile, g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		var members []Member
		if err := json.Unmarshal([]byte(g.About(profile, chain)), &members); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, m := range members {
			if got[m.Name] {
				t.Errorf("%s: %s is there twice", profile, m.Name)
			}
			got[m.Name] = true
		}
		for name := range strings.FieldsSeq(want) {
			if !got[name] {
				t.Errorf("%s: %s is missing in %v", profile, name, members)
			}
			delete(got, name)
		}
		if len(got) > 0 {
			t.Errorf("%s: %v are too many", profile, got)
		}
	}
}

// TestUse: `use` approves its terminal for what it has typed, and for those that have it as
// their source; an agent's, and what needs nothing, leave nothing behind.
func TestUse(t *testing.T) {
	f := configtest.Files(t, profiles)
	for _, c := range []struct {
		profile, agent string
		kept           int
	}{{"prod", "", 1}, {"prod", "claude", 0}, {"each", "", 0}, {"free", "", 0}, {"wrong", "", 0}} {
		b := newBench(t)
		g := b.gate(f, guard.Rules{}, c.agent)
		chain, err := session.Resolve(f, c.profile, g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Use(c.profile, chain); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if kept, err := g.List(); err != nil || len(kept) != c.kept {
			t.Errorf("%+v: %v, %v", c, kept, err)
		}
		if c.kept == 0 {
			continue
		}
		for _, profile := range []string{"prod", "below"} {
			if _, err := g.Admitted(profile); err != nil {
				t.Errorf("%s after use: %v", profile, err)
			}
		}
	}
	b := newBench(t)
	g := b.gate(f, guard.Rules{}, "")
	if err := g.Use("prod", nil); err != nil {
		t.Error(err)
	}
	if kept, err := g.List(); err != nil || len(kept) > 0 {
		t.Errorf("of no chain: %v, %v", kept, err)
	}
}

// TestReadOnlyTwin: an agent that gets the profile which can only read needs the approval
// that this one asks for as well.
func TestReadOnlyTwin(t *testing.T) {
	f := configtest.Files(t, profiles)
	b := newBench(t)
	g := b.gate(f, guard.Rules{Agents: guard.ReadOnly}, "claude")
	chain, err := session.Resolve(f, "sso-read", g.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Admit(t.Context(), "sso-read", chain)
	if err != nil || got.Last().Profile != "sso-reader" {
		t.Fatalf("%v, %v", got, err)
	}
	b.wasAsked(1)
	if b.last.For != 0 || b.last.Profile != "sso-read" || b.last.Who.Agent != "claude" {
		t.Errorf("%+v", b.last)
	}
	// What cannot be narrowed, or leads nowhere, or says what cannot be read, is a no.
	for _, more := range []string{
		"guise_read_only = not-there\n", "guise_read_only = circle\n", "guise_read_only = prod\nguise_approve = soon\n", "guise_read_only = bad-twin\n",
	} {
		f := configtest.Files(t, profiles+"\n[profile bad-twin]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = ReadOnly\nguise_approve = soon\n"+
			"[profile odd]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = Odd\n"+more)
		chain, err := session.Resolve(f, "odd", g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		g.Files = func() (*awsconfig.Files, error) { return f, nil }
		if got, err := g.Admit(t.Context(), "odd", chain); err == nil {
			t.Errorf("%s: %v", more, got)
		}
		b.wasAsked(0)
	}
}

// TestAlike: who may not have a profile's session before a yes does not get it by naming its
// role, nor under its own name without what it says of approval, nor where what it says cannot
// be read.
func TestAlike(t *testing.T) {
	f := configtest.Files(t, profiles)
	for _, c := range []struct {
		name, role string
		want       kind
	}{{"Admin", "Admin", asked}, {"Free", "Free", given}, {"prod", "Free", asked}, {"Wrong", "Wrong", unsure}} {
		f := f.With(c.name, awsconfig.Setting{Key: "role_arn", Value: "arn:aws:iam::111111111111:role/" + c.role}, awsconfig.Setting{Key: "source_profile", Value: "base"})
		b := newBench(t)
		g := b.gate(f, guard.Rules{}, "")
		chain, err := session.Resolve(f, c.name, g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Admitted(c.name); errors.Is(err, session.ErrNoPerson) != (c.want == asked) {
			t.Errorf("%s: %v", c.name, err)
		}
		got, err := g.Admit(t.Context(), c.name, chain)
		if got := b.kindOf(chain, got, err); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
		if bad, ok := errors.AsType[*guard.ProblemError](err); ok != (c.want == unsure) || ok && bad.Line == 0 {
			t.Errorf("%s: %v: where does it stand?", c.name, err)
		}
	}
}

// TestSourceThatLeadsNowhere: a source whose identity cannot be told approves nothing.
func TestSourceThatLeadsNowhere(t *testing.T) {
	f := configtest.Files(t, profiles)
	b := newBench(t)
	g := b.gate(f, guard.Rules{}, "")
	chain, err := session.Resolve(f, "prod", g.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	members, err := g.members("prod", chain)
	if err != nil {
		t.Fatal(err)
	}
	if got := members[0].Identity(); got != chain.Key() {
		t.Errorf("%q, not %q", got, chain.Key())
	}
	nowhere, err := f.Profile("circle")
	if err != nil {
		t.Fatal(err)
	}
	if members, err = g.own(f, nowhere); err != nil || members[0].Identity() != "" {
		t.Errorf("%v, %v", members, err)
	}
}
