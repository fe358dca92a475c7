package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// byMFA is the chain to a role over the MFA session of a key.
func byMFA(profile, key, serial string) session.Chain {
	c := session.Chain{{Kind: session.Keys, Profile: "user", AccessKeyID: key}, {Kind: session.SessionToken, Profile: "user", Serial: serial}}
	return append(c, session.Link{Kind: session.AssumeRole, Profile: profile, RoleARN: "arn:aws:iam::111111111111:role/" + profile})
}

// named is a profile of a plan.
func named(t *testing.T, name string, c session.Chain, err error) session.Planned {
	t.Helper()
	p, failed := read(t, "[profile "+name+"]\nregion = x\n", "").Profile(name)
	if failed != nil {
		t.Fatal(failed)
	}
	return session.Planned{Profile: p, Chain: c, Err: err}
}

// TestSharing: the profiles that stand on the MFA session of a chain, as long as it is cached.
func TestSharing(t *testing.T) {
	s := newScript(t)
	c := byMFA("one", "AKIA1", "mfa")
	all := []session.Planned{
		named(t, "one", c, nil), named(t, "two", byMFA("two", "AKIA1", "mfa"), nil), named(t, "user", c[:2], nil), named(t, "key", byMFA("key", "AKIA2", "mfa"), nil),
		named(t, "serial", byMFA("serial", "AKIA1", "other"), nil), named(t, "broken", byMFA("broken", "AKIA1", "mfa"), errors.New("broken")), named(t, "short", c[:1], nil),
		named(t, "direct", session.Chain{c[0], {Kind: session.AssumeRole, Serial: "mfa"}}, nil),
	}
	if got := s.retriever().Sharing(c, all, nil); got != nil {
		t.Errorf("nothing is cached, and it is shared by %q", got)
	}
	s.must(c)
	if got := s.retriever().Sharing(c, all, []string{"one"}); !slices.Equal(got, []string{"two", "user"}) {
		t.Errorf("%q", got)
	}
	if got := s.retriever().Sharing(c[:2], all, nil); !slices.Equal(got, []string{"one", "two", "user"}) {
		t.Errorf("%q", got)
	}
	for _, none := range []session.Chain{nil, c[:1], {c[0], {Kind: session.AssumeRole}}} {
		if got := s.retriever().Sharing(none, all, nil); got != nil {
			t.Errorf("%v: %q", none, got)
		}
	}
}

// TestKeyForIAM: IAM takes no session without MFA.
func TestKeyForIAM(t *testing.T) {
	key := session.Link{Kind: session.Keys}
	for _, c := range []struct {
		chain session.Chain
		want  bool
	}{
		{session.Chain{key}, false},
		{session.Chain{key, {Kind: session.SessionToken}}, true},
		{session.Chain{key, {Kind: session.SessionToken, Serial: "mfa"}}, false},
		{session.Chain{key, {Kind: session.FederationToken}}, true},
		{session.Chain{key, {Kind: session.AssumeRole}}, false},
		{session.Chain{{Kind: session.Process}, {Kind: session.SessionToken}}, false},
		{session.Chain{{Kind: session.Process}, {Kind: session.FederationToken}}, false},
	} {
		if c.chain.KeyForIAM() != c.want {
			t.Errorf("%v: %v", c.chain, !c.want)
		}
	}
}

// TestSettingsAlone: a profile that says of no credentials is no fault; every other without
// a chain is.
func TestSettingsAlone(t *testing.T) {
	f := read(t, "[profile region]\nregion = x\n[profile source]\nsource_profile = region\n[profile role]\nrole_arn = arn:aws:iam::111111111111:role/R\nsource_profile = gone\n"+
		"[profile fine]\naws_access_key_id = AKIA\naws_secret_access_key = s\n", "")
	for name, want := range map[string]bool{"region": true, "source": false, "role": false, "fine": false} {
		plan, err := session.ResolveOne(f, name, session.Defaults{})
		if err != nil || plan.SettingsAlone() != want {
			t.Errorf("%s: %v, %v", name, plan.Err, err)
		}
	}
	broken := read(t, "[profile region]\nregion = x\nnonsense\n", "")
	if plan, err := session.ResolveOne(broken, "region", session.Defaults{}); err == nil && plan.Err != nil && errors.Is(plan.Err, broken.Check()) && plan.SettingsAlone() {
		t.Error("what cannot be read is a fault")
	}
}

