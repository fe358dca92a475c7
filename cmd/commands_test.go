package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"guise/internal/ask"
	"guise/internal/awsapi"
	"guise/internal/naming"
	"guise/internal/profiles"
	"guise/session"
	"guise/shell"
)

// withProfiles writes the config file of a world.
func withProfiles(t *testing.T, w World, config string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(w.Home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.Home, ".aws/config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRegionPicked: without a name the region is picked; where nobody can, stdout stays
// empty.
func TestRegionPicked(t *testing.T) {
	w, out, said := here(t, map[string]string{"GUISE_SHELL": "zsh"})
	last := len(awsapi.Regions) - 1
	a := newApp(w)
	x := regionCommand{a.switcher(), a.regions()}
	x.Pick = func(_ context.Context, p ask.Picker) (ask.Choice, error) {
		if len(p.Rows) != len(awsapi.Regions) {
			t.Errorf("%d rows", len(p.Rows))
		}
		return ask.Choice{Rows: []int{last}}, nil
	}
	name := awsapi.Regions[last].Name
	if err := x.run(t.Context(), ""); err != nil || !strings.Contains(out.String(), name) || said.String() != "region: "+name+"\n" {
		t.Errorf("%v %s%s", err, out, said)
	}
	out.Reset()
	x.Pick = func(context.Context, ask.Picker) (ask.Choice, error) { return ask.Choice{}, ask.ErrNoTerminal }
	if err := x.run(t.Context(), ""); !errors.As(err, new(*naming.Misuse)) || out.Len() > 0 {
		t.Errorf("%v %s", err, out)
	}
}

// TestRegionNamed: one rule for every -r.
func TestRegionNamed(t *testing.T) {
	w, _, said := here(t, nil)
	x := newApp(w).regions()
	for _, c := range []struct{ text, want, says, err string }{
		{"eu-west-1", "eu-west-1", "", ""},
		{"", "", "", ""},
		{"euw1", "eu-west-1", "", ""},
		{"apse2", "ap-southeast-2", "", ""},
		{"use1", "us-east-1", "", ""},
		{"cnnw1", "cn-northwest-1", "", ""},
		{"eu-wst-1", "eu-wst-1", "guise: eu-wst-1 is no region that guise knows; did you mean eu-west-1", ""},
		{"xx-newland-7", "xx-newland-7", "guise: xx-newland-7 is no region that guise knows\n", ""},
		{"us", "", "", "exec: not a region name: us; did you mean us-"},
		{"frankfurt", "", "", "exec: not a region name: frankfurt"},
		{"eu-west-1;x", "", "", "exec: not a region name"},
	} {
		said.Reset()
		got, err := x.One(t.Context(), "exec", c.text)
		if got != c.want || !strings.HasPrefix(said.String(), c.says) || c.says == "" && said.Len() > 0 || (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
			t.Errorf("%q: %q, %v, said %q", c.text, got, err, said)
		}
	}
	x.AtTerminal = func() bool { return true }
	x.Pick = func(context.Context, ask.Picker) (ask.Choice, error) { return ask.Choice{Rows: []int{1}}, nil }
	if got, err := x.One(t.Context(), "use", "us"); got != "us-east-2" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestUseChooses: an exact name, part of one, the profile before; where several fit and
// nobody can pick, they are named.
func TestUseChooses(t *testing.T) {
	w, _, _ := here(t, nil)
	withProfiles(t, w, "[profile prod]\n[profile staging]\n[profile staging-us]\n")
	a := newApp(w)
	x := useCommand{switcher: a.switcher(), name: a.finding().One}
	x.pick = func(context.Context, string, ...naming.Kind) (string, error) { return "", ask.ErrNoTerminal }
	for _, c := range []struct{ query, previous, want, says string }{
		{"staging", "", "staging", ""},
		{"pro", "", "", "no such profile"}, // nobody sees which one is taken
		{"-", "prod", "prod", ""},
		{"-", "", "", "no profile to go back to: this terminal has had no other one"},
		{"-", "gone", "", "gone"},
		{"stag", "", "", "fits several profiles: staging, staging-us"},
		{"nothing", "", "", "nothing"},
		{"", "", "", ask.ErrNoTerminal.Error()},
	} {
		got, err := x.choose(t.Context(), strings.Fields(c.query), c.previous)
		if got != c.want && err == nil || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q after %q: %q, %v", c.query, c.previous, got, err)
		}
	}
}

// TestNaming: at a terminal a part that one profile alone has is taken, and said; what
// several have, or none, is picked, and so is a profile that is to be named in whole. What
// fits a profile and its @read-only one is the profile's.
func TestNaming(t *testing.T) {
	w, _, said := here(t, nil)
	withProfiles(t, w, "[profile prod]\nguise_confirm = yes\n[profile staging]\nguise_alias = s\n[profile staging-us]\n[profile team space ops]\nrole_arn = arn:aws:iam::222222222222:role/Viewer\nsource_profile = staging\n[profile team space ops@read-only]\nguise_of = team space ops\nguise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess\n")
	x := newApp(w).finding()
	x.AtTerminal = func() bool { return true }
	x.Choose = func(_ context.Context, _, query string, _ []profiles.Description) (string, error) {
		return "picked for " + query, nil
	}
	for _, c := range []struct{ query, want, says string }{
		{"staging", "staging", ""},
		{"S", "staging", ""},
		{"-us", "staging-us", "staging-us (matched \"-us\")\n"},
		{"team space ops", "team space ops", ""},
		{"OPS team", "team space ops", "team space ops (matched \"OPS team\")\n"},
		{"viewer", "team space ops", "team space ops (matched \"viewer\")\n"},
		{"22222", "team space ops", "team space ops (matched \"22222\")\n"},
		{"ops@", "team space ops@read-only", "team space ops@read-only (matched \"ops@\")\n"}, // the others fit both
		{"stag", "picked for stag", ""},
		{"prd", "picked for prd", ""}, // letters in order are no part
		{"pro", "picked for pro", ""}, // guise_confirm
		{"prod", "prod", ""},
	} {
		said.Reset()
		if got, err := x.One(t.Context(), "explain", strings.Fields(c.query)...); got != c.want || err != nil || said.String() != c.says {
			t.Errorf("%q: %q, %v, said %q", c.query, got, err, said)
		}
	}
	if got, err := x.ActiveOrEach(t.Context(), "login", []string{"S", "prod"}); err != nil || !slices.Equal(got, []string{"staging", "prod"}) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := x.ActiveOr(t.Context(), "explain", nil); err != nil || got != "picked for " {
		t.Errorf("%q, %v", got, err)
	}
}

// TestNamingOfBrokenFiles: where one of the two files cannot be read, what the other says
// of a profile may be false: it is shown, and nothing is done with it, whatever way it was
// named.
func TestNamingOfBrokenFiles(t *testing.T) {
	w, _, said := here(t, map[string]string{"GUISE_CACHE_KEY": "file"})
	withProfiles(t, w, "[profile prod]\nregion = eu-west-1\n")
	if err := os.Mkdir(filepath.Join(w.Home, ".aws/credentials"), 0o700); err != nil {
		t.Fatal(err)
	}
	a := newApp(w)
	x := a.finding()
	x.AtTerminal = func() bool { return true }
	x.Choose = func(context.Context, string, string, []profiles.Description) (string, error) { return "prod", nil }
	x.describeAll() // as the picker does
	for _, words := range [][]string{nil, {"prod"}, {"pro"}} {
		if got, err := x.ActiveOr(t.Context(), "exec", words); err == nil {
			t.Errorf("%q: %q", words, got)
		}
		if got, err := x.showing().ActiveOr(t.Context(), "explain", words); got != "prod" || err != nil {
			t.Errorf("%q: %q, %v", words, got, err)
		}
	}
	if _, err := a.chain("prod"); err == nil {
		t.Error("it is planned all the same")
	}
	if n := strings.Count(said.String(), "is not shown"); n != 1 {
		t.Errorf("said %d times: %s", n, said)
	}
}

// TestLogin: each profile in its turn; that one's session is not kept is an error after
// all the others, and an access key has nothing to sign in to.
func TestLogin(t *testing.T) {
	w, _, said := here(t, nil)
	a := newApp(w)
	var asked []string
	x := loginCommand{
		force: true, streams: a.streams, plans: a.plans,
		login: func(_ context.Context, profile string, _ bool, o session.Options) (session.Chain, session.Credentials, error) {
			asked = append(asked, profile)
			if !o.Force {
				t.Error("not forced")
			}
			got := session.Credentials{Expires: w.Now().Add(90 * time.Minute)}
			if profile == "key" {
				got.Expires = time.Time{}
			}
			return session.Chain{{Kind: session.Keys, Profile: profile}}, got, nil
		},
		kept: func(c session.Chain) bool { return c.Last().Profile != "lost" },
	}
	err := x.run(t.Context(), []string{"lost", "key", "prod"})
	if f, ok := errors.AsType[failure](err); !ok || f.what != "lost" || f.hint != "guise doctor" {
		t.Errorf("%v", err)
	}
	if !slices.Equal(asked, []string{"lost", "key", "prod"}) || !strings.Contains(said.String(), "key: it has only an access key") || !strings.Contains(said.String(), "prod: 1h") {
		t.Errorf("%q\n%s", asked, said)
	}
	x.login = func(context.Context, string, bool, session.Options) (session.Chain, session.Credentials, error) {
		return nil, session.Credentials{}, session.ErrCancelled
	}
	if err := x.run(t.Context(), []string{"prod"}); !errors.Is(err, session.ErrCancelled) {
		t.Errorf("%v", err)
	}
}

// TestJSONIsShown: characters that do not show are written by their numbers.
func TestJSONIsShown(t *testing.T) {
	w, out, _ := here(t, nil)
	if err := newApp(w).answerJSON([]string{"a\u202eb\U000e0001"}); err != nil || out.String() != "[\n  \"a\\u202eb\\udb40\\udc01\"\n]\n" {
		t.Errorf("%v %q", err, out.String())
	}
}

// TestHooksKnowFlags: a flag of every command may come before use, off and region: after one
// that a hook does not know, it would not run the shell code.
func TestHooksKnowFlags(t *testing.T) {
	w, _, _ := here(t, nil)
	root := newRoot(newApp(w))
	known := 0
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		for _, name := range shell.Names() {
			data, err := os.ReadFile("../shell/hook." + name)
			if err != nil {
				t.Fatal(err)
			}
			line := regexp.MustCompile(`(?m)^[^#\n]*--` + f.Name + `\b`)
			if known++; !line.Match(data) {
				t.Errorf("the hook for %s does not know --%s", name, f.Name)
			}
		}
	})
	if known < 6 {
		t.Errorf("%d flags looked for", known)
	}
}
