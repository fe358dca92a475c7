package adoption

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/session"
)

// derive has guise write the read-only profile of one, where it is to.
func (w *world) derive(name string) (use string, wrote bool) {
	w.t.Helper()
	use, change, err := w.adopter().ReadOnly(w.files(), name, "again")
	w.must(err)
	if change == nil {
		return use, false
	}
	result, err := change.Apply(w.t.Context())
	w.must(err)
	if result.Done == "" || change.Again != "again" {
		w.t.Errorf("%+v", result)
	}
	return use, true
}

// TestDerivedByLaw: SDKs see nothing of a derived profile but the line that runs guise, and
// the region; every other profile is for them who it was. It is written once. The profile
// that it is of is adopted beside it; release of that one restores the first bytes.
func TestDerivedByLaw(t *testing.T) {
	w := newWorld(t, role+"region = eu-west-1\n", alice)
	before := w.both()
	was := w.adopter().readings(w.files().State())
	if use, wrote := w.derive("admin"); use != "admin@read-only" || !wrote {
		t.Fatal(use, wrote)
	}
	if use, wrote := w.derive("admin"); use != "admin@read-only" || wrote {
		t.Error("it is written twice")
	}
	is := w.adopter().readings(w.files().State())
	command := "/usr/bin/guise credential-process --profile admin@read-only"
	for sdkName, r := range map[string][2]*sdk.Reading{"botocore": {was.Botocore, is.Botocore}, "Go": {was.Go, is.Go}} {
		plan, err := r[1].Who("admin@read-only")
		if err != nil || len(plan) != 1 || plan[0].Kind != "process" || plan[0].What != command {
			t.Errorf("%s: %v, %v", sdkName, plan, err)
		}
		for _, name := range []string{"admin", "alice"} {
			one, err := r[0].Who(name)
			other, err2 := r[1].Who(name)
			if err != nil || err2 != nil || !one.Same(other) {
				t.Errorf("%s: %s was %v, is %v: %v", sdkName, name, one, other, errors.Join(err, err2))
			}
		}
	}
	if _, err := w.adopt(Options{All: true, KeepKeys: true}); err != nil || !slices.Equal(Managed(w.files()), []string{"admin", "admin@read-only", "alice"}) {
		t.Errorf("%v %v", err, Managed(w.files()))
	}
	if _, err := w.release("admin", "alice"); err != nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}

// TestGuiseOfByHand: a profile that somebody has narrowed by hand is nobody for SDKs, and is
// adopted as a profile that guise alone knows; release gives it back.
func TestGuiseOfByHand(t *testing.T) {
	w := newWorld(t, role+"[profile less]\nguise_of = admin\nguise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess\n"+
		"[profile above]\nrole_arn = arn:aws:iam::333333333333:role/Dev\nsource_profile = less\n", alice)
	before := w.both()
	for range 2 {
		if _, err := w.adopt(Options{All: true, KeepKeys: true}); err != nil || !slices.Equal(Managed(w.files()), []string{"admin", "less", "above", "alice"}) {
			t.Fatalf("%v %v %v", err, Managed(w.files()), w.left)
		}
	}
	chain, err := session.Resolve(w.files(), "above", session.Defaults{SessionName: "guise-me"})
	if err != nil || !slices.Equal(chain.Profiles(), []string{"above", "less", "admin", "alice"}) {
		t.Errorf("%v %v", chain, err)
	}
	if _, err := w.release("admin", "less", "above", "alice"); err != nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}

// TestReadOnlyRefused: where a profile cannot be narrowed, or the files cannot be written,
// nothing is planned.
func TestReadOnlyRefused(t *testing.T) {
	w := newWorld(t, role, alice+"mfa_serial = arn:aws:iam::111111111111:mfa/alice\n")
	if _, c, err := w.adopter().ReadOnly(w.files(), "alice", ""); c != nil || !errors.As(err, new(*session.NarrowError)) {
		t.Errorf("%v %v", c, err)
	}
	if _, c, err := w.adopter().ReadOnly(w.files(), "none", ""); c != nil || !errors.As(err, new(*awsconfig.NoProfileError)) {
		t.Errorf("%v %v", c, err)
	}
	w.write(role+"broken\n", alice)
	if _, c, err := w.adopter().ReadOnly(w.files(), "admin", ""); c != nil || !errors.As(err, new(*awsconfig.SyntaxError)) {
		t.Errorf("%v %v", c, err)
	}
	w.write(role, alice)
	_, c, err := w.adopter().ReadOnly(w.files(), "admin", "")
	w.must(err)
	if diff, err := c.Diff(t.Context()); err != nil || !strings.Contains(diff, "+guise_of = admin\n") || strings.Contains(w.both(), "@read-only") {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestReadOnlyOfWhom: where botocore is somebody else as a profile than guise is, that is
// said of its narrower form; of no other.
func TestReadOnlyOfWhom(t *testing.T) {
	everywhere := "[DEFAULT]\nrole_session_name = everyone\n"
	for _, c := range []struct {
		config, credentials, name string
		says                      bool
	}{
		{role, alice, "admin", false},
		{role, alice + everywhere, "admin", false}, // for the profiles of that file
		{role + everywhere, alice, "admin", true},
		{"[profile admin]\nguise_role_arn = arn:aws:iam::222222222222:role/Admin\nguise_source_profile = alice\n" +
			"credential_process = /usr/bin/guise credential-process --profile admin\n" + everywhere, alice, "admin", false},
	} {
		w := newWorld(t, c.config, c.credentials)
		w.derive(c.name)
		if said := w.saidLine("botocore takes "+c.name+" for another identity than guise would: ", ". admin@read-only is who guise is"); said != c.says {
			t.Errorf("%s: %q", c.config, w.said)
		}
	}
}