// TestLastRefusal: why a way led nowhere is told for an hour, unless it was the user's no or
// has worked since.
func TestLastRefusal(t *testing.T) {
	c := session.Chain{{Kind: session.Instance}, {Kind: session.AssumeRole, Profile: "p", RoleARN: "arn:aws:iam::111111111111:role/R"}}
	denied := &session.APIError{Op: "AssumeRole", Code: "AccessDenied", Message: "not you", Reason: session.Denied}
	refused := func(err error) *script {
		s := newScript(t)
		s.aws = func(context.Context, exchanged) (session.Credentials, error) { return session.Credentials{}, err }
		if _, got := s.get(c); got == nil {
			t.Fatal("it works")
		}
		return s
	}
	s := refused(denied)
	if _, ok := s.retriever().LastRefusal(nil); ok {
		t.Error("of no chain")
	}
	if _, ok := newScript(t).retriever().LastRefusal(c); ok {
		t.Error("of one that nobody has gone")
	}
	last, ok := s.retriever().LastRefusal(c)
	if !ok || last.Link != 1 || !strings.Contains(last.Why, "not you") || last.At.IsZero() {
		t.Errorf("%+v, %v", last, ok)
	}
	at := last.At
	for after, want := range map[time.Duration]bool{time.Hour: true, time.Hour + time.Second: false} {
		s.clock = at.Add(after)
		if _, ok := s.retriever().LastRefusal(c); ok != want {
			t.Errorf("%s later: %v", after, ok)
		}
	}
	s.clock = at.Add(time.Minute)
	s.aws = newScript(t).aws
	s.aws = func(context.Context, exchanged) (session.Credentials, error) { return s.keys(time.Hour), nil }
	s.must(c)
	if _, ok := s.retriever().LastRefusal(c); ok {
		t.Error("it has worked since")
	}
	if s := refused(session.ErrCancelled); s != nil {
		if last, ok := s.retriever().LastRefusal(c); ok {
			t.Errorf("it was the user's no: %+v", last)
		}
	}
}

// TestTraced: what the cache has is told to whoever traces.
func TestTraced(t *testing.T) {
	s := newScript(t)
	c := session.Chain{{Kind: session.Instance}, {Kind: session.AssumeRole, Profile: "p", RoleARN: "arn:aws:iam::111111111111:role/R"}}
	var lines []string
	look := func(want string) {
		t.Helper()
		r := s.retriever()
		r.Trace = func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
		r.FreshOf(c)
		if got := lines[len(lines)-1]; got != fmt.Sprintf("cache %.8s (p/assume-role): %s", c.Key(), want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	look("miss")
	s.must(c)
	look("hit, expires in 1h0m0s")
	s.clock = s.clock.Add(55 * time.Minute)
	look("expires in 5m0s, to be renewed when less than 10m0s is left")
	got, fresh, ok := s.retriever().Servable(c)
	if !ok || fresh || got.Obtained != session.Served || got.AccessKeyID == "" {
		t.Errorf("%+v %v %v", got, fresh, ok)
	}
	s.clock = s.clock.Add(-30 * time.Minute)
	if got, fresh, ok := s.retriever().Servable(c); !ok || !fresh || got.Obtained != session.Cached {
		t.Errorf("%+v %v %v", got, fresh, ok)
	}
}

// TestAccessKey: which credentials AWS takes until somebody deletes them.
func TestAccessKey(t *testing.T) {
	for _, c := range []struct {
		id, token string
		want      bool
	}{{"AKIA1", "", true}, {"AKIA1", "t", true}, {"ASIA1", "t", false}, {"x", "", true}, {"", "", false}} {
		if got := (session.Credentials{AccessKeyID: c.id, SessionToken: secret.New(c.token)}).AccessKey(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestSessionOf: a session that is made of an access key on purpose is kept for the next who
// asks, for as long as it is of the length that the profile says; what a command prints may
// be another key each time, and its session is not kept.
func TestSessionOf(t *testing.T) {
	profile := func(settings string) session.Planned {
		p, err := read(t, "[profile user]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"+settings, "").Profile("user")
		if err != nil {
			t.Fatal(err)
		}
		return session.Planned{Profile: p}
	}
	key := session.Credentials{AccessKeyID: "AKIA1", SecretAccessKey: secret.New("s")}
	for _, kind := range []session.Kind{session.Keys, session.Process} {
		s, c := newScript(t), session.Chain{{Kind: kind, Profile: "user", AccessKeyID: "AKIA1"}}
		of := func(settings string) (session.Credentials, error) {
			return s.retriever().SessionOf(t.Context(), c, profile(settings).Profile, session.Defaults{}, key)
		}
		first, err := of("")
		if err != nil || first.Obtained != session.Renewed || len(s.calls) != 1 || s.calls[0].link.Kind != session.SessionToken || s.calls[0].from.AccessKeyID != "AKIA1" {
			t.Fatalf("%+v, %v, %+v", first, err, s.calls)
		}
		again, err := of("")
		if kept := again.AccessKeyID == first.AccessKeyID; err != nil || kept != (kind == session.Keys) {
			t.Errorf("%s: kept %v, %v", kind, kept, err)
		}
		if other, err := of("guise_session_duration = 2h\n"); err != nil || other.AccessKeyID == again.AccessKeyID || s.calls[len(s.calls)-1].d != 2*time.Hour {
			t.Errorf("%s: for another time: %v", kind, err)
		}
		n := len(s.calls)
		s.clock = s.clock.Add(119 * time.Minute)
		if _, err := of("guise_session_duration = 2h\n"); err != nil || len(s.calls) != n+1 {
			t.Errorf("%s: it is about to end, and served: %v", kind, err)
		}
		if _, err := of("guise_session_duration = soon\n"); !errors.As(err, new(*session.SettingError)) {
			t.Error(err)
		}
		s.aws = func(context.Context, exchanged) (session.Credentials, error) {
			return session.Credentials{}, &session.APIError{Code: "no"}
		}
		if got, err := of("guise_session_duration = 3h\n"); !errors.As(err, new(*session.StepError)) || got.AccessKeyID != "" {
			t.Errorf("%+v, %v", got, err)
		}
	}
}
